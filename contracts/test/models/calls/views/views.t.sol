// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {ContributionView, Entry, Kind, MemberView, Stage, Terms} from "../../../../src/models/ModelTypes.sol";
import {Minds} from "../../foundry/Minds.sol";
import {Mind, Oracle} from "../../foundry/Oracle.sol";

contract ViewsTest is Minds {
    function testFuzz_RevertGiven_ThereIsNoSuchModel(uint256 model, uint8 which) external {
        which %= 4;
        expect(abi.encodeWithSelector(ISharedModels.NoModel.selector, model));
        if (which == 0) models.predict(model, new bytes[](0));
        if (which == 1) models.modelOf(model);
        if (which == 2) models.wordsOf(model, 0, 1);
        if (which == 3) models.totalsOf(model);
    }

    function test_RevertGiven_TheModelIsNotLiveAndThePriceIsAsked() external {
        uint256 model = draft(terms(Kind.SparsePerceptron));
        expect(abi.encodeWithSelector(ISharedModels.NotLive.selector, model, Stage.Draft));
        models.priceOf(model, 1);
    }

    function test_RevertWhen_ASampleToPredictIsNone() external {
        uint256 model = live(terms(Kind.SparsePerceptron));
        bytes[] memory samples = new bytes[](1);
        samples[0] = abi.encodePacked(uint16(20));
        expect(abi.encodeWithSelector(ISharedModels.FeatureOutOfRange.selector, 20, 20));
        models.predict(model, samples);
    }

    function testFuzz_WhenSamplesArePredicted(uint256 seed_, uint8 kind) external {
        seed(seed_);
        (uint256 model, Mind memory mind) = born(kindOf(kind));
        bytes[] memory samples = new bytes[](6);
        uint8[] memory expected = new uint8[](6);
        for (uint256 i; i < 6; ++i) {
            int256[] memory x;
            (x, samples[i]) = drawSample(mind);
            expected[i] = uint8(Oracle.predict(mind, x));
        }
        vm.assertEq(abi.encode(models.predict(model, samples)), abi.encode(expected), "predictions");
    }

    function testFuzz_WhenTwoClassesAreEqual(uint16[3] memory counts, uint32 samples, uint16 smoothing, uint8 high)
        external
    {
        Terms memory t = terms(Kind.NaiveBayes);
        (t.lanes, t.classes, t.features, t.smoothing) = (8, 3, 4, smoothing == 0 ? 1 : smoothing);
        t.samples = new uint32[](3);
        samples = uint32(bound(samples, 1, type(uint32).max));
        (t.samples[0], t.samples[1], t.samples[2]) = (samples, samples, samples);
        uint256 model = draft(t);
        // Classes 1 and 2 have the same counts in another order; all have as many in all, and the sample has all features.
        uint256[] memory words = new uint256[](2);
        uint256[4] memory own = [uint256(counts[0]), counts[1], counts[2], high];
        for (uint256 i; i < 4; ++i) {
            words[i / 2] |= (own[i] << 16 | own[(i + 1) % 4] << 32) << (128 * (i % 2));
        }
        upload(model, 0, words);
        publish(model);
        bytes memory x = abi.encodePacked(uint16(0), uint16(1), uint16(2), uint16(3));
        uint256 found = predict(model, x);
        assertTrue(found != 2, "the lower of 1 and 2");
    }

    /// @dev The products of a long sample leave a word in both classes, and are cut.
    function testFuzz_WhenASampleIsLong(uint8 first, bool turned) external {
        uint256 model = long(twoOf(32), 32, turned ? 1 : 0, first % 12);
        bytes memory x;
        for (uint256 i; i < 20; ++i) {
            x = abi.encodePacked(x, uint16(first % 12 + i));
        }
        // One class has all that it has in 20 features, which are those of the sample; the other has as much in each of 32.
        assertEq(predict(model, x), turned ? 1 : 0, "the class that is all of this");
    }

    function testFuzz_WhenTwoClassesAreEqualAndTheSampleIsLong(uint256 seed_, uint8 turn) external {
        seed(seed_);
        Terms memory t = twoOf(16);
        uint256 model = draft(t);
        uint256[] memory own = new uint256[](16);
        for (uint256 i; i < 16; ++i) {
            own[i] = 40_000 + draw(25_000);
        }
        uint256[] memory words = new uint256[](2);
        bytes memory x;
        for (uint256 i; i < 16; ++i) {
            // The same counts in another order.
            words[i / 8] |= (own[i] | own[(i + 1 + turn % 15) % 16] << 16) << (32 * (i % 8));
            x = abi.encodePacked(x, uint16(i));
        }
        upload(model, 0, words);
        publish(model);
        assertEq(predict(model, x), 0, "the lower of both");
    }

    function twoOf(uint32 features) private view returns (Terms memory t) {
        t = terms(Kind.NaiveBayes);
        (t.lanes, t.classes, t.features, t.smoothing) = (2, 2, features, 1);
        t.samples = new uint32[](2);
        (t.samples[0], t.samples[1]) = (100, 100);
    }

    function long(Terms memory t, uint256 features, uint256 few, uint256 first) private returns (uint256 model) {
        model = draft(t);
        uint256[] memory words = new uint256[](features / 8);
        for (uint256 i; i < features; ++i) {
            uint256 counts = uint256(40_000) << (16 * (1 - few));
            if (i >= first && i < first + 20) counts |= (60_000 + 7 * first) << (16 * few);
            words[i / 8] |= counts << (32 * (i % 8));
        }
        upload(model, 0, words);
        publish(model);
    }

    function testFuzz_WhenWordsAreRead(uint8 first, uint8 count) external {
        Terms memory t = terms(Kind.DenseCentroid);
        (t.features, t.samples[0], t.samples[1]) = (80, 1, 1);
        uint256 model = draft(t);
        uint256[] memory words = new uint256[](20);
        for (uint256 i; i < 20; ++i) {
            words[i] = i + 1;
        }
        upload(model, 0, words);
        uint256[] memory page = models.wordsOf(model, first, count);
        uint256 expected = first >= 20 ? 0 : count < 20 - first ? count : 20 - first;
        assertEq(page.length, expected, "words");
        for (uint256 i; i < expected; ++i) {
            assertEq(page[i], first + i + 1, "word");
        }
    }

    function testFuzz_GivenNothingIsKept(uint256 model, Entry calldata entry, address who) external view {
        ContributionView memory v;
        vm.assertEq(abi.encode(models.contributionOf(model, entry)), abi.encode(v), "contributionOf");
        MemberView memory m;
        vm.assertEq(abi.encode(models.memberOf(model, who)), abi.encode(m), "memberOf");
        assertTrue(!models.hasClaimed(model, entry, who), "hasClaimed");
    }

    function testFuzz_GivenAContribution(uint96 stake, uint8 label) external {
        uint256 model = perceptron(false);
        stake = uint96(bound(stake, 1 ether, 1e24));
        Entry memory entry = add(model, alice, label % 2, sampleOf(Kind.SparsePerceptron), stake);
        uint40 now_ = uint40(block.timestamp);
        ContributionView memory v = ContributionView(true, stake, stake, now_ + DAY, now_ + 7 * DAY, now_ + 9 * DAY);
        vm.assertEq(abi.encode(models.contributionOf(model, entry)), abi.encode(v), "contributionOf");
        assertEq(
            models.contributionId(model, entry),
            keccak256(abi.encodePacked(model, alice, now_, uint16(0), label % 2, entry.features)),
            "contributionId"
        );
        assertEq(models.priceOf(model, 0), 0, "price of nothing");
    }
}
