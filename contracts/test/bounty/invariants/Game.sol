// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "../foundry/Oracle.sol";
import {PanelOracle, Story} from "../foundry/PanelOracle.sol";

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
    // The dispute: what each member sealed, empty for nothing, and whether it opened that.
    address challenger;
    uint24[][] found;
    bool[] opened;
    bool resolved;
    // What the contest took in, and what its events say that it paid or credited.
    uint256 taken;
    uint256 given;
    Phase seen;
}

/// @notice What follows from a game by the rules.
library Games {
    function forfeits(Game storage g) internal view returns (uint256) {
        return uint256(g.terms.deposit) * (g.entries.length - g.revealed);
    }

    /// @notice What the organizer put in.
    function stake(Game storage g) internal view returns (uint256) {
        return uint256(g.terms.reward) + g.terms.bond + g.terms.evaluatorFee;
    }

    function challengeStake(Game storage g) internal view returns (uint256) {
        return g.challenger == address(0) ? 0 : g.terms.panel.challengeBond;
    }

    /// @notice What those who revealed can claim of a void game.
    function pot(Game storage g) internal view returns (uint256) {
        return g.terms.bond + challengeStake(g) + forfeits(g);
    }

    /// @notice Whether more than half of the panel opened.
    function answered(Game storage g) internal view returns (bool) {
        uint256 voices;
        for (uint256 i; i < g.opened.length; ++i) {
            if (g.opened[i]) ++voices;
        }
        return 2 * voices > g.opened.length;
    }

    /// @notice What the panel says of a game that it answered.
    function decision(Game storage g)
        internal
        view
        returns (uint24[] memory medians, bool[] memory agreed, bool upheld)
    {
        uint24[][] memory voices = new uint24[][](g.found.length);
        for (uint256 i; i < voices.length; ++i) {
            if (g.opened[i]) voices[i] = g.found[i];
        }
        return PanelOracle.decide(g.scores, voices, g.terms.panel.tolerance);
    }

    /// @notice What it had come to, with the indexes of those who win, best first, and who revealed each spec.
    function story(Game storage g)
        internal
        view
        returns (Story memory s, uint16[] memory winners, address[] memory who)
    {
        (s.revealed, s.forfeits) = (g.revealed, forfeits(g));
        (s.scored, s.challenged) = (g.scores.length != 0, g.challenger != address(0));
        s.answered = s.challenged && answered(g);
        who = new address[](g.revealed);
        if (!s.scored || (s.challenged && !s.answered)) return (s, winners, who);
        uint24[] memory standing = g.scores;
        if (s.answered) (standing, s.agreed, s.upheld) = decision(g);
        uint256[] memory ordinals = new uint256[](g.revealed);
        bytes32[] memory specs = new bytes32[](g.revealed);
        for (uint256 i; i < g.entries.length; ++i) {
            uint256 index = g.entries[i].index;
            if (index == 0) continue;
            who[index - 1] = g.entries[i].who;
            ordinals[index - 1] = g.entries[i].ordinal;
            specs[index - 1] = g.entries[i].spec;
        }
        winners = Oracle.winners(standing, ordinals, specs, g.terms.minimumScore, g.terms.shares.length);
        s.winners = winners.length;
    }
}
