// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "./Oracle.sol";

/// @notice What a contest had come to when it was settled.
struct Story {
    uint256 revealed;
    uint256 forfeits;
    bool scored;
    bool challenged;
    /// Whether more than half of the panel opened, and what followed.
    bool answered;
    bool upheld;
    bool[] agreed;
    /// How many specs win by the scores that stand.
    uint256 winners;
}

/// @notice Who gets what of a contest that was settled; what can be claimed is in the pool.
struct Ending {
    Outcome outcome;
    uint256 pool;
    uint256[] prizes;
    uint256 toOrganizer;
    uint256 toEvaluator;
    uint256 toChallenger;
    uint256[] toMembers;
}

/// @notice How a panel decides and who pays for it, said the plain way.
library PanelOracle {
    /// @notice The scores that stand by the panel, who agrees with them, and whether the evaluator does.
    /// @param opened by seat; empty where the member did not open.
    function decide(uint24[] memory evaluators, uint24[][] memory opened, uint256 tolerance)
        internal
        pure
        returns (uint24[] memory medians, bool[] memory agreed, bool upheld)
    {
        uint256 voices;
        for (uint256 i; i < opened.length; ++i) {
            if (opened[i].length != 0) ++voices;
        }
        uint24[][] memory heard = new uint24[][](voices % 2 == 0 ? voices + 1 : voices);
        uint256 next;
        for (uint256 i; i < opened.length; ++i) {
            if (opened[i].length != 0) heard[next++] = opened[i];
        }
        if (next < heard.length) heard[next] = evaluators;

        medians = new uint24[](evaluators.length);
        for (uint256 spec; spec < evaluators.length; ++spec) {
            medians[spec] = median(heard, spec);
        }
        agreed = new bool[](opened.length);
        for (uint256 i; i < opened.length; ++i) {
            agreed[i] = opened[i].length != 0 && near(opened[i], medians, tolerance);
        }
        upheld = near(evaluators, medians, tolerance);
    }

    /// @notice The score that less than half of the others are below, and less than half above.
    function median(uint24[][] memory heard, uint256 spec) internal pure returns (uint24) {
        for (uint256 i; i < heard.length; ++i) {
            uint256 below;
            uint256 above;
            for (uint256 j; j < heard.length; ++j) {
                if (heard[j][spec] < heard[i][spec]) ++below;
                if (heard[j][spec] > heard[i][spec]) ++above;
            }
            if (2 * below < heard.length && 2 * above < heard.length) return heard[i][spec];
        }
        revert("an even number has no median");
    }

    function near(uint24[] memory scores, uint24[] memory medians, uint256 tolerance) internal pure returns (bool) {
        for (uint256 i; i < scores.length; ++i) {
            (uint256 a, uint256 b) = (scores[i], medians[i]);
            if (a + tolerance < b || b + tolerance < a) return false;
        }
        return true;
    }

    /// @notice The table of payments.
    function ending(Terms memory t, Story memory s) internal pure returns (Ending memory e) {
        e.toMembers = new uint256[](t.panel.members.length);
        bool silent = s.challenged && !s.answered;
        if (s.revealed != 0 && (!s.scored || silent)) {
            e.outcome = Outcome.Void;
            e.pool = uint256(t.bond) + (silent ? t.panel.challengeBond : 0) + s.forfeits;
            e.toOrganizer = uint256(t.reward) + t.evaluatorFee;
            return e;
        }
        if (s.winners != 0) {
            e.outcome = Outcome.Won;
            e.pool = t.reward + s.forfeits;
            e.prizes = Oracle.amounts(e.pool, t.shares, s.winners);
        } else {
            e.outcome = Outcome.Refunded;
            e.toOrganizer = t.reward + s.forfeits;
        }
        if (s.revealed == 0) {
            e.toOrganizer += uint256(t.bond) + t.evaluatorFee;
        } else if (!s.challenged) {
            e.toOrganizer += t.bond;
            e.toEvaluator = t.evaluatorFee;
        } else {
            uint256 stakes = uint256(t.bond) + t.panel.challengeBond;
            for (uint256 i; i < s.agreed.length; ++i) {
                if (!s.agreed[i]) continue;
                e.toMembers[i] = t.panel.fee;
                stakes -= t.panel.fee;
            }
            if (s.upheld) {
                e.toOrganizer += stakes;
                e.toEvaluator = t.evaluatorFee;
            } else {
                e.toOrganizer += t.evaluatorFee;
                e.toChallenger = stakes;
            }
        }
    }
}
