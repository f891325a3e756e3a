// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SlicesLib} from "../../../src/models/mechanisms/SlicesLib.sol";

/// @notice Numbers of 256 samples side by side: each operation does to the number of every sample what plain arithmetic does,
/// and to no other's. For any words, and any one of the 256 samples.
contract SlicesProof {
    uint256 private constant ALL = type(uint256).max;
    uint256 private constant MODULUS = 1 << SlicesLib.BITS;

    // ---------------------------------------------------------------------------------------------------------- counting

    /// @dev Numbers of 8 bits, so that a carry stays among the words: longer ones go through the same loop more often.
    function check_aSampleThatIsCountedHasOneMore(uint256[8] memory low, uint256 samples, uint8 i) public pure {
        uint256 place = numbersOf(low);
        uint256 before = numberOf(place, i);
        SlicesLib.count(place, samples);
        assert(numberOf(place, i) == before + (samples >> i & 1));
    }

    function check_fourAtOnceAreFourAfterAnother(uint256[8] memory low, uint256[4] memory sets, uint8 i) public pure {
        uint256 place = numbersOf(low);
        uint256 expected = numberOf(place, i);
        for (uint256 j; j < 4; ++j) {
            expected += sets[j] >> i & 1;
        }
        SlicesLib.countFour(place, sets[0], sets[1], sets[2], sets[3]);
        assert(numberOf(place, i) == expected);
    }

    // ------------------------------------------------------------------------------------------------------------ adding

    /// @dev Modulo 2^26.
    function check_numbersAreAdded(uint256[26] memory numbers, uint256[26] memory others, uint8 i) public pure {
        sum(numbers, others, 0, i);
    }

    /// @dev The highest bit that a step has.
    function check_numbersAreAddedFromABitOn(uint256[26] memory numbers, uint256[26] memory others, uint8 i)
        public
        pure
    {
        sum(numbers, others, 7, i);
    }

    function check_numbersAreTakenAway(uint256[26] memory numbers, uint256[26] memory others, uint8 i) public pure {
        (uint256 place, uint256 other) = (copyOf(numbers), copyOf(others));
        uint256 expected = (numberOf(place, i) + MODULUS - numberOf(other, i)) % MODULUS;
        SlicesLib.add(place, 0, other, ALL);
        assert(numberOf(place, i) == expected);
    }

    function sum(uint256[26] memory numbers, uint256[26] memory others, uint256 bit, uint8 i) private pure {
        (uint256 place, uint256 other) = (copyOf(numbers), copyOf(others));
        uint256 expected = (numberOf(place, i) + (numberOf(other, i) << bit)) % MODULUS;
        SlicesLib.add(place, bit, other, 0);
        assert(numberOf(place, i) == expected);
    }

    // --------------------------------------------------------------------------------------------------------- comparing

    /// @dev A path for each value of the bias is too many, so four of its bits are unknown at a time: the lowest with the
    /// sign, and the highest, beyond what a number can be.
    function check_zerosWithASmallBias(uint256[26] memory numbers, int8 bias, uint8 i) public pure {
        if (bias < -8 || bias > 7) return;
        compare(numbers, bias, i);
    }

    function check_zerosWithALargeBias(uint256[26] memory numbers, int8 bias, uint8 i) public pure {
        if (bias < -8 || bias > 7) return;
        compare(numbers, int256(bias) * 2 ** 23 + 1, i);
    }

    function compare(uint256[26] memory numbers, int256 bias, uint8 i) private pure {
        uint256 place = copyOf(numbers);
        int256 number = signed(numberOf(place, i));
        uint256 zero = SlicesLib.zeros(place, bias) >> i & 1;
        assert((zero == 1) == (number + bias <= 0));
    }

    // --------------------------------------------------------------------------------------------------------- how many

    /// @dev Any 16 bits wherever they stand, and nothing or everything beside them: solvers find no end with all 256.
    function check_bitsAreCountedWhereverTheyStand(uint16 bits) public pure {
        uint256 expected;
        for (uint256 b; b < 16; ++b) {
            expected += uint256(bits) >> b & 1;
        }
        for (uint256 place; place < 256; place += 16) {
            uint256 word = uint256(bits) << place;
            assert(SlicesLib.ones(word) == expected);
            assert(SlicesLib.ones(word | ~(uint256(type(uint16).max) << place)) == 240 + expected);
        }
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev The number of sample `i`, bit by bit.
    function numberOf(uint256 place, uint256 i) private pure returns (uint256 number) {
        for (uint256 b; b < SlicesLib.BITS; ++b) {
            number |= (SlicesLib.wordAt(place + 32 * b) >> i & 1) << b;
        }
    }

    /// @dev Two's complement.
    function signed(uint256 number) private pure returns (int256) {
        return int256(number) - int256((number >> (SlicesLib.BITS - 1)) * MODULUS);
    }

    function copyOf(uint256[26] memory words) private pure returns (uint256 place) {
        uint256[26] memory copy;
        for (uint256 b; b < SlicesLib.BITS; ++b) {
            copy[b] = words[b];
        }
        assembly ("memory-safe") {
            place := copy
        }
    }

    function numbersOf(uint256[8] memory low) private pure returns (uint256 place) {
        uint256[26] memory words;
        for (uint256 b; b < low.length; ++b) {
            words[b] = low[b];
        }
        return copyOf(words);
    }
}
