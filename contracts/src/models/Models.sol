// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "./HotLib.sol";
import {ISharedModels} from "./ISharedModels.sol";
import {Model, ModelLib} from "./ModelLib.sol";
import {Stage} from "./ModelTypes.sol";
import {IMarketCalls} from "./mechanisms/IMarkets.sol";
import {Market} from "./mechanisms/MarketTypes.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {Payments} from "../shared/Payments.sol";

/// @title Models
/// @notice What is kept of models and markets, and what calls on one begin and end with.
/// @dev `Markets` works on what `SharedModels` keeps: both have it from here, and keep nothing else.
abstract contract Models is Payments {
    using ModelLib for Model;

    uint256 internal _modelCount;
    mapping(uint256 model => Model) internal _models;
    /// By `contributionId`; the words are `StakeLib`'s.
    mapping(bytes32 id => uint256) internal _contributions;
    /// Which members after the first 63 have their share, 256 a word.
    mapping(bytes32 id => mapping(uint256 word => uint256)) internal _farClaims;

    mapping(uint256 model => mapping(uint256 market => Market)) internal _markets;

    function _exists(uint256 model) internal view returns (Model storage m, Hot hot) {
        m = _models[model];
        hot = m.hot;
        require(hot.stage() != Stage.None, ISharedModels.NoModel(model));
    }

    function _live(uint256 model) internal view returns (Model storage m, Hot hot) {
        m = _models[model];
        hot = m.hot;
        if (!hot.takesSamples()) {
            require(hot.stage() == Stage.Live, ISharedModels.NotLive(model, hot.stage()));
            revert IMarketCalls.Resting(model);
        }
    }

    function _draft(uint256 model) internal view returns (Model storage m, Hot hot) {
        m = _models[model];
        hot = m.hot;
        require(hot.stage() == Stage.Draft, ISharedModels.NotDraft(model, hot.stage()));
        _requireCreator(m);
    }

    /// @dev As `_pay`, without its event: what the callers' own events say adds up to it. Saves 1,800 gas.
    function _payOut(uint256 model, address asset, address to, uint256 amount) internal {
        if (amount == 0 || PaymentLib.tryPush(asset, to, amount)) return;
        credits[asset][to] += amount;
        emit Credited(model, to, asset, amount);
    }

    function _requireCreator(Model storage m) internal view {
        require(msg.sender == m.creator, ISharedModels.NotCreator(m.creator, msg.sender));
    }
}
