// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind, ModelView, Stage, Terms} from "../../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";

contract PublishTest is ModelsBase {
    function testFuzz_RevertGiven_TheModelIsNoDraft(uint256 which) external {
        which %= 3;
        uint256 model = which == 0 ? 7 : live(terms(Kind.SparsePerceptron));
        if (which == 2) close(model);
        Stage stage = which == 0 ? Stage.None : which == 1 ? Stage.Live : Stage.Closed;
        expect(abi.encodeWithSelector(ISharedModels.NotDraft.selector, model, stage));
        publish(model);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheCreator(address who) external {
        vm.assume(who != creator);
        uint256 model = draft(terms(Kind.SparsePerceptron));
        expect(abi.encodeWithSelector(ISharedModels.NotCreator.selector, creator, who));
        vm.prank(who);
        models.publish(model, MANIFEST);
    }

    function testFuzz_RevertGiven_AClassHasCountsWithoutSamples(uint8 class, uint8 kind) external {
        Terms memory t = terms(Kind(2 + kind % 3));
        (t.lanes, t.classes, t.features) = (8, 5, 8);
        t.samples = new uint32[](5);
        class %= 8;
        for (uint256 k; k < 5; ++k) {
            t.samples[k] = k == class ? 0 : 1;
        }
        uint256 model = draft(t);
        // A count of 1 or a sum of -1 for it.
        if (t.kind == Kind.DenseCentroid) upload(model, class, list(type(uint32).max));
        else upload(model, 0, list(1 << (16 * uint256(class))));
        expect(abi.encodeWithSelector(ISharedModels.CountsWithoutSamples.selector, class));
        publish(model);
    }

    function testFuzz_WhenTheCreatorPublishes(uint256[2] memory words, uint8 first, bytes32 manifest, bool twice)
        external
    {
        Terms memory t = terms(Kind.SparsePerceptron);
        t.features = 5_000;
        uint256 model = draft(t);
        uint256[] memory both = new uint256[](2);
        (both[0], both[1]) = (words[0], words[1]);
        if (twice) {
            upload(model, first, list(words[0]));
            upload(model, uint256(first) + 1, list(words[1]));
        } else {
            upload(model, first, both);
        }
        bytes32 hash = keccak256(abi.encode(bytes32(0), uint256(first), words[0]));
        hash = keccak256(abi.encode(hash, uint256(first) + 1, words[1]));
        ModelView memory v = models.modelOf(model);
        vm.warp(block.timestamp + 100);

        vm.expectEmit(address(models));
        emit ISharedModels.Published(model, manifest, hash);
        vm.prank(creator);
        models.publish(model, manifest);

        (v.stage, v.manifest, v.lastTime) = (Stage.Live, manifest, uint32(block.timestamp));
        vm.assertEq(abi.encode(models.modelOf(model)), abi.encode(v), "modelOf");
    }
}
