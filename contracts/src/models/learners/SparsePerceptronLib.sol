// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";

/// @notice Class 1 where bias + Σw > 0 over the features that a sample has; learns when it is wrong.
/// @dev 16 weights of int16 a word. Features rise, so each word is read once, and written once.
library SparsePerceptronLib {
    using ModelLib for Model;

    uint256 private constant SIGN = 1 << 15;

    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256 class) {
        SamplesLib.requirePairs(x);
        (uint256 place, uint256 end) = SamplesLib.range(x);
        int256 sum = hot.bias();
        uint256 fell;
        uint256 next;
        uint256 slot = type(uint256).max;
        uint256 word;
        // 2^16 numbers of 32 bits and fewer cannot overflow.
        unchecked {
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                fell = SamplesLib.noteOrder(fell, feature, next);
                next = feature + 1;
                if (feature >> 4 != slot) {
                    slot = feature >> 4;
                    word = m.wordAt(slot);
                }
                sum += _weight(word >> ((feature & 15) << 4));
            }
        }
        SamplesLib.requireOrder(x, hot.features(), fell, next);
        return sum > 0 ? 1 : 0;
    }

    function learn(Hot hot, Model storage m, bytes calldata x, uint256 label) internal returns (Hot) {
        if (predict(hot, m, x) == label) return hot;
        int256 signed = label == 1 ? int256(hot.step()) : -int256(hot.step());
        _change(m, x, uint256(signed));
        return changeBias(hot, signed);
    }

    /// @dev Adds `change`, modulo 2^256, to each weight of the sample; one that would leave int16 stays.
    function _change(Model storage m, bytes calldata x, uint256 change) private {
        (uint256 place, uint256 end) = SamplesLib.range(x);
        uint256 slot = SamplesLib.featureAt(place) >> 4;
        uint256 word = m.wordAt(slot);
        unchecked {
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                if (feature >> 4 != slot) {
                    m.setWord(slot, word);
                    slot = feature >> 4;
                    word = m.wordAt(slot);
                }
                uint256 shift = (feature & 15) << 4;
                uint256 weight = uint16(word >> shift) ^ SIGN; // 2^15 more than it is
                uint256 changed = weight + change;
                if (changed <= type(uint16).max) word ^= (weight ^ changed) << shift;
            }
        }
        m.setWord(slot, word);
    }

    /// @notice A bias that would leave 32 bits stays.
    function changeBias(Hot hot, int256 change) internal pure returns (Hot) {
        unchecked {
            int256 bias = hot.bias() + change;
            return bias == int32(bias) ? hot.withBias(bias) : hot;
        }
    }

    /// @dev The lowest 16 bits, as a signed number: saves 20 gas a feature, against two conversions.
    function _weight(uint256 word) private pure returns (int256 weight) {
        assembly ("memory-safe") {
            weight := signextend(1, word)
        }
    }
}
