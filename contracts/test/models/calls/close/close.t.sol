// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Entry, Kind, ModelView, Stage} from "../../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketsBase} from "../../foundry/MarketsBase.sol";

contract CloseTest is MarketsBase {
    function testFuzz_RevertGiven_TheModelIsNotLive(uint256 which) external {
        which %= 3;
        uint256 model = which == 0 ? 7 : draft(terms(Kind.SparsePerceptron));
        if (which == 2) {
            publish(model);
            close(model);
        }
        Stage stage = which == 0 ? Stage.None : which == 1 ? Stage.Draft : Stage.Closed;
        expect(abi.encodeWithSelector(ISharedModels.NotLive.selector, model, stage));
        close(model);
    }

    function test_RevertGiven_AMarketOnTheModelHasNotEnded() external {
        uint256 model = opened(1, false).model;
        expect(abi.encodeWithSelector(IMarketCalls.Resting.selector, model));
        close(model);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheCreator(address who) external {
        vm.assume(who != creator);
        uint256 model = live(terms(Kind.SparsePerceptron));
        expect(abi.encodeWithSelector(ISharedModels.NotCreator.selector, creator, who));
        vm.prank(who);
        models.close(model);
    }

    function testFuzz_WhenTheCreatorCloses(bool inToken) external {
        uint256 model = perceptron(inToken);
        Entry memory entry = add(model, alice, 0, sampleOf(Kind.SparsePerceptron));
        ModelView memory v = models.modelOf(model);
        vm.expectEmit(address(models));
        emit ISharedModels.Closed(model);
        close(model);
        v.stage = Stage.Closed;
        vm.assertEq(abi.encode(models.modelOf(model)), abi.encode(v), "modelOf");
        vm.warp(block.timestamp + DAY);
        refund(model, entry);
        assertEq(held(v.asset), 0, "held");
    }
}
