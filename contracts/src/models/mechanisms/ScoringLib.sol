// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchLib} from "./BatchLib.sol";
import {SlicesLib} from "./SlicesLib.sol";
import {Hot} from "../HotLib.sol";
import {Model, ModelLib} from "../ModelLib.sol";
import {SamplesLib} from "../SamplesLib.sol";
import {SparsePerceptronLib} from "../learners/SparsePerceptronLib.sol";

/// @notice A model in memory, and what it makes of hidden samples.
struct Bench {
    // --- where parts of the memory begin: they follow one another
    uint256 words; // weights, 16 a word
    uint256 margins; // 26 words a piece: the sum of each sample's weights (`SlicesLib`)
    uint256 kept; // both, as they were before the batch
    uint256 ups; // 26 words a piece: how many weights of each sample the batch has moved up
    uint256 downs; // and down
    uint256 moved; // a word for each weight that a sample moves: where in a piece its samples stand
    // ---
    uint256 pieces; // how many
    uint256[4] columns; // by piece, where in the call its words for features begin; before them are the labels
    int256 bias;
    int256 step;
}

/// @notice Learns batches as `SparsePerceptronLib` learns samples, and counts of how many hidden samples the model is right.
library ScoringLib {
    using ModelLib for Model;

    uint256 private constant SIGN = 1 << 15;

    /// @notice The model at rest, with the margins of its pieces, or zeros for pieces whose margins are not known.
    function load(Model storage m, Hot hot, uint256 pieces) internal view returns (Bench memory b) {
        uint256 count = (hot.features() + 15) >> 4;
        uint256 margins = pieces * SlicesLib.BYTES;
        (b.bias, b.step, b.pieces) = (hot.bias(), int256(hot.step()), pieces);
        uint256[] memory memory_ = new uint256[](2 * count + (margins >> 5) * 4 + hot.features());
        assembly ("memory-safe") {
            mstore(b, add(memory_, 32))
        }
        unchecked {
            b.margins = b.words + (count << 5);
            b.kept = b.margins + margins;
            b.ups = b.kept + (count << 5) + margins;
            b.downs = b.ups + margins;
            b.moved = b.downs + margins;
            for (uint256 i; i < count; ++i) {
                SlicesLib.set(b.words + (i << 5), m.wordAt(i));
            }
        }
    }

    /// @notice Writes the weights back.
    function store(Bench memory b, Model storage m) internal {
        unchecked {
            uint256 count = (b.margins - b.words) >> 5;
            for (uint256 i; i < count; ++i) {
                m.setWord(i, SlicesLib.wordAt(b.words + (i << 5)));
            }
        }
    }

    /// @notice Keeps weights and margins for `undo`; nothing is moved since.
    function keep(Bench memory b) internal pure {
        (uint256 words, uint256 kept, uint256 ups, uint256 end) = (b.words, b.kept, b.ups, b.moved);
        assembly ("memory-safe") {
            mcopy(kept, words, sub(kept, words))
            calldatacopy(ups, calldatasize(), sub(end, ups)) // zeros
        }
    }

    /// @notice Weights and margins as they were kept.
    function undo(Bench memory b) internal pure {
        (uint256 words, uint256 kept) = (b.words, b.kept);
        assembly ("memory-safe") {
            mcopy(words, kept, sub(kept, words))
        }
    }

    /// @notice Sums up the weights of each sample of the first piece, which was zero.
    function weigh(Bench memory b, uint256 features) internal pure {
        unchecked {
            for (uint256 i; i < features; ++i) {
                uint256 samples = _column(b.columns[0] + (i << 5));
                int256 weight = _weight(SlicesLib.wordAt(b.words + (i >> 4 << 5)) >> ((i & 15) << 4));
                (uint256 place, uint256 size) = weight < 0 ? (b.downs, uint256(-weight)) : (b.ups, uint256(weight));
                for (; size != 0; size >>= 1) {
                    if (size & 1 != 0) SlicesLib.count(place, samples);
                    place += 32;
                }
            }
        }
        _move(b, 1);
    }

    /// @notice Learns the samples of a batch, one after another.
    function learn(Bench memory b, bytes calldata batch) internal pure {
        (uint256 place, uint256 end) = SamplesLib.range(batch);
        bool moved;
        unchecked {
            while (place != end) {
                (uint256 label, uint256 length) = BatchLib.head(place);
                place += 2;
                if (_predict(b, place, place + length) != label) {
                    moved = true;
                    _change(b, place, place + length, label);
                    int256 bias = label == 1 ? b.bias + b.step : b.bias - b.step;
                    if (bias == int32(bias)) b.bias = bias;
                }
                place += length;
            }
        }
        if (moved) _move(b, uint256(b.step));
    }

    /// @notice On how many samples of piece `i` the model is right.
    function right(Bench memory b, uint256 i) internal pure returns (uint256) {
        unchecked {
            uint256 labels = _column(b.columns[i] - 32);
            return SlicesLib.ones(SlicesLib.zeros(b.margins + i * SlicesLib.BYTES, b.bias) ^ labels);
        }
    }

    function _predict(Bench memory b, uint256 place, uint256 end) private pure returns (uint256) {
        uint256 words = b.words;
        int256 sum = b.bias;
        unchecked {
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                sum += _weight(SlicesLib.wordAt(words + (feature >> 4 << 5)) >> ((feature & 15) << 4));
            }
        }
        return sum > 0 ? 1 : 0;
    }

    /// @dev As `SparsePerceptronLib`, and counts what was moved for each hidden sample that has it.
    function _change(Bench memory b, uint256 place, uint256 end, uint256 label) private pure {
        unchecked {
            uint256 change = label == 1 ? uint256(b.step) : uint256(-b.step);
            uint256 words = b.words;
            uint256 moved = b.moved;
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                uint256 spot = words + (feature >> 4 << 5);
                uint256 shift = (feature & 15) << 4;
                uint256 word = SlicesLib.wordAt(spot);
                uint256 weight = uint16(word >> shift) ^ SIGN; // 2^15 more than it is
                uint256 changed = weight + change;
                if (changed > type(uint16).max) continue;
                SlicesLib.set(spot, word ^ (weight ^ changed) << shift);
                SlicesLib.set(moved, feature << 5);
                moved += 32;
            }
            uint256 counts = label == 1 ? b.ups : b.downs;
            for (uint256 i; i < b.pieces; ++i) {
                _count(counts + i * SlicesLib.BYTES, b.columns[i], b.moved, moved);
            }
        }
    }

    /// @dev Counts the samples of a piece at all places from `begin` to `end`.
    function _count(uint256 counts, uint256 columns, uint256 begin, uint256 end) private pure {
        unchecked {
            for (; end - begin >= 128; begin += 128) {
                SlicesLib.countFour(
                    counts,
                    _moved(columns, begin),
                    _moved(columns, begin + 32),
                    _moved(columns, begin + 64),
                    _moved(columns, begin + 96)
                );
            }
            for (; begin != end; begin += 32) {
                SlicesLib.count(counts, _moved(columns, begin));
            }
        }
    }

    function _moved(uint256 columns, uint256 place) private pure returns (uint256) {
        unchecked {
            return _column(columns + SlicesLib.wordAt(place));
        }
    }

    /// @dev Adds to all margins what was moved up less what was moved down, times `step`.
    function _move(Bench memory b, uint256 step) private pure {
        unchecked {
            (uint256 ups, uint256 downs, uint256 end) = (b.ups, b.downs, b.downs);
            uint256 margins = b.margins;
            for (; ups != end; ups += SlicesLib.BYTES) {
                SlicesLib.add(ups, 0, downs, type(uint256).max);
                for (uint256 bit; step >> bit != 0; ++bit) {
                    if (step >> bit & 1 != 0) SlicesLib.add(margins, bit, ups, 0);
                }
                downs += SlicesLib.BYTES;
                margins += SlicesLib.BYTES;
            }
        }
    }

    function _column(uint256 place) private pure returns (uint256 samples) {
        assembly ("memory-safe") {
            samples := calldataload(place)
        }
    }

    function _weight(uint256 word) private pure returns (int256 weight) {
        assembly ("memory-safe") {
            weight := signextend(1, word)
        }
    }
}
