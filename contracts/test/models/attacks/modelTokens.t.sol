// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {Entry, Kind, Terms} from "../../../src/models/ModelTypes.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {ModelsBase} from "../foundry/ModelsBase.sol";
import {FeeToken, OddToken} from "../../shared/mocks/Tokens.sol";

/// @dev Tokens that do what tokens in the wild are known to do.
contract ModelTokensTest is ModelsBase {
    function test_ATokenThatTakesAFee_IsRefused() external {
        FeeToken fee = new FeeToken();
        uint256 model = liveIn(address(fee));
        fund(alice, address(fee), 1 ether);
        expect(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 1 ether, 0.99 ether));
        vm.prank(alice);
        models.add(model, 1 ether, one(0, sampleOf(Kind.SparsePerceptron)));
    }

    function test_ATokenThatPretendsToMove_IsRefused() external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.PretendToMove);
        uint256 model = liveIn(address(odd));
        fund(alice, address(odd), 1 ether);
        expect(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 1 ether, 0));
        vm.prank(alice);
        models.add(model, 1 ether, one(0, sampleOf(Kind.SparsePerceptron)));
    }

    function testFuzz_ATokenThatFreezesWhenItPays_LeavesACredit(uint8 mood) external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 model = liveIn(address(odd));
        Entry memory entry = add(model, alice, 0, sampleOf(Kind.SparsePerceptron), 1 ether);
        vm.warp(block.timestamp + DAY);
        OddToken.Mood[4] memory moods =
            [OddToken.Mood.ReturnFalse, OddToken.Mood.ReturnTwo, OddToken.Mood.Revert, OddToken.Mood.ReturnBomb];
        odd.behave(moods[mood % 4]);
        refund(model, entry);
        assertEq(models.credits(address(odd), alice), 1 ether, "credit");
        assertEq(held(address(odd)), 1 ether, "held");
    }

    function test_ATokenThatReentersWhenItIsPaidIn_IsTurnedAway() external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 model = liveIn(address(odd));
        Entry memory entry = add(model, alice, 0, sampleOf(Kind.SparsePerceptron), 1 ether);
        vm.warp(block.timestamp + DAY);
        odd.reenterWith(address(models), abi.encodeCall(ISharedModels.refund, (model, just(entry))));
        add(model, bob, 0, sampleOf(Kind.SparsePerceptron), 1 ether);
        assertEq(held(address(odd)), 2 ether, "held");
    }

    function liveIn(address asset) private returns (uint256) {
        Terms memory t = terms(Kind.SparsePerceptron);
        (t.asset, t.bias) = (asset, -1000);
        return live(t);
    }
}
