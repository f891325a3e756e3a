// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Ending} from "../foundry/Endings.sol";
import {Oracle} from "../foundry/Oracle.sol";
import {Decision} from "../foundry/PanelOracle.sol";
import {Entry, Game, Games} from "./Game.sol";

/// @notice What the handlers did, and what everybody should own by the outcome table.
contract Store {
    using Games for Game;

    address public constant BURN = 0x000000000000000000000000000000000000dEaD;
    uint256 private constant RESOLVE_SECONDS = 30 days;

    IHyperparameterBounty public immutable bounty;
    /// The last one is nobody, to whom is paid what is burned.
    address[] public actors;
    address[] public assets;

    /// What an actor should have, in its account and as credit.
    mapping(address actor => mapping(address asset => uint256)) public due;
    /// What was sent to the contract outside of every call.
    mapping(address asset => uint256) public forced;
    mapping(uint256 contest => mapping(address who => uint256)) public sponsorships;
    /// How many contests ended in each way, and how many disputes.
    mapping(Outcome => uint256) public endings;
    mapping(Verdict => uint256) public verdicts;
    uint256 public lapsed;
    uint256 public unscorable;
    /// How often a panel paid a winner though the evaluator was silent.
    uint256 public silences;
    uint256 public reclaims;
    uint256 public surcharges;
    bool public wentBack;

    Game[] private _games;

    constructor(IHyperparameterBounty bounty_, address[] memory actors_, address[] memory assets_) {
        (bounty, actors, assets) = (bounty_, actors_, assets_);
        actors.push(BURN);
    }

    function count() external view returns (uint256) {
        return _games.length;
    }

    /// @dev Contests count from 1.
    function game(uint256 contest) external view returns (Game memory) {
        return _games[contest - 1];
    }

    /// @dev Without nobody.
    function actorCount() external view returns (uint256) {
        return actors.length - 1;
    }

    function assetCount() external view returns (uint256) {
        return assets.length;
    }

    function flowOf(uint256 contest) external view returns (uint256 taken, uint256 given) {
        return (_games[contest - 1].taken, _games[contest - 1].given);
    }

    /// @notice What a contest should hold now.
    function escrow(uint256 contest) external view returns (uint256 amount) {
        Game storage g = _games[contest - 1];
        if (g.outcome == Outcome.Pending) return g.holds();
        amount = g.reclaimable;
        for (uint256 i; i < g.revealed && g.pot != 0; ++i) {
            if (!g.claimed[i]) amount += Oracle.claimable(g.pot, g.revealed, i);
        }
    }

    function surchargeOf(uint256 contest) external view returns (uint256) {
        return _games[contest - 1].surcharge();
    }

    /// @notice Whether somebody could resolve a dispute.
    function canResolve(uint256 contest) public view returns (bool) {
        return _games[contest - 1].answered() && !_games[contest - 1].resolved;
    }

    /// @notice Whether a contest has to be resolved before it can be settled.
    function mustResolve(uint256 contest) public view returns (bool) {
        return canResolve(contest) && block.timestamp < _games[contest - 1].ends() + RESOLVE_SECONDS;
    }

    function decisionOf(uint256 contest) external view returns (Decision memory) {
        return _games[contest - 1].decision();
    }

    // ------------------------------------------------------------------------------------------------------- what happened

    function funded(address who, address asset, uint256 amount) external {
        due[who][asset] += amount;
    }

    function force(address asset, uint256 amount) external {
        forced[asset] += amount;
    }

    function offered(address organizer, Terms calldata terms) external {
        Game storage g = _games.push();
        g.terms = terms;
        g.organizer = organizer;
        uint256 size = terms.panel.members.length;
        (g.seatAccepted, g.hasSealed, g.opened) = (new bool[](size), new bool[](size), new bool[](size));
        g.found = new uint24[][](size);
        _take(g, organizer, g.stake());
    }

    function accepted(uint256 contest) external {
        Game storage g = _games[contest - 1];
        g.evaluatorAccepted = true;
        _take(g, g.terms.evaluator, g.terms.evaluatorBond);
        _start(g);
    }

    function acceptedSeat(uint256 contest, uint256 seat) external {
        Game storage g = _games[contest - 1];
        g.seatAccepted[seat] = true;
        _take(g, g.terms.panel.members[seat], g.terms.panel.memberBond);
        _start(g);
    }

    function sponsored(uint256 contest, address who, uint256 amount) external {
        Game storage g = _games[contest - 1];
        g.sponsored += amount;
        sponsorships[contest][who] += amount;
        _take(g, who, amount);
    }

    function extended(uint256 contest, uint32 secs) external {
        Game storage g = _games[contest - 1];
        g.submitEnds += secs;
        g.extended += secs;
        g.extendedAt = g.lastOrdinal;
    }

    /// @dev By the organizer, or since an offer lapsed.
    function cancelled(uint256 contest) external {
        Game storage g = _games[contest - 1];
        if (g.submitEnds == 0 && block.timestamp >= g.terms.acceptEnds) ++lapsed;
        _end(g, Outcome.Cancelled);
        g.reclaimable = g.sponsored;
        _owe(g, g.organizer, g.stake());
        if (g.evaluatorAccepted) _owe(g, g.terms.evaluator, g.terms.evaluatorBond);
        for (uint256 i; i < g.seatAccepted.length; ++i) {
            if (g.seatAccepted[i]) _owe(g, g.terms.panel.members[i], g.terms.panel.memberBond);
        }
    }

    /// @param change what was sent too much, which comes back.
    function submitted(uint256 contest, Entry memory entry, uint256 change) external {
        Game storage g = _games[contest - 1];
        entry.ordinal = ++g.lastOrdinal;
        _take(g, entry.who, change);
        _owe(g, entry.who, change);
        for (uint256 i; i < g.entries.length; ++i) {
            if (g.entries[i].who == entry.who && g.entries[i].slot == entry.slot) {
                g.entries[i] = entry;
                return;
            }
        }
        uint256 burned = g.surcharge();
        if (burned != 0) ++surcharges;
        _take(g, entry.who, g.terms.entryFee + burned);
        _owe(g, BURN, burned);
        g.entries.push(entry);
    }

    function withdrawn(uint256 contest, uint256 i) external {
        Game storage g = _games[contest - 1];
        address to = g.entries[i].ordinal <= g.extendedAt ? g.entries[i].who : BURN;
        g.entries[i] = g.entries[g.entries.length - 1];
        g.entries.pop();
        _owe(g, to, g.terms.entryFee);
    }

    function revealed(uint256 contest, uint256 i) external {
        Game storage g = _games[contest - 1];
        g.entries[i].index = ++g.revealed;
        g.claimed.push(false);
    }

    function published(uint256 contest) external {
        _games[contest - 1].keyPublished = true;
    }

    function recorded(uint256 contest, uint24[] calldata scores) external {
        _games[contest - 1].recorded = true;
        _games[contest - 1].scores = scores;
    }

    function challenged(uint256 contest, address who) external {
        Game storage g = _games[contest - 1];
        g.challenger = who;
        _take(g, who, g.terms.panel.challengeBond);
    }

    function sealedScores(uint256 contest, uint256 seat, uint24[] calldata scores) external {
        _games[contest - 1].hasSealed[seat] = true;
        _games[contest - 1].found[seat] = scores;
    }

    function openedScores(uint256 contest, uint256 seat) external {
        _games[contest - 1].opened[seat] = true;
    }

    function resolved(uint256 contest) external {
        _games[contest - 1].resolved = true;
    }

    /// @dev By the table of payments.
    function settled(uint256 contest) external {
        Game storage g = _games[contest - 1];
        if (g.submitEnds == 0) return this.cancelled(contest);
        Decision memory d = g.decision();
        Ending memory e = g.ending(d);
        (address[] memory who,) = g.places();
        _end(g, e.outcome);
        (g.pot, g.reclaimable) = (e.pot, e.toSponsors);
        if (g.challenger != address(0)) ++verdicts[d.verdict];
        if (d.unscorable) ++unscorable;
        if (!g.recorded && d.verdict == Verdict.Overturned && e.prizes.length != 0) ++silences;
        for (uint256 place; place < e.prizes.length; ++place) {
            _owe(g, who[d.winners[place]], e.prizes[place]);
        }
        for (uint256 i; i < e.toMembers.length; ++i) {
            _owe(g, g.terms.panel.members[i], e.toMembers[i]);
        }
        if (e.toChallenger != 0) _owe(g, g.challenger, e.toChallenger);
        _owe(g, g.terms.evaluator, e.toEvaluator);
        _owe(g, g.organizer, e.toOrganizer);
        _owe(g, BURN, e.burned);
    }

    function claimed(uint256 contest, uint256 index) external {
        Game storage g = _games[contest - 1];
        g.claimed[index] = true;
        (address[] memory who,) = g.places();
        _owe(g, who[index], Oracle.claimable(g.pot, g.revealed, index));
    }

    function reclaimed(uint256 contest, address who) external {
        Game storage g = _games[contest - 1];
        ++reclaims;
        g.reclaimable -= sponsorships[contest][who];
        _owe(g, who, sponsorships[contest][who]);
        delete sponsorships[contest][who];
    }

    /// @dev A credit went to somebody else's account.
    function moved(address from, address to, address asset, uint256 amount) external {
        due[from][asset] -= amount;
        due[to][asset] += amount;
    }

    /// @dev An event said so.
    function paid(uint256 contest, uint256 amount) external {
        _games[contest - 1].given += amount;
    }

    /// @dev Looks at every phase; the order of the enumeration is that of time.
    function look() external {
        for (uint256 i; i < _games.length; ++i) {
            Phase phase = bounty.phaseOf(i + 1);
            if (phase < _games[i].seen) wentBack = true;
            _games[i].seen = phase;
        }
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function _start(Game storage g) private {
        for (uint256 i; i < g.seatAccepted.length; ++i) {
            if (!g.seatAccepted[i]) return;
        }
        if (g.evaluatorAccepted) g.submitEnds = block.timestamp + g.terms.submitSeconds;
    }

    function _take(Game storage g, address from, uint256 amount) private {
        due[from][g.terms.asset] -= amount;
        g.taken += amount;
    }

    function _owe(Game storage g, address to, uint256 amount) private {
        due[to][g.terms.asset] += amount;
    }

    function _end(Game storage g, Outcome outcome) private {
        g.outcome = outcome;
        ++endings[outcome];
    }
}
