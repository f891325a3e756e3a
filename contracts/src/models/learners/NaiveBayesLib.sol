// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";
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
        uint256[] memory products = new uint256[](classes);
        uint256[] memory exponents = new uint256[](classes);
        for (uint256 k; k < classes; ++k) {
            totals[k] = m.totalsAt(k);
            products[k] = ModelLib.samplesOf(totals[k]);
        }
        _multiply(task, m, x, products, exponents);

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

    /// @dev Multiplies the numerators of all features into `products`, by class.
    function _multiply(
        Task memory task,
        Model storage m,
        bytes calldata x,
        uint256[] memory products,
        uint256[] memory exponents
    ) private view {
        uint256 features = task.features;
        uint256 lanesLog = task.lanesLog;
        uint256 smoothing = task.smoothing;
        uint256 classes = products.length;
        uint256 next;
        uint256 place = type(uint256).max;
        uint256 word;
        unchecked {
            for (uint256 i; i < x.length; i += 2) {
                uint256 feature = SamplesLib.featureAt(x, i, next, features);
                next = feature + 1;
                uint256 lane = feature << lanesLog;
                if (lane >> 4 != place) {
                    place = lane >> 4;
                    word = m.wordAt(place);
                }
                uint256 counts = word >> ((lane & 15) << 4);
                for (uint256 k; k < classes; ++k) {
                    // Less than 2^235, times less than 2^21.
                    uint256 product = _get(products, k) * ((uint256(uint16(counts)) << 4) + smoothing);
                    if (product >> FloatLib.FULL != 0) {
                        product >>= FloatLib.CUT;
                        _set(exponents, k, _get(exponents, k) + FloatLib.CUT);
                    }
                    _set(products, k, product);
                    counts >>= 16;
                }
            }
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
        for (uint256 i; i < count; ++i) {
            uint256 lane = SamplesLib.featureAt(x, 2 * i, 0, type(uint256).max) << task.lanesLog | k;
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

    // Without the check of the bounds, which the loop keeps: saves 40 gas a feature and class.

    function _get(uint256[] memory list, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(list, 0x20), shl(5, i)))
        }
    }

    function _set(uint256[] memory list, uint256 i, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(add(add(list, 0x20), shl(5, i)), word)
        }
    }
}
