// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Sums over numbers that lie side by side in a word: one multiplication instead of one for each.
/// @dev A word with a signed number v_k in each of four lanes of 64 bits stands for the sum of v_k 2^(64 k), borrows
/// included. In the product of two such words the highest lane has v_0 w_3 + v_1 w_2 + v_2 w_1 + v_3 w_0: the sum that a dot
/// product needs, if one side is in reverse order. State is packed from the lowest bits, samples from the highest, so it is.
/// Products can be added up before `top` reads the lane: |v| < 2^32, |w| < 2^16 and at most 2^14 words keep every lane's sum
/// below 2^63. Saves 50 gas a feature, against a loop over them.
library LanesLib {
    /// One bit in each lane, of 16, 32 and 64 bits.
    uint256 internal constant ONES_16 = 0x0001000100010001000100010001000100010001000100010001000100010001;
    uint256 internal constant ONES_32 = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 internal constant ONES_64 = 0x0000000000000001000000000000000100000000000000010000000000000001;

    uint256 private constant LOW_16_OF_64 = ONES_64 * 0xffff;
    uint256 private constant LOW_32_OF_64 = ONES_64 * 0xffffffff;
    uint256 private constant SIGNS_16_OF_64 = ONES_64 << 15;
    uint256 private constant SIGNS_32_OF_64 = ONES_64 << 31;

    /// @notice Every fourth of 16 int16, from lane `first`.
    function fourth(uint256 word, uint256 first) internal pure returns (uint256) {
        unchecked {
            return ((word >> (first << 4) & LOW_16_OF_64) ^ SIGNS_16_OF_64) - SIGNS_16_OF_64;
        }
    }

    /// @notice Every second of 8 int32, from lane `first`.
    function second(uint256 word, uint256 first) internal pure returns (uint256) {
        unchecked {
            return ((word >> (first << 5) & LOW_32_OF_64) ^ SIGNS_32_OF_64) - SIGNS_32_OF_64;
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
    function reversed16(uint256 word) internal pure returns (uint256) {
        word = word << 128 | word >> 128;
        word = (word & LOW_64) << 64 | word >> 64 & LOW_64;
        word = (word & LOW_32_OF_64) << 32 | word >> 32 & LOW_32_OF_64;
        return (word & LOW_16_OF_32) << 16 | word >> 16 & LOW_16_OF_32;
    }

    /// @notice 8 numbers in reverse order.
    function reversed32(uint256 word) internal pure returns (uint256) {
        word = word << 128 | word >> 128;
        word = (word & LOW_64) << 64 | word >> 64 & LOW_64;
        return (word & LOW_32_OF_64) << 32 | word >> 32 & LOW_32_OF_64;
    }

    uint256 private constant LOW_64 = (1 << 128 | 1) * 0xffffffffffffffff;
    uint256 private constant LOW_16_OF_32 = ONES_32 * 0xffff;

    /// @notice The lower 8 int16 of a word, as 8 int32 in the same order.
    function widened(uint256 half) internal pure returns (uint256) {
        half &= type(uint128).max;
        half = (half | half << 64) & LOW_64;
        half = (half | half << 32) & LOW_32_OF_64;
        half = (half | half << 16) & LOW_16_OF_32;
        // The sign of each: 16 ones above a negative one.
        return half | (half >> 15 & ONES_32) * 0xffff0000;
    }
}
