// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {ContributionView, Entry, Kind, ModelView, Sample, Stage, Terms} from "../../../../src/models/ModelTypes.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketsBase} from "../../foundry/MarketsBase.sol";
import {Mind, Oracle} from "../../foundry/Oracle.sol";

contract AddTest is MarketsBase {
    function testFuzz_RevertGiven_TheModelIsNotLive(uint256 which) external {
        which %= 3;
        uint256 model = which == 0 ? 7 : draft(terms(Kind.SparsePerceptron));
        if (which == 2) {
            publish(model);
            close(model);
        }
        Stage stage = which == 0 ? Stage.None : which == 1 ? Stage.Draft : Stage.Closed;
        expect(abi.encodeWithSelector(ISharedModels.NotLive.selector, model, stage));
        models.add(model, 0, one(0, sampleOf(Kind.SparsePerceptron)));
    }

    function test_RevertGiven_AMarketOnTheModelHasNotEnded() external {
        uint256 model = opened(1, false).model;
        expect(abi.encodeWithSelector(IMarketCalls.Resting.selector, model));
        models.add(model, 1 ether, many(1));
        expect(abi.encodeWithSelector(IMarketCalls.Resting.selector, model));
        models.priceOf(model, 1);
    }

    function test_RevertWhen_ThereIsNoSample() external {
        uint256 model = perceptron(false);
        expect(abi.encodeWithSelector(ISharedModels.SampleCountOutOfRange.selector, 0));
        models.add(model, 0, new Sample[](0));
    }

    function testFuzz_RevertWhen_TheStakeIsBelowThePrice(uint8 count, uint96 stake, uint32 later, bool inToken)
        external
    {
        uint256 model = perceptron(inToken);
        count = uint8(bound(count, 1, 40));
        vm.warp(block.timestamp + bound(later, 0, 3_650 days));
        uint256 price = models.priceOf(model, count);
        stake = uint96(bound(stake, 0, price - 1));
        expect(abi.encodeWithSelector(ISharedModels.PriceIs.selector, price, stake));
        models.add(model, stake, many(count));
    }

    function testFuzz_RevertWhen_TheCoinsAreNotTheStake(uint96 coins, uint96 more, bool inToken) external {
        uint256 model = perceptron(inToken);
        uint96 stake = uint96(models.priceOf(model, 1) + more / 2);
        uint256 right = fund(alice, models.modelOf(model).asset, stake);
        vm.assume(coins != right);
        vm.deal(alice, coins);
        expect(abi.encodeWithSelector(IPayments.WrongAmount.selector, right, coins));
        vm.prank(alice);
        models.add{value: coins}(model, stake, many(1));
    }

    function testFuzz_RevertWhen_MoneyComesToAPointsModel(uint96 stake, uint96 coins) external {
        uint256 model = points(0);
        stake = uint96(bound(stake, 0, type(uint96).max));
        if (stake == 0) coins = uint96(bound(coins, 1, type(uint96).max));
        vm.deal(alice, coins);
        expect(abi.encodeWithSelector(IPayments.WrongAmount.selector, 0, stake == 0 ? coins : stake));
        vm.prank(alice);
        models.add{value: coins}(model, stake, many(1));
    }

    function testFuzz_RevertGiven_TheAuthorOfAPointsModelHasToWait(uint32 interval, uint32 later, bool several)
        external
    {
        interval = uint32(bound(interval, 1, type(uint32).max));
        uint256 model = points(interval);
        if (several) {
            expect(abi.encodeWithSelector(ISharedModels.TooSoon.selector, block.timestamp + interval));
            models.add(model, 0, many(2));
            return;
        }
        add(model, alice, 0, sampleOf(Kind.SparsePerceptron));
        uint256 until = block.timestamp + interval;
        add(model, bob, 0, sampleOf(Kind.SparsePerceptron)); // waits for nobody else
        vm.warp(bound(later, block.timestamp, until - 1));
        expect(abi.encodeWithSelector(ISharedModels.TooSoon.selector, until));
        vm.prank(alice);
        models.add(model, 0, many(1));
    }

    function testFuzz_RevertWhen_TheLabelIsOutOfRange(uint8 label, uint8 kind) external {
        uint256 model = live(terms(kindOf(kind)));
        label = uint8(bound(label, 2, 255));
        expect(abi.encodeWithSelector(ISharedModels.LabelOutOfRange.selector, label, 2));
        models.add(model, 10 ether, one(label, sampleOf(kindOf(kind))));
    }

    function testFuzz_RevertWhen_ASparseSampleIsOdd(uint8 length, uint8 kind) external {
        uint256 model = live(sparseTerms(kind));
        length |= 1;
        expect(abi.encodeWithSelector(ISharedModels.OddLength.selector, length));
        models.add(model, 10 ether, one(0, new bytes(length)));
    }

    function testFuzz_RevertWhen_ASparseSampleHasNoFeature(uint8 kind) external {
        uint256 model = live(sparseTerms(kind));
        expect(abi.encodeWithSelector(ISharedModels.NoFeatures.selector));
        models.add(model, 10 ether, one(0, ""));
    }

    function testFuzz_RevertWhen_FeaturesDoNotRise(uint16[3] memory features, uint8 kind) external {
        uint256 model = live(sparseTerms(kind));
        uint16 first = features[0] % 20;
        uint16 second = uint16(bound(features[1], 0, first));
        bytes memory x = features[2] % 2 == 0
            ? abi.encodePacked(first, second, features[2])
            : abi.encodePacked(first, first + 1, first + 1);
        if (features[2] % 2 == 1) (first, second) = (first + 1, first + 1);
        vm.assume(first < 20);
        expect(abi.encodeWithSelector(ISharedModels.NotIncreasing.selector, first, second));
        models.add(model, 10 ether, one(0, x));
    }

    function testFuzz_RevertWhen_AFeatureIsOutOfRange(uint16 feature, uint16 then, uint8 kind) external {
        uint256 model = live(sparseTerms(kind));
        feature = uint16(bound(feature, 20, type(uint16).max));
        // What comes after it is not looked at.
        expect(abi.encodeWithSelector(ISharedModels.FeatureOutOfRange.selector, feature, 20));
        models.add(model, 10 ether, one(0, abi.encodePacked(uint16(19), feature, then)));
    }

    function testFuzz_RevertWhen_ADenseSampleHasAnotherLength(uint8 length, bool centroid) external {
        vm.assume(length != 40);
        uint256 model = live(terms(centroid ? Kind.DenseCentroid : Kind.DensePerceptron));
        expect(abi.encodeWithSelector(ISharedModels.WrongLength.selector, 40, length));
        models.add(model, 10 ether, one(0, new bytes(length)));
    }

    function testFuzz_RevertWhen_ASumWouldLeaveItsRange(uint8 feature, uint8 class, bool below) external {
        Terms memory t = terms(Kind.DenseCentroid);
        (t.samples[0], t.samples[1]) = (1, 1);
        uint256 model = draft(t);
        (feature, class) = (feature % 20, class % 2);
        uint256 sum = below ? 1 << 31 : uint256(uint32(type(int32).max));
        upload(model, 3 * uint256(class) + feature / 8, list(sum << (32 * uint256(feature % 8))));
        publish(model);
        bytes memory x = new bytes(40);
        x[2 * feature + 1] = 0x01;
        if (below) (x[2 * feature], x[2 * feature + 1]) = (0xff, 0xff);
        fund(alice, NATIVE, 10 ether);
        expect(abi.encodeWithSelector(ISharedModels.SumOutOfRange.selector, class));
        vm.prank(alice);
        models.add{value: 10 ether}(model, 10 ether, one(class, x));
        // The other way there is room.
        (x[2 * feature], x[2 * feature + 1]) = below ? (bytes1(0), bytes1(0x01)) : (bytes1(0xff), bytes1(0xff));
        add(model, alice, class, x);
    }

    function testFuzz_RevertGiven_TheSameSampleInTheSameBlock(uint8 kind) external {
        bytes memory x = sampleOf(kindOf(kind));
        uint256 model = live(terms(kindOf(kind)));
        Entry memory entry = add(model, alice, 0, x, 3 ether);
        add(model, bob, 0, x, 3 ether); // another author
        add(model, alice, 1, x, 3 ether); // another label
        expect(abi.encodeWithSelector(ISharedModels.AlreadyAdded.selector, models.contributionId(model, entry)));
        vm.prank(alice);
        models.add(model, 3 ether, one(0, x));
    }

    function testFuzz_WhenThereAreSeveral(uint8 count, uint24 later, uint96 more, bool inToken) external {
        uint256 model = perceptron(inToken);
        address asset = models.modelOf(model).asset;
        count = uint8(bound(count, 1, 20));
        vm.warp(block.timestamp + bound(later, 0, 400 days));
        uint256 price = models.priceOf(model, count);
        assertEq(price, count * priceAfter((block.timestamp - GENESIS) / count), "price");
        uint256 stake = price + more % 1 ether;
        uint256 coins = fund(alice, asset, stake);
        Sample[] memory samples = many(count);
        for (uint256 i; i < count; ++i) {
            uint256 deposit = stake / count + (i == 0 ? stake % count : 0);
            vm.expectEmit(address(models));
            emit ISharedModels.Added(model, alice, block.timestamp, i, 0, deposit, samples[i].features);
        }
        vm.prank(alice);
        models.add{value: coins}(model, uint96(stake), samples);
        assertEq(held(asset), stake, "held");
        assertEq(models.modelOf(model).lastTime, block.timestamp, "time");
        uint256 sum;
        for (uint256 i; i < count; ++i) {
            Entry memory entry = Entry(alice, uint40(block.timestamp), uint16(i), 0, samples[i].features);
            ContributionView memory v = models.contributionOf(model, entry);
            assertTrue(v.exists, "exists");
            assertEq(v.left, v.deposit, "left");
            sum += v.deposit;
        }
        assertEq(sum, stake, "deposits");
    }

    function testFuzz_GivenAPointsModel(uint32 interval, uint8 count, uint32 later) external {
        interval = uint32(bound(interval, 0, 1_000 days));
        uint256 model = points(interval);
        assertEq(models.priceOf(model, 1), 0, "price");
        count = interval == 0 ? uint8(bound(count, 1, 9)) : 1;
        vm.prank(alice);
        models.add(model, 0, many(count));
        assertEq(models.memberOf(model, alice).lastTime, interval == 0 ? 0 : block.timestamp, "time");
        vm.warp(block.timestamp + interval + later % 1_000);
        Entry memory entry = add(model, alice, 0, sampleOf(Kind.SparsePerceptron));
        assertEq(models.contributionOf(model, entry).deposit, 0, "deposit");
        assertEq(held(NATIVE), 0, "held");
    }

    function testFuzz_WhenTheModelLearns(uint256 seed_, uint8 kind) external {
        seed(seed_);
        (uint256 model, Mind memory mind) = born(kindOf(kind));
        for (uint256 i; i < 5; ++i) {
            (int256[] memory x, bytes memory packed) = drawSample(mind);
            assertEq(predict(model, packed), Oracle.predict(mind, x), "prediction");
            uint256 label = draw(mind.classes);
            add(model, alice, label, packed, 10 ether);
            Oracle.learn(mind, x, label);
            assertSame(model, mind);
            vm.warp(block.timestamp + 1);
        }
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function many(uint256 count) private pure returns (Sample[] memory samples) {
        samples = new Sample[](count);
        for (uint256 i; i < count; ++i) {
            samples[i] = Sample(0, abi.encodePacked(uint16(i % 19), uint16(i % 19 + 1)));
        }
    }

    function points(uint32 interval) private returns (uint256) {
        Terms memory t = terms(Kind.SparsePerceptron);
        (t.weight, t.minInterval, t.bias) = (0, interval, -1000);
        return live(t);
    }

    function sparseTerms(uint8 kind) private pure returns (Terms memory) {
        return terms(kind % 3 == 0 ? Kind.SparsePerceptron : kind % 3 == 1 ? Kind.NaiveBayes : Kind.SparseCentroid);
    }

    function priceAfter(uint256 secs) private pure returns (uint256) {
        uint256 root;
        while ((root + 1) ** 2 <= secs) {
            ++root;
        }
        uint256 price = 1 ether / (root == 0 ? 1 : root);
        return price < 1 ether >> 20 ? 1 ether >> 20 : price;
    }
}
