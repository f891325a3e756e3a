// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Sums over numbers that lie side by side in a word: one multiplication instead of one for each.
/// @dev A word with a signed number v_k in each of four lanes of 64 bits stands for the sum of v_k 2^(64 k), borrows
/// included. In the product of two such words the highest lane has v_0 w_3 + v_1 w_2 + v_2 w_1 + v_3 w_0: the sum that a dot
/// product needs, if one side is in reverse order. State is packed from the lowest bits, samples from the highest, so it is.
/// Products can be added up before `top` reads the lane: |v| <= 2^31, |w| <= 2^15 and at most 2^16 of them keep every
/// lane's sum below 2^63. Saves 50 gas a feature, against a loop over them.
library LanesLib {
    /// One bit in each lane, of 16 and of 32 bits.
    uint256 internal constant ONES_16 = 0x0001000100010001000100010001000100010001000100010001000100010001;
    uint256 internal constant ONES_32 = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant ONES_64 = 0x0000000000000001000000000000000100000000000000010000000000000001;

    /// Every second lane of 64 bits.
    uint256 private constant ODD_64 = 1 << 128 | 1;

    /// @notice One bit in each lane of 64 bits. What is made of a number that the compiler does not know is made before a
    /// loop, a constant anew wherever it is used: saves 600 gas a word.
    function ones(uint256 length) internal pure returns (uint256) {
        unchecked {
            return ONES_64 + (length >> 255); // no length has that bit
        }
    }

    /// @notice Every fourth of 16 int16, from lane `first`.
    function fourth(uint256 word, uint256 first, uint256 ones_) internal pure returns (uint256) {
        unchecked {
            return ((word >> (first << 4) & ones_ * 0xffff) ^ ones_ << 15) - (ones_ << 15);
        }
    }

    /// @notice Every second of 8 int32, from lane `first`.
    function second(uint256 word, uint256 first, uint256 ones_) internal pure returns (uint256) {
        unchecked {
            return ((word >> (first << 5) & ones_ * 0xffffffff) ^ ones_ << 31) - (ones_ << 31);
        }
    }

    /// @notice The sum in the highest lane, of products that were added up.
    function top(uint256 products) internal pure returns (int256) {
        // What is below is signed, too: half a unit more rounds to the lane's own number.
        unchecked {
            return int256(products + (1 << 191)) >> 192;
        }
    }

    /// @notice 16 numbers in reverse order.
    function reversed16(uint256 word, uint256 ones_) internal pure returns (uint256) {
        word = reversed32(word, ones_);
        uint256 low = (ones_ | ones_ << 32) * 0xffff;
        return (word & low) << 16 | word >> 16 & low;
    }

    /// @notice 8 numbers in reverse order.
    function reversed32(uint256 word, uint256 ones_) internal pure returns (uint256) {
        uint256 low = (ones_ & ODD_64) * 0xffffffffffffffff;
        word = word << 128 | word >> 128;
        word = (word & low) << 64 | word >> 64 & low;
        low = ones_ * 0xffffffff;
        return (word & low) << 32 | word >> 32 & low;
    }

    /// @notice The lower 8 int16 of a word, as 8 int32 in the same order.
    function widened(uint256 half, uint256 ones_) internal pure returns (uint256) {
        half = (half | half << 64) & (ones_ & ODD_64) * 0xffffffffffffffff;
        half = (half | half << 32) & ones_ * 0xffffffff;
        uint256 ones32 = ones_ | ones_ << 32;
        half = (half | half << 16) & ones32 * 0xffff;
        // The sign of each: 16 ones above a negative one.
        return half | (half >> 15 & ones32) * 0xffff0000;
    }
}
