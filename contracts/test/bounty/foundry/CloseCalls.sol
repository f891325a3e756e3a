// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "./Oracle.sol";
import {Question} from "./PanelOracle.sol";
import {Settlements} from "./Settlements.sol";

/// @notice Disputes out of a seed, with scores so close that every verdict comes up.
abstract contract CloseCalls is Settlements {
    uint256 private constant MOST_SPECS = 8;

    /// @dev Answered by more than half of the panel; stops where it can be resolved. What the other terms are stays.
    function disputeOf(Terms memory t, uint256 seed) internal returns (uint256 contest, Question memory q) {
        return disputeOf(t, seed, 0);
    }

    /// @dev With some who submit and never reveal.
    function disputeOf(Terms memory t, uint256 seed, uint256 unrevealed)
        internal
        returns (uint256 contest, Question memory q)
    {
        t.shares = someShares(draw(seed, "shares", 6));
        t.minimumScore = uint24([0, 500_000, 500_000, 1_000_000][draw(seed, "minimum", 4)]);
        t.panel.tolerance = uint24([0, 0, 1, 5_000][draw(seed, "tolerance", 4)]);
        (q.tolerance, q.minimum, q.shares) = (t.panel.tolerance, t.minimumScore, t.shares);
        contest = open(t);
        for (uint256 i; i < unrevealed; ++i) {
            submit(contest, stranger, i, bytes32(0));
        }
        uint256 count = 1 + draw(seed, "specs", MOST_SPECS);
        (q.participants, q.ordinals) = revealShuffled(contest, count, seed);
        say(contest, q, seed);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        hear(q, t.panel.members.length, seed);
        answer(contest, q.opened, q.silent);
    }

    /// @dev The evaluator's word: near the truth, far from it, that there are no scores, or none.
    function say(uint256 contest, Question memory q, uint256 seed) private {
        uint256 kind = draw(seed, "evaluator", 9);
        if (kind == 8) return;
        uint24[] memory scores = kind == 0 ? noScores() : opinionOf(q, seed, 100, kind < 5 ? 0 : kind - 4);
        record(contest, scores);
        q.recorded = true;
        q.unscorable = scores.length == 0;
        if (!q.unscorable) {
            q.winners = Oracle.winners(scores, q.ordinals, q.participants, q.minimum, q.shares.length);
        }
    }

    /// @dev What the members say: the more the seed mixes, the further they are from each other.
    function hear(Question memory q, uint256 size, uint256 seed) private pure {
        q.silent = new bool[](size);
        q.opened = new uint24[][](size);
        uint256 mix = draw(seed, "mix", 3);
        uint256 missing;
        for (uint256 i; i < size; ++i) {
            uint256 kind = draw(seed, keccak256(abi.encode("member", i)), 8);
            if (kind == 0 && mix != 0 && missing < size / 2) {
                q.silent[i] = true;
                ++missing;
            } else if (kind <= 2 * mix && kind != 0 && mix == 2 && draw(seed, "denial", 2) == 0) {
                q.opened[i] = noScores();
            } else {
                q.opened[i] = opinionOf(q, seed, i, kind == 7 ? 2 : mix == 0 ? 0 : kind % 2);
            }
        }
    }

    /// @dev Scores around the minimum, each as far from the truth as honest ones can be, times `off`, or anything.
    function opinionOf(Question memory q, uint256 seed, uint256 who, uint256 off)
        private
        pure
        returns (uint24[] memory scores)
    {
        scores = new uint24[](q.participants.length);
        uint256 unit = q.tolerance == 0 ? 1 : q.tolerance;
        for (uint256 i; i < scores.length; ++i) {
            // A thousand units above zero, so that nothing falls below.
            uint256 score =
                q.minimum + 1000 * unit + draw(seed, keccak256(abi.encode("truth", i)), 10) * unit - 3 * unit;
            uint256 noise = draw(seed, keccak256(abi.encode(who, i)), 1_000_000);
            if (off == 0) score = score + noise % (2 * q.tolerance + 1) - q.tolerance;
            if (off == 1) score += noise % (5 * unit + 1);
            if (off == 2) score = q.minimum + 1000 * unit + noise % (12 * unit) - 4 * unit;
            scores[i] = uint24(bound(score < 1000 * unit ? 0 : score - 1000 * unit, 0, 1_000_000));
        }
    }

    /// @dev With equal ones, where changing places may pay the same, and with a best share that is not the largest.
    function someShares(uint256 which) private pure returns (uint16[] memory list) {
        if (which == 0) return shares(10_000);
        if (which == 1) return shares(4000, 4000, 2000);
        if (which == 2) return shares(5000, 3000, 2000);
        if (which == 3) return shares(2000, 5000, 3000);
        list = new uint16[](which == 4 ? 2 : 4);
        for (uint256 i; i < list.length; ++i) {
            list[i] = uint16(10_000 / list.length);
        }
    }

    function draw(uint256 seed, bytes32 what, uint256 count) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what))) % count;
    }
}
