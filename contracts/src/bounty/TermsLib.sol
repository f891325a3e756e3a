// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Terms} from "./IHyperparameterBounty.sol";
import {RankingLib} from "./RankingLib.sol";

/// @notice What `open` accepts.
library TermsLib {
    uint256 internal constant BASIS_POINTS = 10_000;
    /// Keeps every deadline far inside 40 bits, and no money behind a mistyped year.
    uint256 internal constant MAX_AHEAD = 3650 days;
    /// No window is shorter: who watches a chain and answers at once is never too late.
    uint256 internal constant MIN_WINDOW = 10 minutes;
    /// Filling one slot would cost the whole prize if there were only one.
    uint256 internal constant MIN_ENTRIES = 2;
    /// Throughputs are in thousandths of the reference core.
    uint256 internal constant THROUGHPUT_UNIT = 1_000;

    /// @notice Reverts, naming what is wrong, unless a contest can be held on `terms`.
    function check(Terms calldata terms) internal view {
        require(terms.reward != 0, IHyperparameterBounty.ZeroReward());
        require(terms.evaluator != address(0), IHyperparameterBounty.ZeroEvaluator());
        require(terms.manifest != 0, IHyperparameterBounty.ZeroManifest());
        require(
            terms.minimumScore <= RankingLib.MAX_SCORE,
            IHyperparameterBounty.MinimumScoreOutOfRange(RankingLib.MAX_SCORE, terms.minimumScore)
        );
        uint256 cap = terms.maxSubmissions;
        require(
            cap >= MIN_ENTRIES && cap <= RankingLib.MAX_ENTRIES,
            IHyperparameterBounty.SubmissionCapOutOfRange(MIN_ENTRIES, RankingLib.MAX_ENTRIES, cap)
        );
        uint256 own = terms.maxPerAddress;
        require(own != 0 && own <= cap, IHyperparameterBounty.PerAddressCapOutOfRange(cap, own));
        require(terms.entrySeconds != 0, IHyperparameterBounty.ZeroEntrySeconds());
        uint256 acceptEnds = terms.acceptEnds;
        uint256 earliest = block.timestamp + MIN_WINDOW;
        require(acceptEnds >= earliest, IHyperparameterBounty.AcceptEndsTooSoon(earliest, acceptEnds));
        uint256 submitSeconds = terms.submitSeconds;
        checkWindow(submitSeconds);
        uint256 revealSeconds = terms.revealSeconds;
        checkWindow(revealSeconds);
        uint256 scoreSeconds = terms.scoreSeconds;
        checkWindow(scoreSeconds);
        if (terms.holdoutCommitment != 0) checkWindow(keySeconds(scoreSeconds));
        uint256 challengeSeconds = terms.challengeSeconds;
        if (challengeSeconds != 0) checkWindow(challengeSeconds);
        // With all that it can be extended by.
        uint256 last = acceptEnds + 2 * submitSeconds + revealSeconds + scoreSeconds + challengeSeconds
            + terms.panel.sealSeconds + terms.panel.openSeconds;
        uint256 latest = block.timestamp + MAX_AHEAD;
        require(last <= latest, IHyperparameterBounty.DeadlineTooFar(latest, last));
    }

    /// @notice Reverts if a window is too short to be in time for.
    function checkWindow(uint256 secs) internal pure {
        require(secs >= MIN_WINDOW, IHyperparameterBounty.WindowTooShort(MIN_WINDOW, secs));
    }

    /// @notice How long the holdout key may be published, from `revealEnds` on: three quarters of the time to score are left.
    function keySeconds(uint256 scoreSeconds) internal pure returns (uint256) {
        return scoreSeconds / 4;
    }

    /// @notice The shares in lanes of 16 bits, the best one's lowest; zero for one prize. Reverts unless they make a whole.
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
        if (count == 1) return 0;
    }

    /// @notice Share `i` in basis points.
    function shareAt(uint128 packed, uint256 i) internal pure returns (uint256) {
        return packed == 0 ? BASIS_POINTS : (packed >> (16 * i)) & 0xffff;
    }
}
