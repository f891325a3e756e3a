// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarketCalls} from "./IMarkets.sol";
import {ISharedModels} from "../ISharedModels.sol";
import {SamplesLib} from "../SamplesLib.sol";

/// @notice What a batch must be, and what names it: one sample after another, each a uint16 whose highest bit is the label and
/// whose others say how many features it has, and then these, as strictly rising uint16. Big-endian.
library BatchLib {
    /// @notice Features of all samples together: any batch can be scored in one transaction, whatever the pieces are.
    uint256 internal constant MOST_FEATURES = 6144;
    uint256 private constant LABEL = 15;
    uint256 private constant COUNT_BITS = 0x7fff;

    /// @notice Refuses what is no batch of `size` samples.
    function check(bytes calldata batch, uint256 features, uint256 size) internal pure {
        require(batch.length % 2 == 0, ISharedModels.OddLength(batch.length));
        require(
            batch.length <= 2 * (MOST_FEATURES + size),
            IMarketCalls.BatchTooLarge(batch.length / 2 - size, MOST_FEATURES)
        );
        uint256 place;
        unchecked {
            for (uint256 i; i < size; ++i) {
                require(place < batch.length, IMarketCalls.WrongSampleCount(size));
                (uint256 begin,) = SamplesLib.range(batch);
                (, uint256 length) = head(begin + place);
                place += 2;
                require(length <= batch.length - place, ISharedModels.WrongLength(length, batch.length - place));
                _checkSample(batch[place:place + length], features);
                place += length;
            }
        }
        require(place == batch.length, IMarketCalls.WrongSampleCount(size));
    }

    function _checkSample(bytes calldata x, uint256 features) private pure {
        SamplesLib.requirePairs(x);
        (uint256 place, uint256 end) = SamplesLib.range(x);
        uint256 fell;
        uint256 next;
        unchecked {
            for (; place != end; place += 2) {
                uint256 feature = SamplesLib.featureAt(place);
                fell = SamplesLib.noteOrder(fell, feature, next);
                next = feature + 1;
            }
        }
        SamplesLib.requireOrder(x, features, fell, next);
    }

    /// @notice The label of the sample that begins at `place`, and how many bytes its features have.
    function head(uint256 place) internal pure returns (uint256 label, uint256 length) {
        uint256 word = SamplesLib.featureAt(place);
        unchecked {
            return (word >> LABEL, (word & COUNT_BITS) << 1);
        }
    }

    /// @notice What is kept of a batch.
    function id(address author, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encode(author, digest));
    }
}
