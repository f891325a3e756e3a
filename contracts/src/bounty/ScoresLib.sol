// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty} from "./IHyperparameterBounty.sol";
import {RankingLib} from "./RankingLib.sol";

/// @notice Arrays of scores: read once into memory, hashed, logged, and kept as the code of an address.
/// @dev Kept so, a score costs three bytes of code, a quarter of what storage costs, and reading them all is one copy.
library ScoresLib {
    uint256 private constant SCORE_BYTES = 3;
    uint256 private constant SCORE_BITS = 24;
    /// One byte in front that no call can execute: STOP.
    uint256 private constant PREFIX_BYTES = 1;
    /// Returns all that follows it as the code: PUSH2 length, DUP1, PUSH1 10, RETURNDATASIZE, CODECOPY, RETURNDATASIZE,
    /// RETURN, and then the STOP. The length goes where the zeros are.
    uint256 private constant CREATION = 0x61000080600a3d393df300;
    uint256 private constant CREATION_BYTES = 11;
    uint256 private constant LENGTH_SHIFT = 64;

    /// @notice The scores a call came with, as they came: whoever ranks or keeps them checks their range.
    function read(uint24[] calldata scores) internal pure returns (uint256[] memory list) {
        list = new uint256[](scores.length);
        // One copy: saves 260 gas a score, against a loop.
        assembly ("memory-safe") {
            calldatacopy(add(list, 0x20), scores.offset, shl(5, scores.length))
        }
    }

    /// @notice Keeps an array; reverts where a score is above 100 %.
    /// @return kept the address whose code it is. Nothing but the code: it has no behaviour.
    function keep(uint256[] memory list) internal returns (address kept) {
        uint256 size = PREFIX_BYTES + SCORE_BYTES * list.length;
        bytes memory creation = new bytes(CREATION_BYTES + SCORE_BYTES * list.length + 32); // a word is written at the end
        uint256 head = CREATION | size << LENGTH_SHIFT;
        uint256 cursor;
        // A word at once: saves 2,000 gas an array, against eleven bytes.
        assembly ("memory-safe") {
            cursor := add(creation, 0x20)
            mstore(cursor, shl(sub(256, mul(8, CREATION_BYTES)), head))
            cursor := add(cursor, CREATION_BYTES)
        }
        for (uint256 i; i < list.length; ++i) {
            uint256 score = list[i];
            require(score <= RankingLib.MAX_SCORE, IHyperparameterBounty.ScoreOutOfRange(i, score));
            // A word at once: saves 457 gas a score, against three bytes.
            assembly ("memory-safe") {
                mstore(cursor, shl(sub(256, SCORE_BITS), score))
                cursor := add(cursor, SCORE_BYTES)
            }
        }
        // Solidity has no word for it: `new` creates contracts that it compiles.
        assembly ("memory-safe") {
            kept := create(0, add(creation, 0x20), sub(mload(creation), 0x20))
        }
        // Only too little gas can do that, and then this has too little as well.
        assert(kept != address(0));
    }

    /// @notice An array that was kept, still packed: `count` and `scoreAt` read it.
    function load(address kept) internal view returns (bytes memory packed) {
        return kept.code;
    }

    /// @notice How many scores a packed array has.
    function count(bytes memory packed) internal pure returns (uint256) {
        return (packed.length - PREFIX_BYTES) / SCORE_BYTES;
    }

    /// @notice Score `i` of a packed array; its bounds are the caller's to keep.
    function scoreAt(bytes memory packed, uint256 i) internal pure returns (uint256 score) {
        // A word at once: saves 365 gas a score, against three bytes that are checked.
        assembly ("memory-safe") {
            score := shr(sub(256, SCORE_BITS), mload(add(add(packed, add(0x20, PREFIX_BYTES)), mul(i, SCORE_BYTES))))
        }
    }
}
