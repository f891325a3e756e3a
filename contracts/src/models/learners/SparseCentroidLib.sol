// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";

/// @notice The class whose mean is nearest: the smallest (Q − 2NS) / N², where Q sums the squares of all its counts and S its
/// counts of the features that the sample has. A class without samples is chosen only where all are.
/// @dev State and learning: `CountsLib`.
library SparseCentroidLib {
    using ModelLib for Model;

    /// The counts of every second class.
    uint256 private constant EVEN = 0x0000ffff0000ffff0000ffff0000ffff;

    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256 class) {
        uint256[] memory sums = _sums(hot, m, x);
        int256 best;
        uint256 bestSamples;
        unchecked {
            // Q < 2^49, N < 2^33 and S < 2^33: nothing here leaves 134 bits.
            for (uint256 k; k < sums.length; ++k) {
                uint256 totals = m.totalsAt(k);
                uint256 samples = ModelLib.samplesOf(totals);
                if (samples == 0) continue;
                int256 score = int256(ModelLib.squaresOf(totals)) - int256(2 * samples * sums[k]);
                // Fractions compared without dividing.
                if (bestSamples == 0 || score * int256(bestSamples * bestSamples) < best * int256(samples * samples)) {
                    (best, bestSamples, class) = (score, samples, k);
                }
            }
        }
    }

    /// @dev By class, its counts of the sample's features.
    function _sums(Hot hot, Model storage m, bytes calldata x) private view returns (uint256[] memory sums) {
        SamplesLib.requirePairs(x);
        uint256 lanesLog = hot.lanesLog();
        uint256 next;
        uint256 fell;
        uint256 slot = type(uint256).max;
        (uint256 place, uint256 end) = SamplesLib.range(x);
        uint256 word;
        uint256 low;
        uint256 high;
        uint256 mask = (1 << (16 << lanesLog)) - 1;
        unchecked {
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                fell = SamplesLib.noteOrder(fell, feature, next);
                next = feature + 1;
                uint256 lane = feature << lanesLog;
                if (lane >> 4 != slot) {
                    slot = lane >> 4;
                    word = m.wordAt(slot);
                }
                // All classes at once, in lanes of 32 bits: 2^16 counts fit.
                uint256 counts = word >> ((lane & 15) << 4) & mask;
                low += counts & EVEN;
                high += counts >> 16 & EVEN;
            }
            SamplesLib.requireOrder(x, hot.features(), fell, next);
            sums = new uint256[](hot.classes());
            for (uint256 k; k < sums.length; ++k) {
                sums[k] = uint32((k & 1 == 0 ? low : high) >> ((k >> 1) << 5));
            }
        }
    }
}
