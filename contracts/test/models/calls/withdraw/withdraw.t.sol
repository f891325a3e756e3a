// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Entry, Kind} from "../../../../src/models/ModelTypes.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {ModelsBase} from "../../foundry/ModelsBase.sol";
import {Wallet} from "../../../shared/mocks/Wallet.sol";

contract WithdrawTest is ModelsBase {
    Wallet private _wallet;

    function setUp() public override {
        super.setUp();
        _wallet = new Wallet();
    }

    function testFuzz_RevertWhen_TheRecipientIsZeroOrTheContractItself(bool zero) external {
        credit();
        address to = zero ? address(0) : address(models);
        expect(abi.encodeWithSelector(IPayments.InvalidRecipient.selector, to));
        vm.prank(address(_wallet));
        models.withdraw(NATIVE, to);
    }

    function testFuzz_RevertGiven_ThereIsNoCredit(address who, address to) external {
        vm.assume(who != address(_wallet) && to != address(0) && to != address(models));
        credit();
        expect(abi.encodeWithSelector(IPayments.NothingToWithdraw.selector, NATIVE, who));
        vm.prank(who);
        models.withdraw(NATIVE, to);
    }

    function test_RevertWhen_TheRecipientRefuses() external {
        uint256 amount = credit();
        expect(abi.encodeWithSelector(IPayments.TransferFailed.selector, NATIVE, address(_wallet), amount));
        vm.prank(address(_wallet));
        models.withdraw(NATIVE, address(_wallet));
    }

    function test_GivenACredit() external {
        uint256 amount = credit();
        vm.expectEmit(address(models));
        emit IPayments.CreditWithdrawn(NATIVE, address(_wallet), bob, amount);
        vm.prank(address(_wallet));
        models.withdraw(NATIVE, bob);
        assertEq(bob.balance, amount, "paid");
        assertEq(held(NATIVE), 0, "held");
        assertEq(models.credits(NATIVE, address(_wallet)), 0, "credit");
    }

    /// @dev The wallet refuses its refund.
    function credit() private returns (uint256 amount) {
        uint256 model = perceptron(false);
        Entry memory entry = add(model, address(_wallet), 0, sampleOf(Kind.SparsePerceptron));
        amount = left(model, entry);
        vm.warp(block.timestamp + DAY);
        _wallet.behave(Wallet.Mood.Reject);
        vm.expectEmit(address(models));
        emit IPayments.Credited(model, address(_wallet), NATIVE, amount);
        refund(model, entry);
        assertEq(models.credits(NATIVE, address(_wallet)), amount, "credit");
        assertEq(held(NATIVE), amount, "held");
    }
}
