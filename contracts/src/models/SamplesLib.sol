// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "./ISharedModels.sol";
import {Entry} from "./ModelTypes.sol";

/// @notice What a sample must be, how its parts are read, and what names it.
library SamplesLib {
    /// @notice Refuses a sparse sample whose features are not two bytes each, or that has none.
    function requirePairs(bytes calldata x) internal pure {
        require(x.length % 2 == 0, ISharedModels.OddLength(x.length));
        require(x.length != 0, ISharedModels.NoFeatures());
    }

    /// @notice Where the features of a sparse sample begin and end. Loops go from one to the other by two bytes, and hand
    /// `featureAt` nothing else: saves 90 gas a feature, against checked bounds.
    function range(bytes calldata x) internal pure returns (uint256 begin, uint256 end) {
        assembly ("memory-safe") {
            begin := x.offset
            end := add(begin, x.length)
        }
    }

    function featureAt(uint256 place) internal pure returns (uint256 feature) {
        assembly ("memory-safe") {
            feature := shr(240, calldataload(place))
        }
    }

    /// @notice `fell` where it was set, or the feature is not at least `next`. Without a branch: saves 60 gas a feature.
    function noteOrder(uint256 fell, uint256 feature, uint256 next) internal pure returns (uint256 noted) {
        assembly ("memory-safe") {
            noted := or(fell, lt(feature, next))
        }
    }

    /// @notice Refuses a sparse sample that was read to its end, if it `fell` or its last feature, before `next`, is none.
    function requireOrder(bytes calldata x, uint256 features, uint256 fell, uint256 next) internal pure {
        if (fell != 0 || next > features) _refuse(x, features);
    }

    /// @dev Says what is wrong with the first feature that is not as it must be.
    function _refuse(bytes calldata x, uint256 features) private pure {
        uint256 next;
        (uint256 place, uint256 end) = range(x);
        for (; place != end; place += 2) {
            uint256 feature = featureAt(place);
            // `next` is not zero where this fails.
            unchecked {
                require(feature >= next, ISharedModels.NotIncreasing(next - 1, feature));
            }
            require(feature < features, ISharedModels.FeatureOutOfRange(feature, features));
            next = feature + 1;
        }
    }

    /// @notice Refuses a dense sample of another length.
    function requireDense(bytes calldata x, uint256 features) internal pure {
        require(x.length == 2 * features, ISharedModels.WrongLength(2 * features, x.length));
    }

    /// @notice 32 bytes of a dense sample from `place` on, its first feature highest; zeros after its end.
    function wordAt(bytes calldata x, uint256 place) internal pure returns (uint256 word) {
        // As above: saves 30 gas a word.
        assembly ("memory-safe") {
            word := calldataload(add(x.offset, place))
        }
        unchecked {
            uint256 rest = x.length - place;
            if (rest < 32) word &= ~(type(uint256).max >> (rest << 3));
        }
    }

    /// @notice What names an added sample.
    function id(uint256 model, address author, uint256 time, uint256 position, uint256 label, bytes calldata x)
        internal
        pure
        returns (bytes32 hash)
    {
        uint256 head = uint256(uint160(author)) << 96 | time << 56 | position << 40 | label << 32;
        // Beyond the end of what is allocated, and given up again: saves 300 gas, against `abi.encodePacked`.
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, model)
            mstore(add(start, 32), head)
            calldatacopy(add(start, 60), x.offset, x.length)
            hash := keccak256(start, add(60, x.length))
        }
    }

    function id(uint256 model, Entry calldata entry) internal pure returns (bytes32) {
        return id(model, entry.author, entry.time, entry.position, entry.label, entry.features);
    }
}
