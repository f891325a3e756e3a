// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {World} from "../foundry/World.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev Acting for somebody else.
contract StrangersTest is World {
    function testFuzz_AStrangerThatOpensWithWhatAnotherApproved_IsRefused(address thief) external {
        vm.assume(thief != organizer && thief != address(0) && thief != address(token));
        Terms memory t = terms(true);
        fund(organizer, t.asset, 1.13 ether);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), 0, 1.13 ether
            )
        );
        vm.prank(thief);
        bounty.open(t);
        assertEq(token.balanceOf(organizer), 1.13 ether, "what the owner still has");
    }

    function test_AStrangerThatOpens_IsItsOrganizerAndGetsTheRefund() external {
        uint256 contest = offerAs(stranger, terms(false));
        acceptAll(contest);
        assertEq(bounty.contestOf(contest).organizer, stranger, "organizer");
        settle(contest);
        assertEq(stranger.balance, 1.13 ether, "the refund");
    }

    function testFuzz_AStrangerThatCancels_IsRefused(address thief) external {
        vm.assume(thief != organizer);
        uint256 contest = open(terms(false));
        expectNotOrganizer(thief);
        vm.prank(thief);
        bounty.cancel(contest);
    }

    function testFuzz_AStrangerThatExtends_IsRefused(address thief, uint32 secs) external {
        vm.assume(thief != organizer);
        uint256 contest = open(terms(false));
        expectNotOrganizer(thief);
        vm.prank(thief);
        bounty.extend(contest, secs);
    }

    function testFuzz_AnyoneButTheEvaluatorThatScores_IsRefused(uint8 who) external {
        uint256 contest = open(futureTerms(false));
        play(contest, alice);
        address thief = [organizer, alice, stranger][who % 3];
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotEvaluator.selector, evaluator, thief));
        vm.prank(thief);
        bounty.recordScores(contest, REPORT, scoreList(1_000_000));
    }

    function testFuzz_AParticipantThatPublishesTheKey_IsRefused(bytes32 key) external {
        uint256 contest = open(terms(false));
        play(contest, alice);
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.NotOrganizerOrEvaluator.selector, organizer, evaluator, alice)
        );
        vm.prank(alice);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_AStrangerThatSettles_MovesTheRefundToTheOrganizerOnly(address thief, bool inToken) external {
        vm.assume(thief != organizer && thief != address(bounty) && thief.code.length == 0);
        uint256 contest = open(terms(inToken));
        uint256 had = balanceOf(assetFor(inToken), thief);
        goTo(contest, Phase.Settle);
        vm.prank(thief);
        bounty.settle(contest);
        assertEq(balanceOf(assetFor(inToken), thief), had, "what the stranger has");
        assertEq(balanceOf(assetFor(inToken), organizer), 1.13 ether, "the refund");
    }

    function testFuzz_AStrangerThatWithdrawsTheSubmissionOfAnother_IsRefused(address thief) external {
        vm.assume(thief != alice);
        uint256 contest = open(terms(false));
        submit(contest, alice);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSubmission.selector, contest, thief, 0));
        vm.prank(thief);
        bounty.withdrawSubmission(contest, 0);
    }

    function testFuzz_AStrangerThatWithdrawsTheCreditOfAnother_IsRefused(address thief) external {
        Wallet wallet = new Wallet();
        vm.assume(thief != address(wallet) && thief != address(0) && thief != address(bounty));
        uint256 contest = offerAs(address(wallet), terms(false));
        acceptAll(contest);
        wallet.behave(Wallet.Mood.Reject);
        settle(contest);
        vm.expectRevert(abi.encodeWithSelector(IPayments.NothingToWithdraw.selector, NATIVE, thief));
        vm.prank(thief);
        bounty.withdraw(NATIVE, thief);
        assertEq(bounty.credits(NATIVE, address(wallet)), 1.13 ether, "credit");
    }

    function expectNotOrganizer(address thief) private {
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotOrganizer.selector, organizer, thief));
    }

    function testFuzz_AStrangerThatReclaimsForASponsor_PaysTheSponsor(address thief) external {
        vm.assume(thief != alice && thief != address(bounty) && thief != organizer && thief != evaluator);
        vm.assume(thief.code.length == 0 && thief != BURN);
        uint256 had = thief.balance;
        uint256 contest = open(terms(false));
        sponsor(contest, alice, 1 ether);
        settle(contest);
        vm.prank(thief);
        bounty.reclaim(contest, alice);
        assertEq(alice.balance, 1 ether, "the sponsor");
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToReclaim.selector, contest, thief));
        vm.prank(thief);
        bounty.reclaim(contest, thief);
        assertEq(thief.balance, had, "what the stranger has");
    }
}
