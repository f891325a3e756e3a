// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind, ModelView, Stage, Terms, Totals} from "../../../../src/models/ModelTypes.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";

contract OpenTest is ModelsBase {
    function testFuzz_RevertWhen_TheFeaturesAreOutOfRange(uint32 features, uint8 kind) external {
        Terms memory t = terms(kindOf(kind));
        t.features = features == 0 ? 0 : uint32(bound(features, 65_537, type(uint32).max));
        expect(abi.encodeWithSelector(ISharedModels.FeaturesOutOfRange.selector, t.features));
        draft(t);
    }

    function testFuzz_RevertWhen_TheClassesDoNotFit(uint8 classes, uint8 lanes, uint8 kind) external {
        Terms memory t = terms(kindOf(kind));
        (t.classes, t.lanes) = (classes % 12, lanes % 12);
        bool possible = (t.lanes == 2 || t.lanes == 4 || t.lanes == 8) && t.classes != 0 && t.classes <= t.lanes;
        if (isPerceptron(t.kind)) possible = t.lanes == 2 && t.classes == 2;
        vm.assume(!possible);
        if (!isPerceptron(t.kind)) t.samples = new uint32[](t.classes);
        expect(abi.encodeWithSelector(ISharedModels.ClassesOutOfRange.selector, t.classes, t.lanes));
        draft(t);
    }

    function testFuzz_RevertWhen_AParameterIsOfAnotherKind(uint8 kind, uint8 which) external {
        Terms memory t = terms(kindOf(kind));
        which %= 4;
        if (which == 0) t.step = t.kind == Kind.SparsePerceptron ? 0 : 1;
        if (which == 1) t.smoothing = t.kind == Kind.NaiveBayes ? 0 : 1;
        if (which == 2) {
            vm.assume(!isPerceptron(t.kind));
            t.bias = -1;
        }
        if (which == 3) t.samples = new uint32[](t.samples.length + 1);
        expect(abi.encodeWithSelector(ISharedModels.WrongParameters.selector, t.kind));
        draft(t);
    }

    function testFuzz_RevertWhen_TheWeightIsTooLarge(uint96 weight, uint8 kind) external {
        Terms memory t = terms(kindOf(kind));
        t.weight = uint96(bound(weight, 1 << 85, type(uint96).max));
        expect(abi.encodeWithSelector(ISharedModels.WeightTooLarge.selector, t.weight));
        draft(t);
    }

    function testFuzz_RevertWhen_TheFloorIsZero(uint96 weight, uint8 shift) external {
        Terms memory t = terms(Kind.DenseCentroid);
        (t.weight, t.floorShift) = (uint96(bound(weight, 0, (1 << 85) - 1)), shift);
        vm.assume(t.weight == 0 ? shift > 127 : t.weight >> shift == 0);
        expect(abi.encodeWithSelector(ISharedModels.FloorIsZero.selector, t.weight, shift));
        draft(t);
    }

    function testFuzz_RevertWhen_ThereAreMoneyAndPoints(bool money, uint32 interval) external {
        Terms memory t = terms(Kind.SparsePerceptron);
        if (money) t.minInterval = uint32(bound(interval, 1, type(uint32).max));
        else (t.weight, t.asset) = (0, address(token));
        expect(abi.encodeWithSelector(ISharedModels.MoneyAndPoints.selector));
        draft(t);
    }

    function testFuzz_RevertWhen_TheAssetHasNoCode(address asset) external {
        vm.assume(asset.code.length == 0 && asset != address(0));
        Terms memory t = terms(Kind.SparsePerceptron);
        t.asset = asset;
        expect(abi.encodeWithSelector(IPayments.NotAToken.selector, asset));
        draft(t);
    }

    function testFuzz_RevertWhen_TheWaitsAreOutOfOrder(uint32[3] memory waits, uint8 which) external {
        Terms memory t = terms(Kind.SparsePerceptron);
        uint256 most = 3_650 days;
        t.refundWait = uint32(bound(waits[0], 1, most));
        t.ownerWait = uint32(bound(waits[1], t.refundWait, most));
        t.anyWait = uint32(bound(waits[2], t.ownerWait, most));
        if (which % 4 == 0) t.refundWait = 0;
        if (which % 4 == 1) t.refundWait = t.ownerWait + 1;
        if (which % 4 == 2) t.ownerWait = t.anyWait + 1;
        if (which % 4 == 3) t.anyWait = uint32(bound(waits[2], most + 1, type(uint32).max));
        expect(abi.encodeWithSelector(ISharedModels.WaitsOutOfOrder.selector, t.refundWait, t.ownerWait, t.anyWait));
        draft(t);
    }

    function testFuzz_WhenTheTermsCanBe(uint8 kind, uint32[6] memory numbers, uint96 weight, uint8 shift, bool inToken)
        external
    {
        Terms memory t = terms(kindOf(kind));
        t.features = uint32(bound(numbers[0], 1, 65_536));
        if (!isPerceptron(t.kind)) {
            t.lanes = uint8(2 << (numbers[1] % 3));
            t.classes = uint8(1 + numbers[1] / 3 % t.lanes);
            t.samples = new uint32[](t.classes);
            for (uint256 k; k < t.classes; ++k) {
                t.samples[k] = k % 3 == 1 ? 0 : numbers[5] ^ uint32(k);
            }
        } else {
            t.bias = int32(numbers[1]);
        }
        if (t.step != 0) t.step = uint8(bound(numbers[1] >> 8, 1, 255));
        if (t.smoothing != 0) t.smoothing = uint16(bound(numbers[1] >> 8, 1, 65_535));
        t.weight = uint96(bound(weight, 0, (1 << 85) - 1));
        t.floorShift = shift % 128;
        if (t.weight >> t.floorShift == 0) t.weight = 0;
        if (t.weight == 0) t.minInterval = numbers[4];
        else if (inToken) t.asset = address(token);
        t.refundWait = uint32(bound(numbers[2], 1, 3_650 days));
        t.ownerWait = uint32(bound(numbers[3], t.refundWait, 3_650 days));
        t.anyWait = uint32(bound(numbers[4], t.ownerWait, 3_650 days));
        draft(terms(Kind.SparsePerceptron)); // another one first

        vm.expectEmit(address(models));
        emit ISharedModels.Opened(2, creator, t);
        uint256 model = draft(t);

        assertEq(model, 2, "its number");
        assertEq(models.modelCount(), 2, "modelCount");
        ModelView memory v;
        (v.stage, v.kind, v.features, v.classes) = (Stage.Draft, t.kind, t.features, t.classes);
        (v.lanes, v.step, v.smoothing, v.bias) = (t.lanes, t.step, t.smoothing, t.bias);
        (v.creator, v.asset, v.weight, v.floorShift) = (creator, t.asset, t.weight, t.floorShift);
        (v.refundWait, v.ownerWait, v.anyWait, v.minInterval) = (t.refundWait, t.ownerWait, t.anyWait, t.minInterval);
        v.openedAt = uint32(block.timestamp);
        uint256 perWord = t.kind == Kind.DenseCentroid ? 8 : 16;
        uint256 inRow = t.kind == Kind.NaiveBayes || t.kind == Kind.SparseCentroid ? t.features * t.lanes : t.features;
        v.words = uint32((inRow + perWord - 1) / perWord * (t.kind == Kind.DenseCentroid ? t.lanes : 1));
        vm.assertEq(abi.encode(models.modelOf(model)), abi.encode(v), "modelOf");
        Totals[] memory totals = models.totalsOf(model);
        assertEq(totals.length, t.lanes, "lanes");
        for (uint256 k; k < t.lanes; ++k) {
            uint64 samples = k < t.samples.length ? t.samples[k] : 0;
            vm.assertEq(abi.encode(totals[k]), abi.encode(Totals(samples, 0, 0)), "totals");
        }
    }
}
