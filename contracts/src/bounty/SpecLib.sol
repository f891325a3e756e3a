// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty} from "./IHyperparameterBounty.sol";

/// @notice The check of a spec: one word, read as hexadecimal digits from the left, each field some whole digits.
/// @dev The table lives in `hyperbounty/spec/table.py`; a test compares the two words, and `check` on many specs.
library SpecLib {
    /// The lowest and the highest value of each field, laid out as a spec.
    bytes32 internal constant SPEC_MINIMA = 0x0101000000000000000000000000000000000010001001000000000000000000;
    bytes32 internal constant SPEC_MAXIMA = 0x0124400400400400440040040040077570f424020003e85a213e8186a0000000;

    /// The highest bit of each field, and of the unused rest.
    uint256 private constant FIELD_HIGH_BITS = 0x8088800800800800880080080080088888000008000800808880080000800000;

    uint256 private constant UNUSED_MASK = 0xffffff;
    uint256 private constant RECURRENT_LAYERS = 2;
    uint256 private constant DENSE_LAYERS = 7;
    uint256 private constant DENSE_ACTIVATION = 13;

    // How far the number of layers is from the right end of the word, in bits; four units of 12 bits follow it.
    uint256 private constant RECURRENT_SHIFT = 240;
    uint256 private constant DENSE_SHIFT = 188;
    uint256 private constant DENSE_ACTIVATION_SHIFT = 132;

    /// @notice Reverts, naming the first offending field, unless `spec` is a model within `limits` and the table.
    function check(bytes32 spec, bytes32 limits) internal pure {
        _checkFields(spec, limits);

        uint256 word = uint256(spec);
        _checkLayers(word, RECURRENT_LAYERS, RECURRENT_SHIFT);
        uint256 dense = _checkLayers(word, DENSE_LAYERS, DENSE_SHIFT);
        uint256 activation = (word >> DENSE_ACTIVATION_SHIFT) & 0xf;
        require(dense != 0 || activation == 0, IHyperparameterBounty.SpecFieldIneffective(DENSE_ACTIVATION, activation));
    }

    /// @notice Reverts unless `limits` lies within the table and allows at least one model.
    function checkLimits(bytes32 limits) internal pure {
        _checkFields(limits, SPEC_MAXIMA);

        // Everything else at its lowest is a model; a recurrent layer without units is not.
        uint256 field = RECURRENT_LAYERS + 1;
        uint256 units = (uint256(limits) >> (RECURRENT_SHIFT - 12)) & 0xfff;
        require(units != 0, IHyperparameterBounty.SpecFieldOutOfRange(field, units, 1, 1024));
    }

    /// @dev Compares all fields at once, and looks for the offending one only where there is one.
    function _checkFields(bytes32 spec, bytes32 limits) private pure {
        uint256 word = uint256(spec);
        require(word & UNUSED_MASK == 0, IHyperparameterBounty.SpecUnusedBits(spec));

        uint256 offences =
            _below(word, uint256(SPEC_MINIMA)) | _below(uint256(SPEC_MAXIMA), word) | _below(uint256(limits), word);
        if (offences != 0) _revertOutOfRange(word, limits, offences);
    }

    /// @dev The highest bit of each field in which `x` is below `y`. That is where `x - y` borrows; setting the bit in
    /// `x` and clearing it in `y` keeps every borrow of the lower bits inside its field.
    function _below(uint256 x, uint256 y) private pure returns (uint256) {
        unchecked {
            uint256 difference = (x | FIELD_HIGH_BITS) - (y & ~FIELD_HIGH_BITS);
            return ((~x & y) | (~(x ^ y) & ~difference)) & FIELD_HIGH_BITS;
        }
    }

    function _revertOutOfRange(uint256 word, bytes32 limits, uint256 offences) private pure {
        uint256 minima = uint256(SPEC_MINIMA);
        uint256 maxima = uint256(SPEC_MAXIMA);
        uint256 tops = uint256(limits);
        uint256 starts = FIELD_HIGH_BITS;
        unchecked {
            // Each turn takes one field off the left end of every word, until the leftmost is the offending one.
            uint256 field;
            uint256 bits = _leftmostBits(starts);
            for (; offences >> 255 == 0; ++field) {
                starts <<= bits;
                word <<= bits;
                minima <<= bits;
                maxima <<= bits;
                tops <<= bits;
                offences <<= bits;
                bits = _leftmostBits(starts);
            }
            uint256 rest = 256 - bits;
            uint256 highest = (tops < maxima ? tops : maxima) >> rest;
            revert IHyperparameterBounty.SpecFieldOutOfRange(field, word >> rest, minima >> rest, highest);
        }
    }

    /// @dev How many bits the leftmost field has: from its highest bit to the next one.
    function _leftmostBits(uint256 starts) private pure returns (uint256 bits) {
        unchecked {
            for (bits = 4; (starts << bits) >> 255 == 0; bits += 4) {}
        }
    }

    /// @dev A layer that is there has units, one that is not there has none.
    function _checkLayers(uint256 word, uint256 field, uint256 shift) private pure returns (uint256 layers) {
        layers = (word >> shift) & 0xf;
        unchecked {
            for (uint256 layer; layer < 4; ++layer) {
                shift -= 12;
                uint256 units = (word >> shift) & 0xfff;
                if ((units != 0) != (layer < layers)) {
                    revert IHyperparameterBounty.SpecLayerMismatch(field + 1 + layer, units, layers);
                }
            }
        }
    }
}
