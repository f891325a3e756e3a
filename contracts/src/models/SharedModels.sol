// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Contributions} from "./Contributions.sol";
import {Hot} from "./HotLib.sol";
import {ISharedModels} from "./ISharedModels.sol";
import {MarketCalls} from "./MarketCalls.sol";
import {Model, ModelLib} from "./ModelLib.sol";
import {ContributionView, Entry, Kind, MemberView, ModelView, Stage, Totals} from "./ModelTypes.sol";
import {Registry} from "./Registry.sol";
import {SamplesLib} from "./SamplesLib.sol";
import {LearnersLib} from "./learners/LearnersLib.sol";
import {MemberLib} from "./mechanisms/MemberLib.sol";
import {StakeLib} from "./mechanisms/StakeLib.sol";

/// @title SharedModels
/// @notice See `ISharedModels`. This file has what can be read of a model.
contract SharedModels is Registry, Contributions, MarketCalls {
    using MemberLib for uint256;
    using ModelLib for Model;
    using StakeLib for uint256;

    /// @inheritdoc ISharedModels
    function modelCount() external view returns (uint256) {
        return _modelCount;
    }

    /// @inheritdoc ISharedModels
    function predict(uint256 model, bytes[] calldata samples) external view returns (uint8[] memory classes) {
        (Model storage m, Hot hot) = _exists(model);
        classes = new uint8[](samples.length);
        for (uint256 i; i < samples.length; ++i) {
            classes[i] = uint8(LearnersLib.predict(hot, m, samples[i]));
        }
    }

    /// @inheritdoc ISharedModels
    function priceOf(uint256 model, uint256 count) external view returns (uint256) {
        (, Hot hot) = _live(model);
        return count == 0 ? 0 : StakeLib.price(hot, count);
    }

    /// @inheritdoc ISharedModels
    function modelOf(uint256 model) external view returns (ModelView memory v) {
        (Model storage m, Hot hot) = _exists(model);
        bool draft = hot.stage() == Stage.Draft;
        v.stage = hot.stage();
        v.kind = hot.kind();
        v.features = uint32(hot.features());
        v.classes = uint8(hot.classes());
        v.lanes = uint8(1 << hot.lanesLog());
        v.step = uint8(hot.step());
        if (v.kind == Kind.NaiveBayes) v.smoothing = uint16(hot.smoothing());
        else v.bias = int32(hot.bias());
        v.creator = m.creator;
        v.asset = m.asset;
        v.weight = uint96(hot.weight());
        v.floorShift = uint8(hot.floorShift());
        v.refundWait = m.refundWait;
        v.ownerWait = m.ownerWait;
        v.anyWait = m.anyWait;
        v.minInterval = m.minInterval;
        v.openedAt = m.openedAt;
        if (!draft) (v.lastTime, v.manifest) = (uint32(hot.time()), m.manifest);
        v.validTotal = uint32(hot.validTotal());
        v.members = uint32(hot.members());
        v.words = uint32(_words(hot));
        (v.markets, v.rests) = (m.markets, hot.rests());
    }

    /// @inheritdoc ISharedModels
    function wordsOf(uint256 model, uint256 first, uint256 count) external view returns (uint256[] memory words) {
        (Model storage m, Hot hot) = _exists(model);
        uint256 all = _words(hot);
        uint256 rest = first < all ? all - first : 0;
        words = new uint256[](count < rest ? count : rest);
        for (uint256 i; i < words.length; ++i) {
            words[i] = m.wordAt(first + i);
        }
    }

    /// @inheritdoc ISharedModels
    function totalsOf(uint256 model) external view returns (Totals[] memory list) {
        (Model storage m, Hot hot) = _exists(model);
        list = new Totals[](1 << hot.lanesLog());
        for (uint256 k; k < list.length; ++k) {
            uint256 totals = m.totalsAt(k);
            list[k] = Totals(
                uint64(ModelLib.samplesOf(totals)),
                uint64(ModelLib.countsOf(totals)),
                uint128(ModelLib.squaresOf(totals))
            );
        }
    }

    /// @inheritdoc ISharedModels
    function contributionOf(uint256 model, Entry calldata entry) external view returns (ContributionView memory v) {
        uint256 contribution = _contributions[SamplesLib.id(model, entry)];
        if (!contribution.exists()) return v;
        Model storage m = _models[model];
        v.exists = true;
        v.deposit = uint96(contribution.deposit());
        v.left = uint96(contribution.left());
        (v.refundAt, v.ownerAt, v.anyAt) = (entry.time + m.refundWait, entry.time + m.ownerWait, entry.time + m.anyWait);
    }

    /// @inheritdoc ISharedModels
    function hasClaimed(uint256 model, Entry calldata entry, address account) external view returns (bool) {
        bytes32 id = SamplesLib.id(model, entry);
        Model storage m = _models[model];
        uint256 number = m.hot.weight() == 0 ? (account == entry.author ? 1 : 0) : m.members[account].number();
        return number != 0 && _hasShare(id, _contributions[id], number - 1);
    }

    /// @inheritdoc ISharedModels
    function memberOf(uint256 model, address account) external view returns (MemberView memory) {
        uint256 member = _models[model].members[account];
        return MemberView(uint32(member.valid()), uint32(member.number()), uint32(member.time()));
    }

    /// @inheritdoc ISharedModels
    function contributionId(uint256 model, Entry calldata entry) external pure returns (bytes32) {
        return SamplesLib.id(model, entry);
    }

    function _words(Hot hot) private pure returns (uint256) {
        (uint256 words,, uint256 rows) = LearnersLib.shape(hot);
        return words * rows;
    }
}
