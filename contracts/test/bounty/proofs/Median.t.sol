// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RankingLib} from "../../../src/bounty/RankingLib.sol";
import {Dispute, PanelLib} from "../../../src/bounty/PanelLib.sol";
import {ScoresLib} from "../../../src/bounty/ScoresLib.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice What a panel decides, for up to four arrays: the score that stands is the middle one, and an array agrees where
/// all its scores lie within the tolerance of those that stand.
contract MedianProof {
    using Branchless for uint256;
    using PanelLib for Dispute;

    Dispute private _dispute;

    function check_oneMemberAndTheEvaluator(uint24[2] memory scores, uint24 tolerance) public {
        uint256[] memory seats = new uint256[](1);
        decide(list(scores[0], scores[1]), seats, 1, tolerance);
    }

    /// @dev Two of three have opened, so the evaluator's array counts.
    function check_twoOfThreeMembersAndTheEvaluator(uint24[3] memory scores, uint24 tolerance) public {
        uint256[] memory seats = new uint256[](2);
        seats[1] = 2;
        decide(list(scores[0], scores[1], scores[2]), seats, 3, tolerance);
    }

    function check_threeMembersAndTheEvaluator(uint24[4] memory scores, uint24 tolerance) public {
        uint256[] memory seats = new uint256[](3);
        (seats[1], seats[2]) = (1, 2);
        decide(list(scores[0], scores[1], scores[2], scores[3]), seats, 3, tolerance);
    }

    /// @dev Two specs: to miss one is to miss.
    function check_oneMemberAndTheEvaluatorOnTwoSpecs(
        uint24[2] memory evaluators,
        uint24[2] memory members,
        uint24 tolerance
    ) public {
        if (tolerance > RankingLib.MAX_SCORE) return; // `open` refuses it
        uint256[] memory all = list(evaluators[0], evaluators[1], members[0], members[1]);
        for (uint256 i; i < all.length; ++i) {
            if (all[i] > RankingLib.MAX_SCORE) return;
        }
        _dispute.tolerance = tolerance;
        _dispute.scores = keep(list(evaluators[0], evaluators[1]));
        open(0, keep(list(members[0], members[1])));
        (uint256[] memory medians, uint256 agreed, bool upheld) = _dispute.decide(1, 2);
        assert(medians[0] == members[0] && medians[1] == members[1]);
        assert(agreed == 1);
        assert(upheld == (near(evaluators[0], medians[0], tolerance) & near(evaluators[1], medians[1], tolerance) == 1));
    }

    /// @param scores the evaluator's, then those of the members that opened.
    /// @param seats where these sit.
    function decide(uint256[] memory scores, uint256[] memory seats, uint256 size, uint24 tolerance) private {
        if (tolerance > RankingLib.MAX_SCORE) return; // `open` refuses it
        for (uint256 i; i < scores.length; ++i) {
            if (scores[i] > RankingLib.MAX_SCORE) return; // nobody can keep it
        }
        _dispute.tolerance = tolerance;
        _dispute.scores = keep(list(scores[0]));
        for (uint256 i; i < seats.length; ++i) {
            open(seats[i], keep(list(scores[i + 1])));
        }

        (uint256[] memory medians, uint256 agreed, bool upheld) = _dispute.decide(size, 1);

        uint256 median = medians[0];
        uint256 below;
        uint256 above;
        uint256 among;
        uint256 first = scores.length % 2 == 1 ? 0 : 1; // an odd number has a middle
        for (uint256 i = first; i < scores.length; ++i) {
            below += scores[i].lt(median);
            above += median.lt(scores[i]);
            among |= scores[i].eq(median);
        }
        uint256 half = (scores.length - first) / 2;
        assert(medians.length == 1);
        assert(below.le(half) & above.le(half) & among == 1);
        uint256 expected;
        for (uint256 i; i < seats.length; ++i) {
            expected |= near(scores[i + 1], median, tolerance) << seats[i];
        }
        assert(agreed == expected);
        assert(upheld == (near(scores[0], median, tolerance) == 1));
    }

    function open(uint256 seat, bytes32 word) private {
        _dispute.seats[seat].opened = true;
        _dispute.seats[seat].word = word;
        ++_dispute.opened;
    }

    function keep(uint256[] memory scores) private returns (bytes32) {
        return bytes32(uint256(uint160(ScoresLib.keep(scores))));
    }

    function near(uint256 x, uint256 y, uint256 tolerance) private pure returns (uint256) {
        return x.le(y + tolerance) & y.le(x + tolerance);
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
