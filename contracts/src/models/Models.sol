// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "./HotLib.sol";
import {ISharedModels} from "./ISharedModels.sol";
import {Model, ModelLib} from "./ModelLib.sol";
import {Stage} from "./ModelTypes.sol";
import {Payments} from "../shared/Payments.sol";

/// @title Models
/// @notice What is kept of the models, and what calls on one begin with.
abstract contract Models is ISharedModels, Payments {
    using ModelLib for Model;

    /// @inheritdoc ISharedModels
    uint256 public modelCount;

    mapping(uint256 model => Model) internal _models;
    /// By `contributionId`; the words are `StakeLib`'s.
    mapping(bytes32 id => uint256) internal _contributions;
    /// Which members after the first 63 have their share, 256 a word.
    mapping(bytes32 id => mapping(uint256 word => uint256)) internal _farClaims;

    function _exists(uint256 model) internal view returns (Model storage m, Hot hot) {
        m = _models[model];
        hot = m.hot;
        require(hot.stage() != Stage.None, NoModel(model));
    }

    function _live(uint256 model) internal view returns (Model storage m, Hot hot) {
        m = _models[model];
        hot = m.hot;
        require(hot.stage() == Stage.Live, NotLive(model, hot.stage()));
    }

    function _draft(uint256 model) internal view returns (Model storage m, Hot hot) {
        m = _models[model];
        hot = m.hot;
        require(hot.stage() == Stage.Draft, NotDraft(model, hot.stage()));
        _requireCreator(m);
    }

    function _requireCreator(Model storage m) internal view {
        require(msg.sender == m.creator, NotCreator(m.creator, msg.sender));
    }
}
