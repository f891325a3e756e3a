// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind, Stage} from "./ModelTypes.sol";

/// @notice All of a model that adding a sample needs besides its state, in one word: one slot is read, and written, once.
type Hot is uint256;

using HotLib for Hot global;

/// @notice The fields of that word, from the lowest bit:
/// kind 3, stage 2, token 1, rest 1, log2 of lanes 2, classes less one 3, floorShift 7, step 8, features less one 16,
/// bias or smoothing 32, last time 32, valid total 32, members 32, weight 85.
/// @dev Times fit until 2106. A count of refunds or members cannot wrap: each takes a transaction's gas, 2^32 times.
library HotLib {
    uint256 private constant STAGE = 3;
    uint256 private constant TOKEN = 5;
    uint256 private constant REST = 6;
    uint256 private constant LANES = 7;
    uint256 private constant CLASSES = 9;
    uint256 private constant FLOOR = 12;
    uint256 private constant STEP = 19;
    uint256 private constant FEATURES = 27;
    uint256 private constant BIAS = 43;
    uint256 private constant TIME = 75;
    uint256 private constant VALID = 107;
    uint256 private constant MEMBERS = 139;
    uint256 private constant WEIGHT = 171;

    uint256 internal constant WEIGHT_BITS = 85;
    uint256 internal constant MAX_FLOOR_SHIFT = 127;

    /// @notice The word of a new model. `lanesLog` is 1, 2 or 3; `extra` is the bias or the smoothing.
    function create(
        Kind kind_,
        bool token_,
        uint256 lanesLog_,
        uint256 classes_,
        uint256 floorShift_,
        uint256 step_,
        uint256 features_,
        uint32 extra,
        uint256 weight_
    ) internal pure returns (Hot) {
        uint256 word = uint256(kind_) | uint256(Stage.Draft) << STAGE | (token_ ? 1 << TOKEN : 0) | lanesLog_ << LANES;
        word |= (classes_ - 1) << CLASSES | floorShift_ << FLOOR | step_ << STEP | (features_ - 1) << FEATURES;
        return Hot.wrap(word | uint256(extra) << BIAS | weight_ << WEIGHT);
    }

    function kind(Hot hot) internal pure returns (Kind) {
        return Kind(Hot.unwrap(hot) & 7);
    }

    function stage(Hot hot) internal pure returns (Stage) {
        return Stage(Hot.unwrap(hot) >> STAGE & 3);
    }

    /// @notice Whether stakes are in a token.
    function token(Hot hot) internal pure returns (bool) {
        return Hot.unwrap(hot) >> TOKEN & 1 == 1;
    }

    /// @notice Whether a market on the model has not ended.
    function rests(Hot hot) internal pure returns (bool) {
        return Hot.unwrap(hot) >> REST & 1 == 1;
    }

    /// @notice Whether the model takes samples: one comparison for both.
    function takesSamples(Hot hot) internal pure returns (bool) {
        return Hot.unwrap(hot) & (3 << STAGE | 1 << REST) == uint256(Stage.Live) << STAGE;
    }

    function lanesLog(Hot hot) internal pure returns (uint256) {
        return Hot.unwrap(hot) >> LANES & 3;
    }

    function classes(Hot hot) internal pure returns (uint256) {
        return (Hot.unwrap(hot) >> CLASSES & 7) + 1;
    }

    function floorShift(Hot hot) internal pure returns (uint256) {
        return Hot.unwrap(hot) >> FLOOR & 127;
    }

    function step(Hot hot) internal pure returns (uint256) {
        return uint8(Hot.unwrap(hot) >> STEP);
    }

    function features(Hot hot) internal pure returns (uint256) {
        return uint256(uint16(Hot.unwrap(hot) >> FEATURES)) + 1;
    }

    /// @notice Of a perceptron.
    function bias(Hot hot) internal pure returns (int256) {
        return int32(uint32(Hot.unwrap(hot) >> BIAS));
    }

    /// @notice Of naive Bayes.
    function smoothing(Hot hot) internal pure returns (uint256) {
        return uint32(Hot.unwrap(hot) >> BIAS);
    }

    /// @notice Unix seconds; in a draft, how many words were uploaded or passed over.
    function time(Hot hot) internal pure returns (uint256) {
        return uint32(Hot.unwrap(hot) >> TIME);
    }

    function validTotal(Hot hot) internal pure returns (uint256) {
        return uint32(Hot.unwrap(hot) >> VALID);
    }

    function members(Hot hot) internal pure returns (uint256) {
        return uint32(Hot.unwrap(hot) >> MEMBERS);
    }

    function weight(Hot hot) internal pure returns (uint256) {
        return Hot.unwrap(hot) >> WEIGHT;
    }

    function withStage(Hot hot, Stage stage_) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) & ~(uint256(3) << STAGE) | uint256(stage_) << STAGE);
    }

    function withBias(Hot hot, int256 bias_) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) & ~(uint256(type(uint32).max) << BIAS) | uint256(uint32(int32(bias_))) << BIAS);
    }

    function withTime(Hot hot, uint256 time_) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) & ~(uint256(type(uint32).max) << TIME) | uint256(uint32(time_)) << TIME);
    }

    function withRest(Hot hot, bool rests_) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) & ~(uint256(1) << REST) | (rests_ ? 1 << REST : 0));
    }

    function withOneClassMore(Hot hot) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) + (1 << CLASSES));
    }

    function withOneValidMore(Hot hot) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) + (1 << VALID));
    }

    function withOneMemberMore(Hot hot) internal pure returns (Hot) {
        return Hot.wrap(Hot.unwrap(hot) + (1 << MEMBERS));
    }
}
