// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";
import {CountsLib} from "./CountsLib.sol";
import {ExactLib} from "./ExactLib.sol";
import {FloatLib} from "./FloatLib.sol";

/// @notice The class with the largest N·Π((16c + a) / (16T + aV)) over the features that a sample has, V being all features
/// and a the smoothing in sixteenths. A class without samples has zero.
/// @dev State and learning: `CountsLib`. Products are kept to 128 bits; where that cannot tell two classes apart they are
/// compared exactly, so the decision is that of the fractions, ties included.
library NaiveBayesLib {
    using ModelLib for Model;

    /// @notice What a decision needs besides the state.
    struct Task {
        uint256 features;
        uint256 lanesLog;
        uint256 smoothing;
    }

    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256 class) {
        SamplesLib.requirePairs(x);
        Task memory task = Task(hot.features(), hot.lanesLog(), hot.smoothing());
        uint256 classes = hot.classes();
        uint256[] memory totals = new uint256[](classes);
        // One more than there is where classes are odd: they are multiplied two at a time.
        uint256[] memory products = new uint256[](classes + 1);
        uint256[] memory exponents = new uint256[](classes + 1);
        for (uint256 k; k < classes; ++k) {
            totals[k] = m.totalsAt(k);
            products[k] = ModelLib.samplesOf(totals[k]);
        }
        for (uint256 k; k < classes; k += 2) {
            _multiply(task, m, x, k, products, exponents);
        }

        uint256 best = classes;
        uint256 bestNumber;
        uint256 bestExponent;
        uint256 bestPower;
        uint256 bestPowerExponent;
        unchecked {
            for (uint256 k; k < classes; ++k) {
                if (products[k] == 0) continue;
                (uint256 number, uint256 exponent) = FloatLib.normalize(products[k], exponents[k]);
                (uint256 power, uint256 powerExponent) = FloatLib.power(_divisor(task, totals[k]), x.length / 2);
                bool larger = best == classes;
                if (!larger) {
                    // number / power against the best's, multiplied by both powers.
                    int256 order = FloatLib.compare(
                        number * bestPower,
                        exponent + bestPowerExponent,
                        bestNumber * power,
                        bestExponent + powerExponent
                    );
                    larger = order > 0 || (order == 0 && _exactlyLarger(task, m, x, totals, k, best));
                }
                if (larger) {
                    (best, bestNumber, bestExponent) = (k, number, exponent);
                    (bestPower, bestPowerExponent) = (power, powerExponent);
                }
            }
        }
        return best == classes ? 0 : best;
    }

    /// @dev Multiplies the numerators of all features into the products of classes `k` and `k` + 1. Two at a time, which the
    /// stack has room for: saves 60 gas a feature and class, against products in memory.
    function _multiply(
        Task memory task,
        Model storage m,
        bytes calldata x,
        uint256 k,
        uint256[] memory products,
        uint256[] memory exponents
    ) private view {
        (uint256 a, uint256 b) = (products[k], products[k + 1]);
        uint256 cuts; // of `a`; of `b` from bit 128 on
        uint256 fell;
        uint256 next;
        uint256 slot = type(uint256).max;
        uint256 word;
        (uint256 place, uint256 end) = SamplesLib.range(x);
        unchecked {
            for (; place != end; place += 2) {
                uint256 lane = SamplesLib.featureAt(place);
                fell = SamplesLib.noteOrder(fell, lane, next);
                next = lane + 1;
                lane = lane << task.lanesLog | k;
                if (lane >> 4 != slot) {
                    slot = lane >> 4;
                    word = m.wordAt(slot);
                }
                uint256 counts = word >> ((lane & 15) << 4);
                // Less than 2^235, times less than 2^21.
                a *= ((counts & CountsLib.MAX) << 4) + task.smoothing;
                b *= ((counts >> 16 & CountsLib.MAX) << 4) + task.smoothing;
                if ((a | b) >> FloatLib.FULL != 0) {
                    if (a >> FloatLib.FULL != 0) (a, cuts) = (a >> FloatLib.CUT, cuts + 1);
                    if (b >> FloatLib.FULL != 0) (b, cuts) = (b >> FloatLib.CUT, cuts + (1 << 128));
                }
            }
            SamplesLib.requireOrder(x, task.features, fell, next);
            (products[k], products[k + 1]) = (a, b);
            exponents[k] = uint128(cuts) * FloatLib.CUT;
            exponents[k + 1] = (cuts >> 128) * FloatLib.CUT;
        }
    }

    /// @dev Whether class `a` has more than class `b`, in whole numbers: N_a·Π(16c_a + a)·D_b^L against the same of b.
    function _exactlyLarger(
        Task memory task,
        Model storage m,
        bytes calldata x,
        uint256[] memory totals,
        uint256 a,
        uint256 b
    ) private view returns (bool) {
        uint256[] memory left = _factors(task, m, x, totals, a, b);
        uint256[] memory right = _factors(task, m, x, totals, b, a);
        return ExactLib.larger(left, right);
    }

    /// @dev N of class `k`, the numerators of its features, and as often the divisor of class `other`.
    function _factors(
        Task memory task,
        Model storage m,
        bytes calldata x,
        uint256[] memory totals,
        uint256 k,
        uint256 other
    ) private view returns (uint256[] memory factors) {
        uint256 count = x.length / 2;
        factors = new uint256[](2 * count + 1);
        uint256 divisor = _divisor(task, totals[other]);
        (uint256 place,) = SamplesLib.range(x);
        for (uint256 i; i < count; ++i) {
            uint256 lane = SamplesLib.featureAt(place + 2 * i) << task.lanesLog | k;
            factors[i] = (uint256(uint16(m.wordAt(lane >> 4) >> ((lane & 15) << 4))) << 4) + task.smoothing;
            factors[count + i] = divisor;
        }
        factors[2 * count] = ModelLib.samplesOf(totals[k]);
    }

    /// @dev Less than 2^37.
    function _divisor(Task memory task, uint256 totals) private pure returns (uint256) {
        unchecked {
            return (ModelLib.countsOf(totals) << 4) + task.smoothing * task.features;
        }
    }
}
