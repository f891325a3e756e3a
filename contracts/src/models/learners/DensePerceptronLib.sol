// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";
import {LanesLib} from "./LanesLib.sol";
import {SparsePerceptronLib} from "./SparsePerceptronLib.sol";

/// @notice Class 1 where bias·2^15 + Σw·x > 0; learns when it is wrong, by an eighth of the sample.
/// @dev 16 weights of int16 a word, worked on together (`LanesLib`).
library DensePerceptronLib {
    using ModelLib for Model;

    int256 private constant BIAS_STEP = 4096;
    uint256 private constant SIGNS = LanesLib.ONES_16 << 15;
    /// Of an int16 that became 0 to 65,535 and was divided by 8.
    uint256 private constant EIGHTH_BITS = LanesLib.ONES_16 * 0x1fff;
    uint256 private constant LOW_16_OF_32 = LanesLib.ONES_32 * 0xffff;

    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256 class) {
        SamplesLib.requireDense(x, hot.features());
        uint256 products;
        uint256 ones = LanesLib.ones(x.length);
        unchecked {
            uint256 place;
            for (uint256 i; i < x.length; i += 32) {
                uint256 values = SamplesLib.wordAt(x, i);
                uint256 weights = m.wordAt(place++);
                products += LanesLib.fourth(weights, 0, ones) * LanesLib.fourth(values, 3, ones)
                + LanesLib.fourth(weights, 1, ones) * LanesLib.fourth(values, 2, ones)
                + LanesLib.fourth(weights, 2, ones) * LanesLib.fourth(values, 1, ones)
                + LanesLib.fourth(weights, 3, ones) * LanesLib.fourth(values, 0, ones);
            }
            return (hot.bias() << 15) + LanesLib.top(products) > 0 ? 1 : 0;
        }
    }

    function learn(Hot hot, Model storage m, bytes calldata x, uint256 label) internal returns (Hot) {
        if (predict(hot, m, x) == label) return hot;
        uint256 ones = LanesLib.ones(x.length);
        unchecked {
            uint256 place;
            for (uint256 i; i < x.length; i += 32) {
                uint256 values = LanesLib.reversed16(SamplesLib.wordAt(x, i), ones);
                m.setWord(place, _changed(m.wordAt(place), values, label == 1));
                ++place;
            }
        }
        return SparsePerceptronLib.changeBias(hot, label == 1 ? BIAS_STEP : -BIAS_STEP);
    }

    /// @dev 16 weights, each changed by an eighth of its value, rounded down; one that would leave int16 stays.
    function _changed(uint256 weights, uint256 values, bool up) private pure returns (uint256) {
        // Both without signs: a weight is 2^15 more, an eighth 2^12.
        weights ^= SIGNS;
        uint256 eighths = (values ^ SIGNS) >> 3 & EIGHTH_BITS;
        return (_half(weights & LOW_16_OF_32, eighths & LOW_16_OF_32, up)
                | _half(weights >> 16 & LOW_16_OF_32, eighths >> 16 & LOW_16_OF_32, up)
                << 16) ^ SIGNS;
    }

    /// @dev Every second of them, each with 16 bits to spare above it.
    function _half(uint256 weights, uint256 eighths, bool up) private pure returns (uint256) {
        unchecked {
            // 2^16 more than it is: then bit 16 says whether it fits, and no lane borrows from another.
            uint256 changed = up
                ? weights + (LanesLib.ONES_32 * (0x10000 - 0x1000)) + eighths
                : weights + (LanesLib.ONES_32 * (0x10000 + 0x1000)) - eighths;
            uint256 fits = (changed >> 16 & LanesLib.ONES_32) * 0xffff;
            return changed & fits | weights & ~fits;
        }
    }
}
