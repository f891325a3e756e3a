// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Numbers of 256 samples, worked on together: word b has bit b of all of them, bit i of each word is sample i's.
/// @dev Signed numbers are in two's complement of 26 bits. What at most 1,024 weights of 16 bits add up to fits, and so do all
/// differences on the way, for what leaves 26 bits comes back. Words lie in memory, one after another, and are named by where
/// they begin: saves 60 gas a word, against the compiler's checks of bounds.
library SlicesLib {
    uint256 internal constant BITS = 26;
    uint256 internal constant BYTES = BITS * 32;

    /// @dev What a bias less one cannot be and still matter: any sum of weights is at least -BOUND, and below BOUND.
    int256 private constant BOUND = 1 << 25;

    uint256 private constant EVEN_1 = type(uint256).max / 3;
    uint256 private constant EVEN_2 = type(uint256).max / 5;
    uint256 private constant EVEN_4 = type(uint256).max / 17;
    uint256 private constant EVEN_8 = type(uint256).max / 257;
    uint256 private constant ONES_16 = type(uint256).max / 65_535;

    function wordAt(uint256 place) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(place)
        }
    }

    function set(uint256 place, uint256 word) internal pure {
        assembly ("memory-safe") {
            mstore(place, word)
        }
    }

    /// @notice Adds one to the number of each sample in `samples`.
    function count(uint256 numbers, uint256 samples) internal pure {
        unchecked {
            while (samples != 0) {
                uint256 word = wordAt(numbers);
                set(numbers, word ^ samples);
                samples &= word;
                numbers += 32;
            }
        }
    }

    /// @notice The same for four sets of samples: a third of the gas of one after another.
    function countFour(uint256 numbers, uint256 a, uint256 b, uint256 c, uint256 d) internal pure {
        unchecked {
            uint256 low = wordAt(numbers);
            uint256 ab = low & a;
            low ^= a;
            ab |= low & b;
            low ^= b;
            uint256 cd = low & c;
            low ^= c;
            cd |= low & d;
            set(numbers, low ^ d);
            numbers += 32;
            low = wordAt(numbers);
            uint256 all = low & ab;
            low ^= ab;
            set(numbers, low ^ cd);
            count(numbers + 32, all | low & cd);
        }
    }

    /// @notice Adds to the numbers from bit `bit` on, or takes from them if `less` has all bits, those at `other`.
    function add(uint256 numbers, uint256 bit, uint256 other, uint256 less) internal pure {
        unchecked {
            uint256 carry = less;
            uint256 end = numbers + BYTES;
            numbers += bit << 5;
            for (; numbers != end; numbers += 32) {
                uint256 word = wordAt(numbers);
                uint256 more = wordAt(other) ^ less;
                uint256 either = word ^ more;
                set(numbers, either ^ carry);
                carry = word & more | either & carry;
                other += 32;
            }
        }
    }

    /// @notice The samples of which number and bias together are 0 or less, and so of class 0.
    function zeros(uint256 numbers, int256 bias) internal pure returns (uint256 samples) {
        unchecked {
            int256 more = bias - 1;
            if (more >= BOUND) return 0;
            if (more < -BOUND) return type(uint256).max;
            uint256 carry;
            uint256 end = numbers + BYTES;
            uint256 bits = uint256(more);
            for (; numbers != end; numbers += 32) {
                uint256 word = wordAt(numbers);
                carry = bits & 1 == 0 ? word & carry : word | carry;
                bits >>= 1;
                samples = word; // of the last, which has the signs
            }
            samples ^= carry;
            if (more < 0) samples = ~samples;
        }
    }

    /// @notice How many bits are set.
    function ones(uint256 word) internal pure returns (uint256) {
        unchecked {
            word -= word >> 1 & EVEN_1;
            word = (word & EVEN_2) + (word >> 2 & EVEN_2);
            word = (word & EVEN_4) + (word >> 4 & EVEN_4);
            word = (word & EVEN_8) + (word >> 8 & EVEN_8);
            return word * ONES_16 >> 240;
        }
    }
}
