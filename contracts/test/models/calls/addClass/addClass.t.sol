// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind, ModelView, Stage, Terms} from "../../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";

contract AddClassTest is ModelsBase {
    function testFuzz_RevertGiven_TheModelIsNotLive(uint256 which) external {
        which %= 3;
        uint256 model = which == 0 ? 7 : draft(several());
        if (which == 2) {
            publish(model);
            close(model);
        }
        Stage stage = which == 0 ? Stage.None : which == 1 ? Stage.Draft : Stage.Closed;
        expect(abi.encodeWithSelector(ISharedModels.NotLive.selector, model, stage));
        vm.prank(creator);
        models.addClass(model, "cats");
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheCreator(address who) external {
        vm.assume(who != creator);
        uint256 model = live(several());
        expect(abi.encodeWithSelector(ISharedModels.NotCreator.selector, creator, who));
        vm.prank(who);
        models.addClass(model, "cats");
    }

    function testFuzz_RevertGiven_AllClassesAreThere(uint8 kind) external {
        uint256 model = live(terms(kindOf(kind)));
        expect(abi.encodeWithSelector(ISharedModels.NoMoreClasses.selector, 2));
        vm.prank(creator);
        models.addClass(model, "cats");
    }

    function testFuzz_WhenTheCreatorAddsOne(string calldata name) external {
        uint256 model = live(several());
        ModelView memory v = models.modelOf(model);
        for (uint256 class = 3; class < 8; ++class) {
            vm.expectEmit(address(models));
            emit ISharedModels.ClassAdded(model, class, name);
            vm.prank(creator);
            models.addClass(model, name);
            ++v.classes;
            vm.assertEq(abi.encode(models.modelOf(model)), abi.encode(v), "modelOf");
            assertEq(models.totalsOf(model)[class].samples, 0, "samples");
            add(model, alice, class, sampleOf(v.kind));
            v.lastTime = uint32(block.timestamp);
        }
        assertEq(predict(model, sampleOf(v.kind)), 3, "the first that has samples");
    }

    function several() private pure returns (Terms memory t) {
        t = terms(Kind.NaiveBayes);
        (t.classes, t.lanes, t.samples) = (3, 8, new uint32[](3));
    }
}
