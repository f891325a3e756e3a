// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Submission, SubmissionState} from "./IHyperparameterBounty.sol";

/// @notice A submission in one word. Sealed: [1][ordinal: 31 bits][first 28 bytes of the commitment]. Revealed: the
/// spec, whose first bit is 0, since its first byte is the version. Empty: 0.
/// @dev 224 bits bind as well as SHA-224 does: a second spec for one seal takes 2^112 hashes to prepare.
library SubmissionLib {
    uint256 internal constant MAX_ORDINAL = (1 << 31) - 1;

    uint256 private constant SEALED = 1 << 255;
    uint256 private constant SEAL_BITS = 224;

    function seal(uint256 ordinal, bytes32 commitment) internal pure returns (bytes32) {
        return bytes32(SEALED | ordinal << SEAL_BITS | uint256(commitment) >> (256 - SEAL_BITS));
    }

    function isSealed(bytes32 word) internal pure returns (bool) {
        return uint256(word) & SEALED != 0;
    }

    function sealOf(bytes32 word) internal pure returns (bytes28) {
        return bytes28(word << (256 - SEAL_BITS));
    }

    function ordinalOf(bytes32 word) internal pure returns (uint32) {
        return uint32((uint256(word) >> SEAL_BITS) & MAX_ORDINAL);
    }

    /// @notice The submission, for people and clients.
    function show(bytes32 word) internal pure returns (Submission memory) {
        if (word == 0) return Submission(SubmissionState.Empty, 0, 0, 0);
        if (!isSealed(word)) return Submission(SubmissionState.Revealed, 0, 0, word);
        return Submission(SubmissionState.Sealed, ordinalOf(word), sealOf(word), 0);
    }
}
