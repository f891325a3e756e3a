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
        uint256 features = hot.features();
        uint256 lanesLog = hot.lanesLog();
        uint256 next;
        uint256 place = type(uint256).max;
        uint256 word;
        uint256 counts;
        uint256 squares;
        unchecked {
            for (uint256 i; i < x.length; i += 2) {
                uint256 feature = SamplesLib.featureAt(x, i, next, features);
                next = feature + 1;
                uint256 lane = feature << lanesLog | label;
                if (lane >> 4 != place) {
                    if (i != 0) m.setWord(place, word);
                    place = lane >> 4;
                    word = m.wordAt(place);
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
        m.setWord(place, word);
        m.setTotals(label, ModelLib.grow(m.totalsAt(label), 1, counts, squares));
        return hot;
    }

    /// @notice The sums of counts, and of their squares, of the classes that have lanes in an uploaded word, added to
    /// `counts` and `squares`.
    function sum(Hot hot, uint256 word, uint256[] memory counts, uint256[] memory squares) internal pure {
        uint256 mask = (1 << hot.lanesLog()) - 1;
        unchecked {
            for (uint256 lane; word != 0; ++lane) {
                uint256 count = uint16(word);
                if (count != 0) {
                    counts[lane & mask] += count;
                    squares[lane & mask] += count * count;
                }
                word >>= 16;
            }
        }
    }
}
