// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind, Stage, Terms} from "../../../../src/models/ModelTypes.sol";
import {Mind} from "../../foundry/Oracle.sol";
import {Minds} from "../../foundry/Minds.sol";

contract UploadTest is Minds {
    function testFuzz_RevertGiven_TheModelIsNoDraft(uint256 which) external {
        which %= 3;
        uint256 model = which == 0 ? 7 : live(terms(Kind.SparsePerceptron));
        if (which == 2) close(model);
        Stage stage = which == 0 ? Stage.None : which == 1 ? Stage.Live : Stage.Closed;
        expect(abi.encodeWithSelector(ISharedModels.NotDraft.selector, model, stage));
        upload(model, 0, list(1));
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheCreator(address who) external {
        vm.assume(who != creator);
        uint256 model = draft(terms(Kind.SparsePerceptron));
        expect(abi.encodeWithSelector(ISharedModels.NotCreator.selector, creator, who));
        vm.prank(who);
        models.upload(model, 0, list(1));
    }

    function testFuzz_RevertGiven_AWordWasUploaded(uint8 first, uint8 again) external {
        Terms memory t = terms(Kind.SparsePerceptron);
        t.features = 5_000;
        uint256 model = draft(t);
        upload(model, first, list(1));
        again = uint8(bound(again, 0, first));
        expect(abi.encodeWithSelector(ISharedModels.AlreadyUploaded.selector, again, uint256(first) + 1));
        upload(model, again, list(2));
    }

    function testFuzz_RevertWhen_TheStateHasNoSuchWord(uint8 first, uint8 count) external {
        uint256 model = draft(terms(Kind.SparsePerceptron));
        count = uint8(bound(count, 1, 5));
        first = uint8(bound(first, count > 2 ? 0 : 3 - count, 255));
        expect(abi.encodeWithSelector(ISharedModels.NoSuchWord.selector, uint256(first) + count - 1, 2));
        upload(model, first, new uint256[](count));
    }

    function testFuzz_RevertWhen_AWordHasBitsOfNoFeature(uint8 kind, uint256 place) external {
        Terms memory t = terms(kindOf(kind));
        uint256 model = draft(t);
        uint256 words = models.modelOf(model).words;
        // Of 20 features: the last word of each row has 4 weights, 8 counts or 4 sums.
        uint256 used =
            t.kind == Kind.NaiveBayes || t.kind == Kind.SparseCentroid || t.kind == Kind.DenseCentroid ? 128 : 64;
        uint256 last = t.kind == Kind.DenseCentroid ? 2 + 3 * (place % 2) : words - 1;
        upload(model, 0, list(type(uint256).max)); // a full word is full
        uint256 word = 1 << bound(place >> 1, used, 255);
        expect(abi.encodeWithSelector(ISharedModels.UnusedBits.selector, last, word));
        upload(model, last, list(word));
    }

    function testFuzz_WhenTheWordsFit(uint8 kind, uint256 seed_, uint8 cut) external {
        seed(seed_);
        (uint256 other, Mind memory mind) = born(kindOf(kind));
        assertSame(other, mind);
        uint256[] memory words = pack(mind);
        Terms memory t = terms(mind.kind);
        (t.features, t.lanes, t.classes) = (uint32(mind.features), uint8(mind.lanes), uint8(mind.classes));
        (t.step, t.smoothing, t.bias) = (uint8(uint256(mind.step)), uint16(mind.smoothing), int32(mind.bias));
        t.samples = new uint32[](isPerceptron(mind.kind) ? 0 : mind.classes);
        for (uint256 k; k < t.samples.length; ++k) {
            t.samples[k] = uint32(mind.samples[k]);
        }
        uint256 model = draft(t);
        uint256[] memory first = new uint256[](bound(cut, 0, words.length));
        uint256[] memory rest = new uint256[](words.length - first.length);
        for (uint256 i; i < words.length; ++i) {
            if (i < first.length) first[i] = words[i];
            else rest[i - first.length] = words[i];
        }
        vm.expectEmit(address(models));
        emit ISharedModels.Uploaded(model, 0, first);
        upload(model, 0, first);
        vm.expectEmit(address(models));
        emit ISharedModels.Uploaded(model, first.length, rest);
        upload(model, first.length, rest);
        assertSame(model, mind);
    }
}
