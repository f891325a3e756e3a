// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Which of two products of small factors is larger, exactly.
/// @dev Whole numbers of any size, 128 bits a word from the lowest on. Gas grows with the square of the factors: 20 features
/// take some 30,000.
library ExactLib {
    uint256 private constant BITS = 128;
    uint256 private constant LOW = type(uint128).max;
    /// No factor has more bits.
    uint256 private constant FACTOR_BITS = 37;

    /// @notice Whether the product of the first factors is larger. As many of both, each from 1 to 2^37 - 1.
    function larger(uint256[] memory left, uint256[] memory right) internal pure returns (bool) {
        uint256[] memory a = _product(left);
        uint256[] memory b = _product(right);
        for (uint256 i = a.length; i != 0; --i) {
            if (a[i - 1] != b[i - 1]) return a[i - 1] > b[i - 1];
        }
        return false;
    }

    function _product(uint256[] memory factors) private pure returns (uint256[] memory number) {
        number = new uint256[](factors.length * FACTOR_BITS / BITS + 1);
        number[0] = 1;
        uint256 used = 1;
        uint256 some = 1;
        unchecked {
            for (uint256 i; i < factors.length; ++i) {
                // As many factors at once as surely fit.
                some *= factors[i];
                if (some >> (BITS - FACTOR_BITS) == 0 && i + 1 != factors.length) continue;
                uint256 carry;
                for (uint256 j; j < used; ++j) {
                    uint256 product = number[j] * some + carry;
                    number[j] = product & LOW;
                    carry = product >> BITS;
                }
                if (carry != 0) number[used++] = carry;
                some = 1;
            }
        }
    }
}
