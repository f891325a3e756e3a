// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind, Terms} from "../../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketTerms, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";

contract ContributeTest is MarketsBase {
    uint256 private constant MOST_FEATURES = 6144;

    function testFuzz_RevertGiven_NoBatchesAreTaken(uint8 which) external {
        which %= 5;
        Fair memory f = which < 2 ? opened(2, false) : started(2, false);
        if (which == 1) drawnOf(f);
        if (which >= 2) toReveals(f);
        if (which >= 3) revealRest(f);
        if (which == 4) endMarket(f);
        Phase[5] memory phases = [Phase.Opened, Phase.Drawn, Phase.Revealing, Phase.Scored, Phase.Scored];
        bytes memory data = drawBatch(f);
        expectWrongPhase(Phase.Contributing, phases[which]);
        models.contribute(f.model, f.market, data);
    }

    function testFuzz_RevertWhen_TheBatchIsOdd(uint8 length) external {
        length |= 1;
        refused(started(1, false), new bytes(length), abi.encodeWithSelector(ISharedModels.OddLength.selector, length));
    }

    function test_RevertWhen_TheBatchHasTooManyFeatures() external {
        Fair memory f = large();
        bytes memory data = batchOf(f, MOST_FEATURES);
        vm.prank(alice);
        models.contribute{value: 1 ether}(f.model, f.market, data);
        data = batchOf(f, MOST_FEATURES + 1);
        bytes memory error =
            abi.encodeWithSelector(IMarketCalls.BatchTooLarge.selector, MOST_FEATURES + 1, MOST_FEATURES);
        refused(f, data, error);
    }

    function testFuzz_RevertWhen_TheBatchHasTooFewSamplesOrTooMany(uint256 seed_, bool more) external {
        seed(seed_);
        Fair memory f = started(1, false);
        bytes memory data = drawBatch(f);
        data = more ? bytes.concat(data, hex"00010003") : bytes(hex"00010003");
        refused(f, data, abi.encodeWithSelector(IMarketCalls.WrongSampleCount.selector, 2));
    }

    function testFuzz_RevertWhen_TheBatchEndsWithinASample(uint16 count, bool label) external {
        count = uint16(bound(count, 2, 0x7fff));
        bytes memory data = bytes.concat(hex"00010003", bytes2(count | (label ? 0x8000 : 0)), hex"0001");
        refused(started(1, false), data, abi.encodeWithSelector(ISharedModels.WrongLength.selector, 2 * count, 2));
    }

    function test_RevertWhen_ASampleOfTheBatchHasNoFeature() external {
        bytes memory error = abi.encodeWithSelector(ISharedModels.NoFeatures.selector);
        refused(started(1, false), hex"00010003" hex"8000", error);
    }

    function testFuzz_RevertWhen_FeaturesOfASampleDoNotRise(uint16 first, uint16 second) external {
        first %= 20;
        second = uint16(bound(second, 0, first));
        bytes memory error = abi.encodeWithSelector(ISharedModels.NotIncreasing.selector, first, second);
        refused(started(1, false), abi.encodePacked(hex"00010003" hex"8002", first, second), error);
    }

    function testFuzz_RevertWhen_AFeatureOfASampleIsOutOfRange(uint16 feature) external {
        feature = uint16(bound(feature, 20, type(uint16).max));
        bytes memory error = abi.encodeWithSelector(ISharedModels.FeatureOutOfRange.selector, feature, 20);
        refused(started(1, false), abi.encodePacked(hex"80020003", feature, hex"00010003"), error);
    }

    function testFuzz_RevertWhen_TheCoinsAreNotTheStakeOfTheMarket(uint96 coins, bool inToken) external {
        Fair memory f = started(1, inToken);
        uint256 right = fund(alice, f.asset, f.terms.stake);
        vm.assume(coins != right);
        vm.deal(alice, coins);
        bytes memory data = drawBatch(f);
        expect(abi.encodeWithSelector(IPayments.WrongAmount.selector, right, coins));
        vm.prank(alice);
        models.contribute{value: coins}(f.model, f.market, data);
    }

    function testFuzz_WhenTheBatchIsGood(uint256 seed_, uint8 count, bool inToken) external {
        seed(seed_);
        Fair memory f = started(1 + seed_ % 4, inToken);
        uint256 before = held(f.asset);
        bytes memory words = abi.encode(models.wordsOf(f.model, 0, 9), models.modelOf(f.model));
        for (uint256 i; i < count % 4; ++i) {
            bytes memory data = drawBatch(f);
            address who = i % 2 == 0 ? alice : bob;
            uint256 coins = fund(who, f.asset, f.terms.stake);
            vm.expectEmit(address(models));
            emit IMarketCalls.Contributed(f.model, f.market, who, i, data);
            contribute(f, who, data, coins);
            assertTrue(models.isUnpaid(f.model, f.market, keyOf(f, i)[0]), "noted");
        }
        assertEq(held(f.asset) - before, (count % 4) * f.terms.stake, "held");
        assertEq(models.marketOf(f.model, f.market).batches, count % 4, "batches");
        vm.assertEq(abi.encode(models.wordsOf(f.model, 0, 9), models.modelOf(f.model)), words, "model");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function refused(Fair memory f, bytes memory data, bytes memory error) private {
        vm.deal(alice, 1 ether);
        expect(error);
        vm.prank(alice);
        models.contribute{value: 1 ether}(f.model, f.market, data);
    }

    /// @dev A market on 1,024 features, with 64 samples a batch.
    function large() private returns (Fair memory f) {
        Terms memory t = terms(Kind.SparsePerceptron);
        t.features = 1024;
        bytes[] memory pieces = new bytes[](1);
        pieces[0] = drawPiece(1024);
        f = openOn(live(t), pieces, marketTerms64(pieces));
        reveal(f, drawnOf(f));
        vm.deal(alice, 1 ether);
    }

    function marketTerms64(bytes[] memory pieces) private pure returns (MarketTerms memory t) {
        t = marketTerms(pieces);
        t.batchSize = 64;
    }

    /// @dev So many features in 64 samples, as evenly as it goes.
    function batchOf(Fair memory, uint256 features) private pure returns (bytes memory data) {
        data = new bytes(2 * (64 + features));
        uint256 at;
        for (uint256 i; i < 64; ++i) {
            uint256 count = (features - features * i / 64) - (features - features * (i + 1) / 64);
            at = put(data, at, count);
            for (uint256 j; j < count; ++j) {
                at = put(data, at, j);
            }
        }
    }

    function put(bytes memory data, uint256 at, uint256 number) private pure returns (uint256) {
        (data[at], data[at + 1]) = (bytes1(uint8(number >> 8)), bytes1(uint8(number)));
        return at + 2;
    }
}
