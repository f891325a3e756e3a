// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {Entry, Kind, Sample} from "../../../src/models/ModelTypes.sol";
import {ModelsBase} from "../foundry/ModelsBase.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev Authors and members that are contracts, and do their worst when they are paid.
contract PayeesTest is ModelsBase {
    Wallet private _wallet;

    function setUp() public override {
        super.setUp();
        _wallet = new Wallet();
    }

    function test_AnAuthorThatRejects_GetsACredit() external {
        assertCredited(Wallet.Mood.Reject);
    }

    function test_AnAuthorThatBurnsAllGas_GetsACredit() external {
        assertCredited(Wallet.Mood.BurnGas);
    }

    function test_AnAuthorThatReturnsABomb_GetsACredit() external {
        assertCredited(Wallet.Mood.ReturnBomb);
    }

    function testFuzz_AnAuthorThatReenters_IsTurnedAwayAndPaidOnce(uint256 which) external {
        uint256 model = perceptron(false);
        join(model, bob); // so that there is more to take
        add(model, bob, 0, sampleOf(Kind.SparsePerceptron));
        Entry memory entry = add(model, address(_wallet), 0, sampleOf(Kind.SparsePerceptron), 3 ether);
        bytes[5] memory calls = [
            abi.encodeCall(ISharedModels.refund, (model, just(entry))),
            abi.encodeCall(ISharedModels.report, (model, just(entry))),
            abi.encodeCall(ISharedModels.claim, (model, just(entry))),
            abi.encodeCall(ISharedModels.add, (model, 0, new Sample[](0))),
            abi.encodeWithSignature("withdraw(address,address)", NATIVE, address(_wallet))
        ];
        _wallet.reenterWith(address(models), calls[which % 5]);
        vm.warp(block.timestamp + DAY);
        uint256 before = held(NATIVE);
        vm.expectEmit(address(_wallet));
        emit Wallet.Reentered(false, ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        refund(model, entry);
        assertEq(address(_wallet).balance, 3 ether, "paid");
        assertEq(before - held(NATIVE), 3 ether, "taken");
    }

    function test_AMemberThatRejects_GetsACreditAndTheOthersTheirShares() external {
        uint256 model = perceptron(false);
        join(model, address(_wallet));
        join(model, bob);
        Entry memory entry = add(model, alice, 1, sampleOf(Kind.SparsePerceptron), 4 ether);
        vm.warp(block.timestamp + DAY);
        _wallet.behave(Wallet.Mood.Reject);
        report(model, address(_wallet), entry);
        assertEq(models.credits(NATIVE, address(_wallet)), 2 ether, "credit");
        uint256 before = bob.balance;
        report(model, bob, entry);
        assertEq(bob.balance - before, 2 ether, "share");
        assertEq(held(NATIVE), 2 ether, "held");
    }

    function assertCredited(Wallet.Mood mood) private {
        uint256 model = perceptron(false);
        Entry memory entry = add(model, address(_wallet), 0, sampleOf(Kind.SparsePerceptron), 3 ether);
        vm.warp(block.timestamp + DAY);
        _wallet.behave(mood);
        refund(model, entry);
        assertEq(models.credits(NATIVE, address(_wallet)), 3 ether, "credit");
        assertEq(held(NATIVE), 3 ether, "held");
        assertEq(models.memberOf(model, address(_wallet)).valid, 1, "valid");
    }
}
