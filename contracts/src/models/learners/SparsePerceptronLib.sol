// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";

/// @notice Class 1 where bias + Σw > 0 over the features that a sample has; learns when it is wrong.
/// @dev 16 weights of int16 a word. Features rise, so each word is read once, and written once.
library SparsePerceptronLib {
    using ModelLib for Model;

    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256 class) {
        SamplesLib.requirePairs(x);
        uint256 features = hot.features();
        int256 sum = hot.bias();
        uint256 next;
        uint256 place = type(uint256).max;
        uint256 word;
        // 2^16 numbers of 32 bits and fewer cannot overflow.
        unchecked {
            for (uint256 i; i < x.length; i += 2) {
                uint256 feature = SamplesLib.featureAt(x, i, next, features);
                next = feature + 1;
                if (feature >> 4 != place) {
                    place = feature >> 4;
                    word = m.wordAt(place);
                }
                sum += int16(uint16(word >> ((feature & 15) << 4)));
            }
        }
        return sum > 0 ? 1 : 0;
    }

    function learn(Hot hot, Model storage m, bytes calldata x, uint256 label) internal returns (Hot) {
        if (predict(hot, m, x) == label) return hot;
        int256 change = int256(hot.step());
        if (label == 0) change = -change;
        uint256 place = type(uint256).max;
        uint256 word;
        unchecked {
            for (uint256 i; i < x.length; i += 2) {
                uint256 feature = SamplesLib.featureAt(x, i, 0, type(uint256).max);
                if (feature >> 4 != place) {
                    if (i != 0) m.setWord(place, word);
                    place = feature >> 4;
                    word = m.wordAt(place);
                }
                uint256 shift = (feature & 15) << 4;
                int256 weight = int16(uint16(word >> shift)) + change;
                if (weight == int16(weight)) {
                    word = word & ~(uint256(type(uint16).max) << shift) | uint256(uint16(int16(weight))) << shift;
                }
            }
        }
        m.setWord(place, word);
        return changeBias(hot, change);
    }

    /// @notice A bias that would leave 32 bits stays.
    function changeBias(Hot hot, int256 change) internal pure returns (Hot) {
        unchecked {
            int256 bias = hot.bias() + change;
            return bias == int32(bias) ? hot.withBias(bias) : hot;
        }
    }
}
