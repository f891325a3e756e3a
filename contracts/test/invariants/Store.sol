// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../src/interfaces/IHyperparameterBounty.sol";
import {Oracle} from "../foundry/Oracle.sol";

/// @notice A submission that stands. `index` counts from 1; 0 is sealed.
struct Entry {
    address who;
    uint256 slot;
    bytes32 spec;
    bytes32 salt;
    uint256 ordinal;
    uint256 index;
}

/// @notice A contest as it should be, kept apart from the contract.
struct Game {
    Terms terms;
    address organizer;
    Entry[] entries;
    uint256 lastOrdinal;
    uint256 revealed;
    bool keyPublished;
    uint24[] scores;
    bool[] claimed;
    Outcome outcome;
    // What the contest took in, and what its events say that it paid or credited.
    uint256 taken;
    uint256 given;
    Phase seen;
}

/// @notice What the handlers did, and what everybody should own by the outcome table.
contract Store {
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

    /// @notice What a contest should hold now.
    function escrow(uint256 contest) external view returns (uint256 amount) {
        Game storage g = _games[contest - 1];
        if (g.outcome == Outcome.Pending) {
            return uint256(g.terms.reward) + g.terms.bond + _forfeits(g);
        }
        if (g.outcome != Outcome.Void) return 0;
        for (uint256 i; i < g.revealed; ++i) {
            if (!g.claimed[i]) amount += Oracle.claimable(g.terms.bond + _forfeits(g), g.revealed, i);
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
        _take(g, organizer, uint256(terms.reward) + terms.bond);
    }

    function extended(uint256 contest, uint32 secs) external {
        _games[contest - 1].terms.submitEnds += secs;
    }

    function cancelled(uint256 contest) external {
        Game storage g = _games[contest - 1];
        _end(g, Outcome.Cancelled);
        _owe(g, g.organizer, uint256(g.terms.reward) + g.terms.bond);
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

    /// @dev The outcome table.
    function settled(uint256 contest) external {
        Game storage g = _games[contest - 1];
        if (g.scores.length == 0 && g.revealed != 0) {
            _end(g, Outcome.Void);
            _owe(g, g.organizer, g.terms.reward);
            return;
        }
        uint16[] memory winners;
        address[] memory who = new address[](g.revealed);
        if (g.revealed != 0) (winners, who) = _rank(g);
        if (winners.length == 0) {
            _end(g, Outcome.Refunded);
            _owe(g, g.organizer, uint256(g.terms.reward) + g.terms.bond + _forfeits(g));
            return;
        }
        _end(g, Outcome.Won);
        if (_forfeits(g) != 0) ++wonWithForfeits;
        uint256[] memory prizes = Oracle.amounts(uint256(g.terms.reward) + _forfeits(g), g.terms.shares, winners.length);
        for (uint256 place; place < winners.length; ++place) {
            _owe(g, who[winners[place]], prizes[place]);
        }
        _owe(g, g.organizer, g.terms.bond);
    }

    function claimed(uint256 contest, uint256 index) external {
        Game storage g = _games[contest - 1];
        g.claimed[index] = true;
        for (uint256 i; i < g.entries.length; ++i) {
            if (g.entries[i].index != index + 1) continue;
            _owe(g, g.entries[i].who, Oracle.claimable(g.terms.bond + _forfeits(g), g.revealed, index));
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

    function _forfeits(Game storage g) private view returns (uint256) {
        return uint256(g.terms.deposit) * (g.entries.length - g.revealed);
    }

    function _rank(Game storage g) private view returns (uint16[] memory winners, address[] memory who) {
        uint256[] memory ordinals = new uint256[](g.revealed);
        bytes32[] memory specs = new bytes32[](g.revealed);
        who = new address[](g.revealed);
        for (uint256 i; i < g.entries.length; ++i) {
            uint256 index = g.entries[i].index;
            if (index == 0) continue;
            who[index - 1] = g.entries[i].who;
            ordinals[index - 1] = g.entries[i].ordinal;
            specs[index - 1] = g.entries[i].spec;
        }
        winners = Oracle.winners(g.scores, ordinals, specs, g.terms.minimumScore, g.terms.shares.length);
    }
}
