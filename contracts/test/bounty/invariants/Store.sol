// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "../foundry/Oracle.sol";
import {Ending, PanelOracle, Story} from "../foundry/PanelOracle.sol";
import {Entry, Game, Games} from "./Game.sol";

/// @notice What the handlers did, and what everybody should own by the outcome table.
contract Store {
    using Games for Game;

    IHyperparameterBounty public immutable bounty;
    address[] public actors;
    address[] public assets;

    /// What an actor should have, in its account and as credit.
    mapping(address actor => mapping(address asset => uint256)) public due;
    /// What was sent to the contract outside of every call.
    mapping(address asset => uint256) public forced;
    /// How many contests ended in each way.
    mapping(Outcome => uint256) public endings;
    uint256 public wonWithForfeits;
    uint256 public upheld;
    uint256 public overturned;
    uint256 public unanswered;
    bool public wentBack;

    Game[] private _games;

    constructor(IHyperparameterBounty bounty_, address[] memory actors_, address[] memory assets_) {
        (bounty, actors, assets) = (bounty_, actors_, assets_);
    }

    function count() external view returns (uint256) {
        return _games.length;
    }

    /// @dev Contests count from 1.
    function game(uint256 contest) external view returns (Game memory) {
        return _games[contest - 1];
    }

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    function assetCount() external view returns (uint256) {
        return assets.length;
    }

    function flowOf(uint256 contest) external view returns (uint256 taken, uint256 given) {
        return (_games[contest - 1].taken, _games[contest - 1].given);
    }

    function potOf(uint256 contest) external view returns (uint256) {
        return _games[contest - 1].pot();
    }

    /// @notice What a contest should hold now.
    function escrow(uint256 contest) external view returns (uint256 amount) {
        Game storage g = _games[contest - 1];
        if (g.outcome == Outcome.Pending) {
            return g.stake() + g.challengeStake() + g.forfeits();
        }
        if (g.outcome != Outcome.Void) return 0;
        for (uint256 i; i < g.revealed; ++i) {
            if (!g.claimed[i]) amount += Oracle.claimable(g.pot(), g.revealed, i);
        }
    }

    // ------------------------------------------------------------------------------------------------------- what happened

    function funded(address who, address asset, uint256 amount) external {
        due[who][asset] += amount;
    }

    function force(address asset, uint256 amount) external {
        forced[asset] += amount;
    }

    function opened(address organizer, Terms calldata terms) external {
        Game storage g = _games.push();
        g.terms = terms;
        g.organizer = organizer;
        g.found = new uint24[][](terms.panel.members.length);
        g.opened = new bool[](terms.panel.members.length);
        _take(g, organizer, g.stake());
    }

    function extended(uint256 contest, uint32 secs) external {
        _games[contest - 1].terms.submitEnds += secs;
    }

    function cancelled(uint256 contest) external {
        Game storage g = _games[contest - 1];
        _end(g, Outcome.Cancelled);
        _owe(g, g.organizer, g.stake());
    }

    function submitted(uint256 contest, Entry memory entry) external {
        Game storage g = _games[contest - 1];
        entry.ordinal = ++g.lastOrdinal;
        for (uint256 i; i < g.entries.length; ++i) {
            if (g.entries[i].who == entry.who && g.entries[i].slot == entry.slot) {
                g.entries[i] = entry;
                return;
            }
        }
        g.entries.push(entry);
        _take(g, entry.who, g.terms.deposit);
    }

    function withdrawn(uint256 contest, uint256 i) external {
        Game storage g = _games[contest - 1];
        address who = g.entries[i].who;
        g.entries[i] = g.entries[g.entries.length - 1];
        g.entries.pop();
        _owe(g, who, g.terms.deposit);
    }

    function revealed(uint256 contest, uint256 i) external {
        Game storage g = _games[contest - 1];
        g.entries[i].index = ++g.revealed;
        g.claimed.push(false);
        _owe(g, g.entries[i].who, g.terms.deposit);
    }

    function published(uint256 contest) external {
        _games[contest - 1].keyPublished = true;
    }

    function scored(uint256 contest, uint24[] calldata scores) external {
        _games[contest - 1].scores = scores;
    }

    function challenged(uint256 contest, address who) external {
        Game storage g = _games[contest - 1];
        g.challenger = who;
        _take(g, who, g.terms.panel.challengeBond);
    }

    function sealedScores(uint256 contest, uint256 seat, uint24[] calldata scores) external {
        _games[contest - 1].found[seat] = scores;
    }

    function openedScores(uint256 contest, uint256 seat) external {
        _games[contest - 1].opened[seat] = true;
    }

    function resolved(uint256 contest) external {
        _games[contest - 1].resolved = true;
    }

    /// @notice Whether a contest has to be resolved before it can be settled.
    function mustResolve(uint256 contest) external view returns (bool) {
        Game storage g = _games[contest - 1];
        return g.challenger != address(0) && g.answered() && !g.resolved;
    }

    function decisionOf(uint256 contest)
        external
        view
        returns (uint24[] memory medians, bool[] memory agreed, bool upheld_)
    {
        return _games[contest - 1].decision();
    }

    /// @dev By the table of payments.
    function settled(uint256 contest) external {
        Game storage g = _games[contest - 1];
        (Story memory s, uint16[] memory winners, address[] memory who) = g.story();
        Ending memory e = PanelOracle.ending(g.terms, s);
        _end(g, e.outcome);
        if (e.outcome == Outcome.Won && s.forfeits != 0) ++wonWithForfeits;
        if (s.challenged) {
            if (!s.answered) ++unanswered;
            else if (s.upheld) ++upheld;
            else ++overturned;
        }
        for (uint256 place; place < e.prizes.length; ++place) {
            _owe(g, who[winners[place]], e.prizes[place]);
        }
        for (uint256 i; i < e.toMembers.length; ++i) {
            _owe(g, g.terms.panel.members[i], e.toMembers[i]);
        }
        if (e.toChallenger != 0) _owe(g, g.challenger, e.toChallenger);
        _owe(g, g.terms.evaluator, e.toEvaluator);
        _owe(g, g.organizer, e.toOrganizer);
    }

    function claimed(uint256 contest, uint256 index) external {
        Game storage g = _games[contest - 1];
        g.claimed[index] = true;
        for (uint256 i; i < g.entries.length; ++i) {
            if (g.entries[i].index != index + 1) continue;
            _owe(g, g.entries[i].who, Oracle.claimable(g.pot(), g.revealed, index));
        }
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
