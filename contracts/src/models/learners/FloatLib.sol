// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Positive numbers as mantissa·2^exponent, rounded down, with a bound on how far they are off.
/// @dev Every step rounds down to at least 128 bits, so it loses less than 2^-127 of the number.
/// - A product of n <= 65,536 factors below 2^21 is cut at most n / 4 times, and once by `normalize`: it loses less than
///   2^-112.
/// - `power` rounds at most twice a bit of n, and squaring doubles what was lost: less than 4n·2^-127 <= 2^-109.
/// So two products of one of each are off by less than 2^-107 together, and `compare` asks for 2^-100.
library FloatLib {
    /// A product that reaches so many bits is cut by so many.
    uint256 internal constant FULL = 235;
    uint256 internal constant CUT = 107;
    uint256 private constant BITS = 128;
    uint256 private constant SURE = 100;

    /// @notice The number with a mantissa of exactly 128 bits. The exponent of a small number is negative; modulo 2^256.
    function normalize(uint256 mantissa, uint256 exponent) internal pure returns (uint256, uint256) {
        unchecked {
            uint256 bits = Math.log2(mantissa) + 1;
            return bits > BITS
                ? (mantissa >> (bits - BITS), exponent + bits - BITS)
                : (mantissa << (BITS - bits), exponent + bits - BITS);
        }
    }

    /// @notice `base`, of 1 to 128 bits, to the power of `n`, which is not zero.
    function power(uint256 base, uint256 n) internal pure returns (uint256 mantissa, uint256 exponent) {
        (uint256 factor, uint256 shift) = normalize(base, 0);
        (mantissa, exponent) = (factor, shift);
        unchecked {
            for (uint256 bit = Math.log2(n); bit != 0;) {
                --bit;
                (mantissa, exponent) = _half(mantissa * mantissa, 2 * exponent);
                if (n >> bit & 1 == 1) (mantissa, exponent) = _half(mantissa * factor, exponent + shift);
            }
        }
    }

    /// @notice 1 where the first number is surely larger, -1 where it is surely smaller, else 0. Mantissas are products of
    /// two that are normalized.
    function compare(uint256 a, uint256 aExponent, uint256 b, uint256 bExponent) internal pure returns (int256) {
        unchecked {
            // Both have 255 or 256 bits: 3 more in the exponent are more than any mantissas make up for.
            int256 more = int256(aExponent - bExponent);
            if (more > 2) return 1;
            if (more < -2) return -1;
            (a, b) = (a >> 4, b >> 4);
            if (more > 0) a <<= uint256(more);
            else b <<= uint256(-more);
            if (a > b) return a - b > a >> SURE ? int256(1) : int256(0);
            return b - a > b >> SURE ? -1 : int256(0);
        }
    }

    /// @dev A product of two normalized mantissas, which has 255 or 256 bits, normalized.
    function _half(uint256 product, uint256 exponent) private pure returns (uint256, uint256) {
        unchecked {
            uint256 cut = BITS - 1 + (product >> 255);
            return (product >> cut, exponent + cut);
        }
    }
}
