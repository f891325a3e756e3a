// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Comparisons as numbers, 1 for yes, in one expression: what is restated with them adds no path to a proof.
library Branchless {
    function is0(uint256 x) internal pure returns (uint256 yes) {
        assembly ("memory-safe") {
            yes := iszero(x)
        }
    }

    function lt(uint256 x, uint256 y) internal pure returns (uint256 yes) {
        assembly ("memory-safe") {
            yes := lt(x, y)
        }
    }

    function eq(uint256 x, uint256 y) internal pure returns (uint256 yes) {
        assembly ("memory-safe") {
            yes := eq(x, y)
        }
    }

    /// @dev At most: `lt` the other way round, and not.
    function le(uint256 x, uint256 y) internal pure returns (uint256 yes) {
        assembly ("memory-safe") {
            yes := iszero(gt(x, y))
        }
    }

    /// @dev The sign bit spread over the word: solvers know that better than a product.
    function pick(uint256 yes, uint256 x, uint256 otherwise) internal pure returns (uint256 picked) {
        assembly ("memory-safe") {
            picked := xor(otherwise, and(xor(x, otherwise), sar(255, shl(255, yes))))
        }
    }
}
