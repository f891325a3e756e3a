// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Terms} from "./IHyperparameterBounty.sol";
import {RankingLib} from "./RankingLib.sol";
import {SpecLib} from "./SpecLib.sol";

/// @notice What `open` accepts.
library TermsLib {
    uint256 internal constant BASIS_POINTS = 10_000;
    /// Keeps every deadline far inside 40 bits, and no money behind a mistyped year.
    uint256 internal constant MAX_AHEAD = 3650 days;

    /// @notice Reverts, naming what is wrong, unless a contest can be held on `terms`.
    function check(Terms calldata terms) internal view {
        require(terms.reward != 0, IHyperparameterBounty.ZeroReward());
        require(terms.evaluator != address(0), IHyperparameterBounty.ZeroEvaluator());
        require(terms.manifest != 0, IHyperparameterBounty.ZeroManifest());
        require(
            terms.minimumScore <= RankingLib.MAX_SCORE,
            IHyperparameterBounty.MinimumScoreOutOfRange(RankingLib.MAX_SCORE, terms.minimumScore)
        );
        require(
            terms.maxSubmissions != 0 && terms.maxSubmissions <= RankingLib.MAX_ENTRIES,
            IHyperparameterBounty.SubmissionCapOutOfRange(RankingLib.MAX_ENTRIES, terms.maxSubmissions)
        );
        require(
            terms.maxPerAddress != 0 && terms.maxPerAddress <= terms.maxSubmissions,
            IHyperparameterBounty.PerAddressCapOutOfRange(terms.maxSubmissions, terms.maxPerAddress)
        );
        require(
            terms.submitEnds > block.timestamp,
            IHyperparameterBounty.SubmitEndsPassed(terms.submitEnds, block.timestamp)
        );
        require(
            terms.revealSeconds != 0 && terms.scoreSeconds != 0,
            IHyperparameterBounty.EmptyWindow(terms.revealSeconds, terms.scoreSeconds)
        );
        checkLastDeadline(
            uint256(terms.submitEnds) + terms.revealSeconds + terms.scoreSeconds + terms.challengeSeconds
                + terms.panel.sealSeconds + terms.panel.openSeconds
        );
        SpecLib.checkLimits(terms.limits);
    }

    /// @notice Reverts if a contest would end too far ahead.
    function checkLastDeadline(uint256 last) internal view {
        uint256 latest = block.timestamp + MAX_AHEAD;
        require(last <= latest, IHyperparameterBounty.DeadlineTooFar(latest, last));
    }

    /// @notice The shares in lanes of 16 bits, the best one's lowest; reverts unless they make a whole.
    function packShares(uint16[] calldata shares) internal pure returns (uint128 packed) {
        uint256 count = shares.length;
        require(
            count != 0 && count <= RankingLib.MAX_PRIZES,
            IHyperparameterBounty.WrongShareCount(RankingLib.MAX_PRIZES, count)
        );
        uint256 sum;
        for (uint256 i; i < count; ++i) {
            uint256 share = shares[i];
            require(share != 0, IHyperparameterBounty.ZeroShare(i));
            sum += share;
            packed |= uint128(share << (16 * i));
        }
        require(sum == BASIS_POINTS, IHyperparameterBounty.WrongShareSum(BASIS_POINTS, sum));
    }

    /// @notice Share `i` in basis points.
    function shareAt(uint128 packed, uint256 i) internal pure returns (uint256) {
        return (packed >> (16 * i)) & 0xffff;
    }
}
