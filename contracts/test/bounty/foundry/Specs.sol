// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Words of the spec table for tests, field by field; written apart from `SpecLib`, which works on whole words.
library Specs {
    bytes32 internal constant MINIMA = 0x0101000000000000000000000000000000000010001001000000000000000000;
    bytes32 internal constant MAXIMA = 0x0124400400400400440040040040077570f424020003e85a213e8186a0000000;
    uint256 internal constant COUNT = 24;

    // One LSTM layer of 32 units, adam, 0.001, batches of 64; no epochs yet.
    uint256 private constant PLAIN = 0x0111020000000000000000000000000040003e80040000000000000000000000;
    /// Hexadecimal digits of each field.
    bytes private constant DIGITS = hex"020101030303030103030303010101010604030201010305";

    uint256 internal constant RECURRENT_LAYERS = 2;
    uint256 internal constant DENSE_LAYERS = 7;
    uint256 internal constant DENSE_ACTIVATION = 13;
    uint256 internal constant EPOCHS = 18;

    /// @notice A valid spec, another one for each number below 1,000.
    function plain(uint256 number) internal pure returns (bytes32) {
        return set(bytes32(PLAIN), EPOCHS, number % 1000 + 1);
    }

    /// @notice Some valid spec, any one of them.
    function valid(uint256 seed) internal pure returns (bytes32 spec) {
        spec = between(seed, MAXIMA);
        spec = _layers(spec, RECURRENT_LAYERS, seed);
        spec = _layers(spec, DENSE_LAYERS, seed);
        if (get(spec, DENSE_LAYERS) == 0) spec = set(spec, DENSE_ACTIVATION, 0);
    }

    /// @notice Some word with each field between its minimum and its value in `highest`.
    function between(uint256 seed, bytes32 highest) internal pure returns (bytes32 word) {
        for (uint256 field; field < COUNT; ++field) {
            uint256 low = get(MINIMA, field);
            word = set(word, field, low + _random(seed, field) % (get(highest, field) - low + 1));
        }
    }

    function get(bytes32 word, uint256 field) internal pure returns (uint256) {
        (uint256 shift, uint256 mask) = place(field);
        return (uint256(word) >> shift) & mask;
    }

    function set(bytes32 word, uint256 field, uint256 value) internal pure returns (bytes32) {
        (uint256 shift, uint256 mask) = place(field);
        require(value <= mask, "the value does not fit the field");
        return bytes32((uint256(word) & ~(mask << shift)) | (value << shift));
    }

    function place(uint256 field) internal pure returns (uint256 shift, uint256 mask) {
        shift = 256;
        for (uint256 i; i <= field; ++i) {
            shift -= 4 * uint256(uint8(DIGITS[i]));
        }
        mask = (1 << (4 * uint256(uint8(DIGITS[field])))) - 1;
    }

    function _layers(bytes32 spec, uint256 field, uint256 seed) private pure returns (bytes32) {
        uint256 layers = get(spec, field);
        for (uint256 layer; layer < 4; ++layer) {
            uint256 units = layer < layers ? 1 + _random(seed, 100 + field + layer) % 1024 : 0;
            spec = set(spec, field + 1 + layer, units);
        }
        return spec;
    }

    function _random(uint256 seed, uint256 what) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, what)));
    }
}
