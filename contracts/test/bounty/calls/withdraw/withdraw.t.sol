// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {World} from "../../foundry/World.sol";
import {OddToken} from "../../../shared/mocks/Tokens.sol";
import {Wallet} from "../../../shared/mocks/Wallet.sol";

contract WithdrawTest is World {
    Wallet private _wallet;
    OddToken private _odd;

    function setUp() public override {
        super.setUp();
        _wallet = new Wallet();
        _odd = new OddToken();
        _odd.behave(OddToken.Mood.ReturnTrue);
    }

    function testFuzz_RevertWhen_TheRecipientIsZeroOrTheContractItself(bool zero, bool inToken, uint96 amount)
        external
    {
        address asset = credit(inToken, amount);
        address to = zero ? address(0) : address(bounty);
        vm.expectRevert(abi.encodeWithSelector(IPayments.InvalidRecipient.selector, to));
        vm.prank(address(_wallet));
        bounty.withdraw(asset, to);
    }

    function testFuzz_RevertGiven_TheSenderHasNoCreditInTheAsset(
        address sender,
        address asset,
        bool inToken,
        address to
    ) external whenTheRecipientCanHoldIt {
        address owned = credit(inToken, 1 ether);
        vm.assume(to != address(0) && to != address(bounty));
        vm.assume(sender != address(_wallet) || asset != owned);
        vm.expectRevert(abi.encodeWithSelector(IPayments.NothingToWithdraw.selector, asset, sender));
        vm.prank(sender);
        bounty.withdraw(asset, to);
    }

    function testFuzz_RevertGiven_TheCreditWasWithdrawn(bool inToken, uint96 amount)
        external
        whenTheRecipientCanHoldIt
    {
        address asset = credit(inToken, amount);
        vm.prank(address(_wallet));
        bounty.withdraw(asset, alice);
        vm.expectRevert(abi.encodeWithSelector(IPayments.NothingToWithdraw.selector, asset, address(_wallet)));
        vm.prank(address(_wallet));
        bounty.withdraw(asset, alice);
    }

    function testFuzz_RevertWhen_TheRecipientRefusesTheCoins(uint96 amount, bool bomb)
        external
        whenTheRecipientCanHoldIt
        givenACredit
    {
        amount = uint96(bound(amount, 1, type(uint96).max));
        credit(false, amount);
        Wallet recipient = new Wallet();
        recipient.behave(bomb ? Wallet.Mood.ReturnBomb : Wallet.Mood.Reject);
        expectFailure(NATIVE, address(recipient), amount);
        vm.prank(address(_wallet));
        bounty.withdraw(NATIVE, address(recipient));
        assertEq(bounty.credits(NATIVE, address(_wallet)), amount, "credit");
    }

    function testFuzz_RevertWhen_TheTokenRefusesTheTransfer(uint96 amount, uint8 mood, address to)
        external
        whenTheRecipientCanHoldIt
        givenACredit
    {
        vm.assume(to != address(0) && to != address(bounty));
        amount = uint96(bound(amount, 1, type(uint96).max));
        credit(true, amount);
        _odd.behave(refusals()[mood % 4]);
        expectFailure(address(_odd), to, amount);
        vm.prank(address(_wallet));
        bounty.withdraw(address(_odd), to);
        assertEq(bounty.credits(address(_odd), address(_wallet)), amount, "credit");
    }

    function testFuzz_WhenTheRecipientTakesIt(uint96 amount, uint96 other, bool inToken, bool silent)
        external
        whenTheRecipientCanHoldIt
        givenACredit
    {
        amount = uint96(bound(amount, 1, type(uint96).max));
        other = uint96(bound(other, 1, type(uint96).max));
        address asset = credit(inToken, amount);
        address otherAsset = credit(!inToken, other);
        // As tokens do that answer nothing.
        if (silent) _odd.behave(OddToken.Mood.ReturnNothing);

        vm.expectEmit(address(bounty));
        emit IPayments.CreditWithdrawn(asset, address(_wallet), alice, amount);
        vm.prank(address(_wallet));
        uint256 returned = bounty.withdraw(asset, alice);

        assertEq(returned, amount, "what it returns");
        assertEq(balanceOf(asset, alice), amount, "what arrives");
        assertEq(bounty.credits(asset, address(_wallet)), 0, "credit");
        assertEq(bounty.credits(otherAsset, address(_wallet)), other, "the other credit");
        assertEq(held(otherAsset), other, "the other asset");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function refusals() private pure returns (OddToken.Mood[4] memory) {
        return [OddToken.Mood.ReturnFalse, OddToken.Mood.ReturnTwo, OddToken.Mood.Revert, OddToken.Mood.ReturnBomb];
    }

    /// @dev Makes a payment of `amount` to the wallet fail.
    function credit(bool inToken, uint96 amount) private returns (address asset) {
        asset = inToken ? address(_odd) : NATIVE;
        Terms memory t = terms(asset);
        (t.reward, t.bond, t.evaluatorFee) = (uint96(bound(amount, 1, type(uint96).max)), 0, 0);
        uint256 contest = offerAs(address(_wallet), t);
        _wallet.behave(Wallet.Mood.Reject);
        _odd.behave(OddToken.Mood.ReturnFalse);
        vm.prank(address(_wallet));
        bounty.cancel(contest);
        _wallet.behave(Wallet.Mood.Accept);
        _odd.behave(OddToken.Mood.ReturnTrue);
        assertEq(bounty.credits(asset, address(_wallet)), t.reward, "credit");
    }

    function expectFailure(address asset, address to, uint256 amount) private {
        vm.expectRevert(abi.encodeWithSelector(IPayments.TransferFailed.selector, asset, to, amount));
    }
}
