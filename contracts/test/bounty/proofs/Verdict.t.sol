// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {RankingLib} from "../../../src/bounty/RankingLib.sol";
import {ScoresLib} from "../../../src/bounty/ScoresLib.sol";
import {Case, Finding, Verdicts} from "../../../src/bounty/Verdicts.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice What a panel decides: the scores that pay are the middle ones of those that members opened, the evaluator's never
/// among them; and an evaluator that pays somebody else than the best by far is overturned, as is one that recorded nothing.
/// @dev For one spec and up to three members, or two specs and one. More of both, honest and lying: `attacks/verdicts.t.sol`.
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

    // ----------------------------------------------------------------------------------------- what one member bears out

    /// @dev The second is paid; the member has the first ahead by more than two honest scores can differ.
    function check_anEvaluatorThatPaysAnotherIsNotBorneOut(uint24[2] memory found, uint24 tolerance, uint24 minimum)
        public
    {
        if (!inRange(list(found[0], found[1])) || !areTerms(tolerance, minimum)) return;
        if (found[0] <= uint256(found[1]) + 2 * uint256(tolerance) || found[0] < minimum) return;
        Case memory p = blank(1, 2, 1);
        (p.tolerance, p.minimum, p.ranking) = (tolerance, minimum, lane(1));
        p.arrays[0] = ScoresLib.keep(list(found[0], found[1]));
        Finding memory f = _verdicts.decide(p);
        assert(f.verdict == Verdict.Overturned && f.agreed == 1);
        assert(f.ranking & ((1 << INDEX_BITS) - 1) == 1 && f.ranking >> LANE_BITS == 0);
    }

    /// @dev What the member finds stands, also where nobody reaches the minimum, and the best is paid.
    function check_anEvaluatorThatRecordedNothingIsOverturned(uint24[2] memory found, uint24 minimum) public {
        if (!inRange(list(found[0], found[1])) || !areTerms(0, minimum)) return;
        Case memory p = blank(1, 2, 1);
        (p.recorded, p.minimum) = (false, minimum);
        p.arrays[0] = ScoresLib.keep(list(found[0], found[1]));
        Finding memory f = _verdicts.decide(p);
        assert(f.verdict == Verdict.Overturned && f.agreed == 1 && !f.unscorable && f.medians.length == 2);
        uint256 best = f.ranking & ((1 << INDEX_BITS) - 1);
        uint256 expected = (found[1] > found[0] ? 2 : 1);
        assert(best == (found[0] < minimum && found[1] < minimum ? 0 : expected));
    }

    // ------------------------------------------------------------------------------------------------------------- helpers

    function blank(uint256 members, uint256 specs, uint256 prizes) private pure returns (Case memory p) {
        p.arrays = new address[](members);
        p.places = new uint256[](specs);
        for (uint256 i; i < specs; ++i) {
            p.places[i] = (i + 1) << LANE_BITS | (i + 1);
        }
        p.prizes = prizes;
        p.recorded = true;
    }

    /// @dev A dispute does not look at the score in a lane.
    function lane(uint256 index) private pure returns (uint256) {
        return 1 << INDEX_BITS | (index + 1);
    }

    function areTerms(uint256 tolerance, uint256 minimum) private pure returns (bool) {
        return tolerance <= RankingLib.MAX_SCORE && minimum <= RankingLib.MAX_SCORE;
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
}
