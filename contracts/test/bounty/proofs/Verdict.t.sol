// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {RankingLib} from "../../../src/bounty/RankingLib.sol";
import {ScoresLib} from "../../../src/bounty/ScoresLib.sol";
import {Case, Finding, Verdicts} from "../../../src/bounty/Verdicts.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice What a panel decides: the scores that pay are the middle ones of those that members opened, the evaluator's never
/// among them; an evaluator whose scores lie within the tolerance of those of more than half of the panel is upheld,
/// whatever the rest does; and one that pays somebody else is overturned by as many.
/// @dev For two specs at most, and a panel of three or five. Specs have participants of their own, except where it says so.
contract VerdictProof {
    using Branchless for uint256;

    uint256 private constant LANE_BITS = 32;
    uint256 private constant INDEX_BITS = 11;

    Verdicts private _verdicts = new Verdicts();

    // ----------------------------------------------------------------------------------------------------------- medians

    function check_theMeanOfTwoThatOpened(uint24[2] memory scores) public {
        uint256[] memory sorted = sort(list(scores[0], scores[1]));
        middle(list(scores[0], scores[1]), 3, (sorted[0] + sorted[1]) / 2);
    }

    function check_theMiddleOfThreeThatOpened(uint24[3] memory scores) public {
        uint256[] memory sorted = sort(list(scores[0], scores[1], scores[2]));
        middle(list(scores[0], scores[1], scores[2]), 3, sorted[1]);
    }

    function check_theMeanOfTheMiddleTwoOfFourThatOpened(uint24[4] memory scores) public {
        uint256[] memory sorted = sort(list(scores[0], scores[1], scores[2], scores[3]));
        middle(list(scores[0], scores[1], scores[2], scores[3]), 5, (sorted[1] + sorted[2]) / 2);
    }

    /// @dev The evaluator says that nothing can be scored, and everything lies within the tolerance: so the medians pay.
    function middle(uint256[] memory scores, uint256 members, uint256 expected) private {
        if (!inRange(scores)) return; // nobody can open it
        Case memory p = blank(members, 1, 1);
        (p.unscorable, p.tolerance) = (true, RankingLib.MAX_SCORE);
        for (uint256 i; i < scores.length; ++i) {
            p.arrays[i] = ScoresLib.keep(list(scores[i]));
        }
        Finding memory f = _verdicts.decide(p);
        assert(f.verdict == Verdict.Overturned && !f.unscorable);
        assert(f.medians.length == 1 && f.medians[0] == expected);
    }

    // ------------------------------------------------------------------------------------------------ an honest evaluator

    /// @dev The third member may open what it likes.
    function check_anHonestEvaluatorIsUpheldOnOnePrize(uint24[8] memory all, uint24 tolerance, uint24 minimum) public {
        upheld(all, tolerance, minimum, 1, true);
    }

    function check_anHonestEvaluatorIsUpheldOnTwoPrizes(uint24[8] memory all, uint24 tolerance, uint24 minimum) public {
        upheld(all, tolerance, minimum, 2, true);
    }

    /// @dev The third member says that the contest cannot be scored.
    function check_anHonestEvaluatorIsUpheldAgainstADenier(uint24[8] memory all, uint24 tolerance, uint24 minimum) public {
        upheld(all, tolerance, minimum, 1, false);
    }

    function upheld(uint24[8] memory all, uint24 tolerance, uint24 minimum, uint256 prizes, bool scores) private {
        if (!inRange(all) || !areTerms(tolerance, minimum)) return;
        Case memory p = blank(3, 2, prizes);
        (p.tolerance, p.minimum) = (tolerance, minimum);
        (uint256 a, uint256 b) = (all[0], all[1]);
        for (uint256 i = 2; i < 6; i += 2) {
            if (near(a, all[i], tolerance) & near(b, all[i + 1], tolerance) == 0) return;
        }
        p.ranking = ranked(a, b, minimum, prizes);
        p.arrays[0] = ScoresLib.keep(list(all[2], all[3]));
        p.arrays[1] = ScoresLib.keep(scores ? list(all[6], all[7]) : new uint256[](0));
        p.arrays[2] = ScoresLib.keep(list(all[4], all[5]));
        Finding memory f = _verdicts.decide(p);
        assert(f.verdict == Verdict.Upheld && f.ranking == p.ranking && !f.unscorable);
        assert(f.agreed & 5 == 5 && f.medians.length == 0);
    }

    // ----------------------------------------------------------------------------------------------------- one that lies

    /// @dev The second is paid, or nobody; both honest members have the first ahead by more than two honest scores can differ.
    function check_anEvaluatorThatPaysAnotherIsNeverUpheld(uint24[6] memory all, uint24 tolerance, uint24 minimum) public {
        lie(all, tolerance, minimum, lane(1), false);
    }

    function check_anEvaluatorThatPaysNobodyIsNeverUpheld(uint24[6] memory all, uint24 tolerance, uint24 minimum) public {
        lie(all, tolerance, minimum, 0, false);
    }

    function check_anEvaluatorThatDeniesAWinnerIsNeverUpheld(uint24[6] memory all, uint24 tolerance, uint24 minimum) public {
        lie(all, tolerance, minimum, 0, true);
    }

    function lie(uint24[6] memory all, uint24 tolerance, uint24 minimum, uint256 ranking, bool unscorable) private {
        if (!inRange(all) || !areTerms(tolerance, minimum)) return;
        Case memory p = blank(3, 2, 1);
        (p.tolerance, p.minimum, p.ranking, p.unscorable) = (tolerance, minimum, ranking, unscorable);
        for (uint256 i; i < 4; i += 2) {
            if (all[i] <= uint256(all[i + 1]) + 2 * uint256(tolerance)) return;
            if (all[i] < uint256(minimum) + tolerance) return;
        }
        if (near(all[0], all[2], tolerance) & near(all[1], all[3], tolerance) == 0) return;
        for (uint256 i; i < 3; ++i) {
            p.arrays[i] = ScoresLib.keep(list(all[2 * i], all[2 * i + 1]));
        }
        Finding memory f = _verdicts.decide(p);
        assert(f.verdict == Verdict.Overturned && !f.unscorable);
        assert(f.ranking & ((1 << INDEX_BITS) - 1) == 1 && f.ranking >> LANE_BITS == 0);
        assert(f.agreed & 3 == 3);
    }

    // ------------------------------------------------------------------------------------------------- too few to decide

    /// @dev One bribed member of three, one absent: what the bribed one opens and what the evaluator says is all the same.
    function check_aBribedMemberBesideAnAbsentOneDecidesNothing(
        uint24[4] memory all,
        uint24 tolerance,
        uint24 minimum,
        bool unscorable,
        uint256 paid
    ) public {
        if (!inRange(all) || !areTerms(tolerance, minimum) || paid > 2) return;
        Case memory p = blank(3, 2, 1);
        (p.tolerance, p.minimum, p.unscorable) = (tolerance, minimum, unscorable);
        p.ranking = unscorable || paid == 0 ? 0 : paid == 1 ? lane(0) : lane(1);
        p.arrays[0] = ScoresLib.keep(list(all[0], all[1]));
        // The honest one finds that the first is best, and the bribed one says that the second is, by more than honest ones differ.
        if (all[0] <= uint256(all[1]) + 2 * uint256(tolerance) || all[0] < uint256(minimum) + tolerance) return;
        if (all[3] <= uint256(all[2]) + 2 * uint256(tolerance) || all[3] < uint256(minimum) + tolerance) return;
        p.arrays[2] = ScoresLib.keep(list(all[2], all[3]));
        Finding memory f = _verdicts.decide(p);
        assert(f.verdict == Verdict.Undecided && f.agreed == 0);
    }

    // ------------------------------------------------------------------------------------------------------------- helpers

    function blank(uint256 members, uint256 specs, uint256 prizes) private pure returns (Case memory p) {
        p.arrays = new address[](members);
        p.places = new uint256[](specs);
        for (uint256 i; i < specs; ++i) {
            p.places[i] = (i + 1) << LANE_BITS | (i + 1);
        }
        p.prizes = prizes;
    }

    /// @dev What `RankingLib` makes of the scores of two participants, one path for each; see `Ranking.t.sol`.
    function ranked(uint256 a, uint256 b, uint256 minimum, uint256 prizes) private pure returns (uint256) {
        if (a < minimum) return b < minimum ? 0 : lane(1);
        if (b < minimum) return lane(0);
        (uint256 first, uint256 second) = a >= b ? (lane(0), lane(1)) : (lane(1), lane(0));
        return prizes == 1 ? first : second << LANE_BITS | first;
    }

    /// @dev A dispute does not look at the score in a lane.
    function lane(uint256 index) private pure returns (uint256) {
        return 1 << INDEX_BITS | (index + 1);
    }

    function areTerms(uint256 tolerance, uint256 minimum) private pure returns (bool) {
        return tolerance <= RankingLib.MAX_SCORE && minimum <= RankingLib.MAX_SCORE;
    }

    function near(uint256 x, uint256 y, uint256 tolerance) private pure returns (uint256) {
        return x.le(y + tolerance) & y.le(x + tolerance);
    }

    function sort(uint256[] memory scores) private pure returns (uint256[] memory) {
        for (uint256 i = 1; i < scores.length; ++i) {
            for (uint256 j = i; j != 0; --j) {
                uint256 falls = scores[j].lt(scores[j - 1]);
                (scores[j - 1], scores[j]) =
                    (falls.pick(scores[j], scores[j - 1]), falls.pick(scores[j - 1], scores[j]));
            }
        }
        return scores;
    }

    function inRange(uint256[] memory scores) private pure returns (bool) {
        uint256 most;
        for (uint256 i; i < scores.length; ++i) {
            most |= RankingLib.MAX_SCORE.lt(scores[i]);
        }
        return most == 0;
    }

    function inRange(uint24[4] memory scores) private pure returns (bool) {
        return inRange(list(scores[0], scores[1], scores[2], scores[3]));
    }

    function inRange(uint24[6] memory scores) private pure returns (bool) {
        return inRange(list(scores[0], scores[1], scores[2], scores[3])) && inRange(list(scores[4], scores[5]));
    }

    function inRange(uint24[8] memory scores) private pure returns (bool) {
        return inRange([scores[0], scores[1], scores[2], scores[3], scores[4], scores[5]])
            && inRange(list(scores[6], scores[7]));
    }

    function list(uint256 a) private pure returns (uint256[] memory scores) {
        scores = new uint256[](1);
        scores[0] = a;
    }

    function list(uint256 a, uint256 b) private pure returns (uint256[] memory scores) {
        scores = new uint256[](2);
        (scores[0], scores[1]) = (a, b);
    }

    function list(uint256 a, uint256 b, uint256 c) private pure returns (uint256[] memory scores) {
        scores = new uint256[](3);
        (scores[0], scores[1], scores[2]) = (a, b, c);
    }

    function list(uint256 a, uint256 b, uint256 c, uint256 d) private pure returns (uint256[] memory scores) {
        scores = new uint256[](4);
        (scores[0], scores[1], scores[2], scores[3]) = (a, b, c, d);
    }
}
