// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot, HotLib} from "./HotLib.sol";
import {ISharedModels} from "./ISharedModels.sol";
import {Kind, Terms} from "./ModelTypes.sol";
import {IPayments} from "../shared/IPayments.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";

/// @notice What `open` accepts.
library OpeningLib {
    uint256 private constant MAX_FEATURES = 65_536;
    /// No money behind a mistyped year.
    uint256 private constant MAX_WAIT = 3650 days;

    /// @notice The first slot of a model on `terms`; reverts, naming what is wrong, where there can be none.
    function hotOf(Terms calldata terms) internal view returns (Hot) {
        uint256 features = terms.features;
        require(features != 0 && features <= MAX_FEATURES, ISharedModels.FeaturesOutOfRange(features));
        bool token = _checkMoney(terms);
        (uint256 lanesLog, uint32 extra) = _checkKind(terms);
        return HotLib.create(
            terms.kind, token, lanesLog, terms.classes, terms.floorShift, terms.step, features, extra, terms.weight
        );
    }

    function _checkMoney(Terms calldata terms) private view returns (bool token) {
        (uint256 weight, uint256 floorShift) = (terms.weight, terms.floorShift);
        address asset = terms.asset;
        token = asset != PaymentLib.NATIVE;
        require(weight >> HotLib.WEIGHT_BITS == 0, ISharedModels.WeightTooLarge(weight));
        require(
            floorShift <= HotLib.MAX_FLOOR_SHIFT && (weight == 0 || weight >> floorShift != 0),
            ISharedModels.FloorIsZero(weight, floorShift)
        );
        require(weight == 0 ? !token : terms.minInterval == 0, ISharedModels.MoneyAndPoints());
        require(!token || asset.code.length != 0, IPayments.NotAToken(asset));
        (uint256 refundWait, uint256 ownerWait, uint256 anyWait) = (terms.refundWait, terms.ownerWait, terms.anyWait);
        require(
            refundWait != 0 && refundWait <= ownerWait && ownerWait <= anyWait && anyWait <= MAX_WAIT,
            ISharedModels.WaitsOutOfOrder(refundWait, ownerWait, anyWait)
        );
    }

    function _checkKind(Terms calldata terms) private pure returns (uint256 lanesLog, uint32 extra) {
        Kind kind = terms.kind;
        (uint256 classes, uint256 lanes) = (terms.classes, terms.lanes);
        bool perceptron = kind == Kind.SparsePerceptron || kind == Kind.DensePerceptron;
        lanesLog = lanes == 2 ? 1 : lanes == 4 ? 2 : 3;
        require(
            lanes == 1 << lanesLog && classes != 0 && classes <= lanes && (!perceptron || classes + lanes == 4),
            ISharedModels.ClassesOutOfRange(classes, lanes)
        );
        require(
            (terms.step != 0) == (kind == Kind.SparsePerceptron) && (terms.smoothing != 0) == (kind == Kind.NaiveBayes)
                && (perceptron || terms.bias == 0) && terms.samples.length == (perceptron ? 0 : classes),
            ISharedModels.WrongParameters(kind)
        );
        extra = perceptron ? uint32(terms.bias) : terms.smoothing;
    }
}
