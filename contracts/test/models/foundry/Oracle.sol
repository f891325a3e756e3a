// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../../../src/models/ModelTypes.sol";

/// @notice A model in plain numbers, none of them packed: what the contract's must be like.
struct Mind {
    Kind kind;
    uint256 features;
    uint256 lanes;
    uint256 classes;
    int256 step;
    uint256 smoothing;
    int256 bias;
    /// Weights; or counts and sums, those of a class together.
    int256[] numbers;
    /// By class.
    uint256[] samples;
}

/// @notice Decides and learns as the kinds are defined, one number after the other. A dense sample has a value for each
/// feature; a sparse one has the features.
library Oracle {
    function predict(Mind memory mind, int256[] memory x) internal pure returns (uint256) {
        if (mind.kind == Kind.SparsePerceptron || mind.kind == Kind.DensePerceptron) {
            return margin(mind, x) > 0 ? 1 : 0;
        }
        uint256 best;
        bool found;
        for (uint256 k; k < mind.classes; ++k) {
            if (mind.samples[k] == 0) continue;
            if (!found || better(mind, x, k, best)) (found, best) = (true, k);
        }
        return best;
    }

    function learn(Mind memory mind, int256[] memory x, uint256 label) internal pure {
        if (mind.kind == Kind.SparsePerceptron || mind.kind == Kind.DensePerceptron) {
            if (predict(mind, x) == label) return;
            bool sparse = mind.kind == Kind.SparsePerceptron;
            for (uint256 i; i < x.length; ++i) {
                int256 change = sparse ? mind.step : x[i] >> 3;
                uint256 place = sparse ? uint256(x[i]) : i;
                int256 changed = mind.numbers[place] + (label == 1 ? change : -change);
                if (changed == int16(changed)) mind.numbers[place] = changed;
            }
            int256 bias = mind.bias + (label == 1 ? int256(1) : -1) * (sparse ? mind.step : int256(4096));
            if (bias == int32(bias)) mind.bias = bias;
            return;
        }
        ++mind.samples[label];
        for (uint256 i; i < x.length; ++i) {
            if (mind.kind == Kind.DenseCentroid) {
                mind.numbers[label * mind.features + i] += x[i];
            } else if (mind.numbers[label * mind.features + uint256(x[i])] < 65_535) {
                ++mind.numbers[label * mind.features + uint256(x[i])];
            }
        }
    }

    /// @dev The sum of a class's counts, and of the squares of its counts or sums.
    function totals(Mind memory mind, uint256 k) internal pure returns (uint256 counts, uint256 squares) {
        if (mind.samples.length == 0) return (0, 0);
        for (uint256 i; i < mind.features; ++i) {
            int256 number = mind.numbers[k * mind.features + i];
            if (mind.kind != Kind.DenseCentroid) counts += uint256(number);
            squares += uint256(number * number);
        }
    }

    function margin(Mind memory mind, int256[] memory x) private pure returns (int256 sum) {
        if (mind.kind == Kind.SparsePerceptron) {
            sum = mind.bias;
            for (uint256 i; i < x.length; ++i) {
                sum += mind.numbers[uint256(x[i])];
            }
        } else {
            sum = mind.bias * 32_768;
            for (uint256 i; i < x.length; ++i) {
                sum += mind.numbers[i] * x[i];
            }
        }
    }

    /// @dev Whether class `a` is to be chosen before class `b`, both with samples.
    function better(Mind memory mind, int256[] memory x, uint256 a, uint256 b) private pure returns (bool) {
        (int256 na, int256 nb) = (int256(mind.samples[a]), int256(mind.samples[b]));
        if (mind.kind != Kind.NaiveBayes) {
            return (int256(squares(mind, a)) - 2 * na * dot(mind, x, a)) * nb * nb
                < (int256(squares(mind, b)) - 2 * nb * dot(mind, x, b)) * na * na;
        }
        (uint256 left, uint256 right) = (uint256(na), uint256(nb));
        for (uint256 i; i < x.length; ++i) {
            left *= (16 * uint256(mind.numbers[a * mind.features + uint256(x[i])]) + mind.smoothing) * divisor(mind, b);
            right *= (16 * uint256(mind.numbers[b * mind.features + uint256(x[i])]) + mind.smoothing) * divisor(mind, a);
        }
        return left > right;
    }

    function squares(Mind memory mind, uint256 k) private pure returns (uint256 sum) {
        (, sum) = totals(mind, k);
    }

    function divisor(Mind memory mind, uint256 k) private pure returns (uint256) {
        (uint256 counts,) = totals(mind, k);
        return 16 * counts + mind.smoothing * mind.features;
    }

    function dot(Mind memory mind, int256[] memory x, uint256 k) private pure returns (int256 sum) {
        for (uint256 i; i < x.length; ++i) {
            if (mind.kind == Kind.DenseCentroid) sum += mind.numbers[k * mind.features + i] * x[i];
            else sum += mind.numbers[k * mind.features + uint256(x[i])];
        }
    }
}
