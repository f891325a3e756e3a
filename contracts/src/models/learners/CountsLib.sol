// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";

/// @notice How often each feature was in samples of each class: what naive Bayes and the sparse centroid keep.
/// @dev 16 counts of uint16 a word: feature by feature, its 2, 4 or 8 classes side by side. Features rise, so each word is
/// read once, and written once.
library CountsLib {
    using ModelLib for Model;

    uint256 internal constant MAX = type(uint16).max;

    function learn(Hot hot, Model storage m, bytes calldata x, uint256 label) internal returns (Hot) {
        SamplesLib.requirePairs(x);
        (uint256 place, uint256 end) = SamplesLib.range(x);
        uint256 lanesLog = hot.lanesLog();
        uint256 fell;
        uint256 next;
        uint256 slot = (SamplesLib.featureAt(place) << lanesLog | label) >> 4;
        uint256 word = m.wordAt(slot);
        uint256 counts;
        uint256 squares;
        unchecked {
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                fell = SamplesLib.noteOrder(fell, feature, next);
                next = feature + 1;
                uint256 lane = feature << lanesLog | label;
                if (lane >> 4 != slot) {
                    m.setWord(slot, word);
                    slot = lane >> 4;
                    word = m.wordAt(slot);
                }
                uint256 shift = (lane & 15) << 4;
                uint256 count = uint16(word >> shift);
                if (count != MAX) {
                    word += 1 << shift;
                    ++counts;
                    squares += 2 * count + 1;
                }
            }
        }
        SamplesLib.requireOrder(x, hot.features(), fell, next);
        m.setWord(slot, word);
        m.setTotals(label, ModelLib.grow(m.totalsAt(label), 1, counts, squares));
        return hot;
    }

    /// @notice Adds the counts of an uploaded word, and their squares, to `sums`, by class: counts 64 bits from the lowest,
    /// squares above. At most 2^16 counts of 16 bits keep them apart.
    function sum(Hot hot, uint256 word, uint256[] memory sums) internal pure {
        uint256 mask = (1 << hot.lanesLog()) - 1;
        unchecked {
            for (uint256 lane; lane < 8; ++lane) {
                // 8 lanes on is the same class.
                uint256 low = uint16(word >> (lane << 4));
                uint256 high = uint16(word >> ((lane << 4) + 128));
                sums[lane & mask] += low + high + ((low * low + high * high) << 64);
            }
        }
    }
}
