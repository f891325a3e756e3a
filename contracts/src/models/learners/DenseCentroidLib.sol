// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {ISharedModels} from "../ISharedModels.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";
import {LanesLib} from "./LanesLib.sol";

/// @notice The class whose mean is nearest: the smallest (M − 2N·s·x) / N², where s sums its samples and M is the square of
/// the length of s. A class without samples is chosen only where all are.
/// @dev 8 sums of int32 a word, class by class, worked on together (`LanesLib`).
library DenseCentroidLib {
    using ModelLib for Model;

    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256 class) {
        uint256[] memory values = _values(x, hot.features());
        uint256 classes = hot.classes();
        int256 best;
        uint256 bestSamples;
        unchecked {
            // M <= 2^78, N < 2^33, |s·x| <= 2^62: nothing here leaves 163 bits.
            for (uint256 k; k < classes; ++k) {
                uint256 totals = m.totalsAt(k);
                uint256 samples = ModelLib.samplesOf(totals);
                if (samples == 0) continue;
                int256 score = int256(ModelLib.squaresOf(totals)) - 2 * int256(samples) * _dot(m, values, k);
                // Fractions compared without dividing.
                if (bestSamples == 0 || score * int256(bestSamples * bestSamples) < best * int256(samples * samples)) {
                    (best, bestSamples, class) = (score, samples, k);
                }
            }
        }
    }

    function learn(Hot hot, Model storage m, bytes calldata x, uint256 label) internal returns (Hot) {
        uint256[] memory values = _values(x, hot.features());
        uint256 products; // of the sums with the values
        uint256 squares; // of the values
        uint256 outside;
        uint256 ones = LanesLib.ones(x.length);
        unchecked {
            uint256 signs = ones << 31 | ones << 63;
            uint256 place = label * values.length;
            for (uint256 i; i < values.length; ++i) {
                uint256 value = _at(values, i);
                uint256 sums = m.wordAt(place);
                uint256 even = LanesLib.second(value, 0, ones);
                uint256 odd = LanesLib.second(value, 1, ones);
                uint256 evenSums = LanesLib.second(sums, 0, ones);
                uint256 oddSums = LanesLib.second(sums, 1, ones);
                products += evenSums * odd + oddSums * even;
                value = LanesLib.reversed32(value, ones);
                uint256 evenInOrder = LanesLib.second(value, 0, ones);
                uint256 oddInOrder = LanesLib.second(value, 1, ones);
                squares += evenInOrder * odd + oddInOrder * even;
                // Without signs: 2^31 more. One that would leave 32 bits sets bits above them.
                evenSums += evenInOrder + (ones << 31);
                oddSums += oddInOrder + (ones << 31);
                outside |= (evenSums | oddSums) & ~(ones * 0xffffffff);
                m.setWord(place, (evenSums | oddSums << 32) ^ signs);
                ++place;
            }
            require(outside == 0, ISharedModels.SumOutOfRange(label));
            // |s + x|^2 = |s|^2 + 2 s·x + |x|^2, and the change can be negative.
            int256 change = 2 * LanesLib.top(products) + LanesLib.top(squares);
            m.setTotals(label, ModelLib.grow(m.totalsAt(label), 1, 0, uint256(change)));
        }
        return hot;
    }

    /// @notice The squares of the sums in an uploaded word, added up.
    function squaresIn(uint256 word) internal pure returns (uint256 squares) {
        unchecked {
            for (; word != 0; word >>= 32) {
                int256 sum = int32(uint32(word));
                squares += uint256(sum * sum);
            }
        }
    }

    function _dot(Model storage m, uint256[] memory values, uint256 class) private view returns (int256) {
        uint256 products;
        uint256 ones = LanesLib.ones(values.length);
        unchecked {
            uint256 place = class * values.length;
            for (uint256 i; i < values.length; ++i) {
                uint256 value = _at(values, i);
                uint256 sums = m.wordAt(place++);
                products += LanesLib.second(sums, 0, ones) * LanesLib.second(value, 1, ones)
                + LanesLib.second(sums, 1, ones) * LanesLib.second(value, 0, ones);
            }
        }
        return LanesLib.top(products);
    }

    /// @dev The sample's values as int32, 8 a word in reverse order; zeros after its end.
    function _values(bytes calldata x, uint256 features) private pure returns (uint256[] memory values) {
        SamplesLib.requireDense(x, features);
        unchecked {
            values = new uint256[]((features + 7) >> 3);
            uint256 ones = LanesLib.ones(x.length);
            for (uint256 i; i < values.length; ++i) {
                uint256 value = LanesLib.widened(SamplesLib.wordAt(x, i << 4) >> 128, ones);
                // Without the check of the bounds, which the loop keeps, as below: saves 30 gas a word.
                assembly ("memory-safe") {
                    mstore(add(add(values, 0x20), shl(5, i)), value)
                }
            }
        }
    }

    function _at(uint256[] memory values, uint256 i) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(values, 0x20), shl(5, i)))
        }
    }
}
