// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot, HotLib} from "../../../src/models/HotLib.sol";
import {Kind, Stage} from "../../../src/models/ModelTypes.sol";

/// @notice A model's hot word gives back what it was made of, and whoever changes one field of it changes no other.
contract HotProof {
    function check_aNewWordHasWhatItWasMadeOf(
        bool token,
        uint8 lanesLog,
        uint8 classes,
        uint8 floorShift,
        uint8 step,
        uint32 features,
        uint32 extra,
        uint96 weight
    ) public pure {
        // What `OpeningLib` lets through.
        if (lanesLog == 0 || lanesLog > 3 || classes == 0 || classes > 8) return;
        if (floorShift > HotLib.MAX_FLOOR_SHIFT || features == 0 || features > 65_536) return;
        if (weight >> HotLib.WEIGHT_BITS != 0) return;
        for (uint256 kind; kind <= uint256(type(Kind).max); ++kind) {
            Hot hot = HotLib.create(Kind(kind), token, lanesLog, classes, floorShift, step, features, extra, weight);
            assert(uint256(hot.kind()) == kind && hot.stage() == Stage.Draft && hot.token() == token && !hot.rests());
            assert(hot.lanesLog() == lanesLog && hot.classes() == classes && hot.floorShift() == floorShift);
            assert(hot.step() == step && hot.features() == features && hot.weight() == weight);
            assert(hot.smoothing() == extra && hot.bias() == int32(extra));
            assert(hot.time() == 0 && hot.validTotal() == 0 && hot.members() == 0);
        }
    }

    function check_theStageAloneChanges(Hot hot) public pure {
        for (uint256 stage; stage <= uint256(type(Stage).max); ++stage) {
            Hot changed = hot.withStage(Stage(stage));
            assert(uint256(changed.stage()) == stage);
            assert(alone(hot, changed, 3, 2));
        }
    }

    function check_theRestAloneChanges(Hot hot, bool rests) public pure {
        Hot changed = hot.withRest(rests);
        assert(changed.rests() == rests);
        assert(alone(hot, changed, 6, 1));
    }

    function check_theBiasAloneChanges(Hot hot, int32 bias) public pure {
        Hot changed = hot.withBias(bias);
        assert(changed.bias() == bias);
        assert(alone(hot, changed, 43, 32));
    }

    function check_theTimeAloneChanges(Hot hot, uint32 time) public pure {
        Hot changed = hot.withTime(time);
        assert(changed.time() == time);
        assert(alone(hot, changed, 75, 32));
    }

    /// @dev A model has at most as many classes as lanes, eight: the field does not run over.
    function check_aClassMoreIsAllThatChanges(Hot hot) public pure {
        if (hot.classes() == 8) return;
        Hot changed = hot.withOneClassMore();
        assert(changed.classes() == hot.classes() + 1);
        assert(alone(hot, changed, 9, 3));
    }

    /// @dev Nobody pays for 2^32 refunds.
    function check_aRefundMoreIsAllThatChanges(Hot hot) public pure {
        if (hot.validTotal() == type(uint32).max) return;
        Hot changed = hot.withOneValidMore();
        assert(changed.validTotal() == hot.validTotal() + 1);
        assert(alone(hot, changed, 107, 32));
    }

    function check_aMemberMoreIsAllThatChanges(Hot hot) public pure {
        if (hot.members() == type(uint32).max) return;
        Hot changed = hot.withOneMemberMore();
        assert(changed.members() == hot.members() + 1);
        assert(alone(hot, changed, 139, 32));
    }

    function check_aModelTakesSamplesWhereItIsLiveAndDoesNotRest(Hot hot) public pure {
        assert(hot.takesSamples() == (hot.stage() == Stage.Live && !hot.rests()));
    }

    /// @dev Whether the two words differ in no other bits than `size` from `place` on.
    function alone(Hot before, Hot changed, uint256 place, uint256 size) private pure returns (bool) {
        return (Hot.unwrap(before) ^ Hot.unwrap(changed)) & ~(((1 << size) - 1) << place) == 0;
    }
}
