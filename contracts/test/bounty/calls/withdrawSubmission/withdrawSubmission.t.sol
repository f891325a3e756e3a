// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IHyperparameterBounty,
    Phase,
    Submission,
    SubmissionState,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {World} from "../../foundry/World.sol";

contract WithdrawSubmissionTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint256 entry) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Submit, seed);
        expectWrongPhase(contest, Phase.Submit, actual);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, entry);
    }

    function testFuzz_GivenTheLastSecondOfSubmitting(bool inToken) external {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        vm.warp(startOf(contest, Phase.Reveal) - 1);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        assertEq(balanceOf(assetFor(inToken), alice), 0.01 ether, "the deposit");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfRevealing(bool inToken, uint8 later) external {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        vm.warp(startOf(contest, Phase.Reveal) + later % 2);
        expectWrongPhase(contest, Phase.Submit, Phase.Reveal);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
    }

    function testFuzz_RevertGiven_TheSlotIsEmpty(uint256 entry, uint16 occupied) external givenTheSubmitPhase {
        uint256 contest = open(terms(false));
        occupied %= 4;
        vm.assume(entry != occupied);
        submit(contest, alice, occupied, bytes32(0));
        expectNoSubmission(contest, alice, entry);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, entry);
    }

    function testFuzz_RevertGiven_TheSlotBelongsToSomebodyElse(address thief, uint16 entry)
        external
        givenTheSubmitPhase
    {
        vm.assume(thief != alice);
        uint256 contest = open(terms(false));
        entry %= 4;
        submit(contest, alice, entry, bytes32(0));
        expectNoSubmission(contest, thief, entry);
        vm.prank(thief);
        bounty.withdrawSubmission(contest, entry);
    }

    function testFuzz_RevertGiven_TheSlotWasWithdrawnBefore(uint16 entry, bool inToken) external givenTheSubmitPhase {
        uint256 contest = open(terms(inToken));
        entry %= 4;
        submit(contest, alice, entry, bytes32(0));
        submit(contest, bob, entry, bytes32(0));
        vm.prank(alice);
        bounty.withdrawSubmission(contest, entry);
        expectNoSubmission(contest, alice, entry);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, entry);
    }

    function testFuzz_GivenASealedSpecOfTheSender(bool inToken, uint96 deposit, uint16 entry, bool replaced)
        external
        givenTheSubmitPhase
    {
        Terms memory t = terms(inToken);
        t.deposit = deposit;
        uint256 contest = open(t);
        entry %= 4;
        submit(contest, alice, entry, bytes32(0));
        submit(contest, alice, (entry + 1) % 4, bytes32(0));
        submit(contest, bob, entry, bytes32(0));
        if (replaced) {
            vm.prank(alice);
            bounty.submit(contest, entry, "another");
        }
        uint256 heldBefore = held(t.asset);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.SubmissionWithdrawn(contest, alice, entry);
        if (deposit != 0) {
            vm.expectEmit(address(bounty));
            emit IPayments.Paid(contest, alice, deposit);
        }
        vm.prank(alice);
        bounty.withdrawSubmission(contest, entry);

        assertEq(balanceOf(t.asset, alice), deposit, "the deposit");
        assertEq(held(t.asset), heldBefore - deposit, "held");
        assertEq(bounty.contestOf(contest).standing, 2, "standing");
        assertState(contest, alice, entry, SubmissionState.Empty);
        assertState(contest, alice, (entry + 1) % 4, SubmissionState.Sealed);
        assertState(contest, bob, entry, SubmissionState.Sealed);
    }

    function assertState(uint256 contest, address who, uint256 entry, SubmissionState expected) private view {
        Submission memory submission = bounty.submissionOf(contest, who, entry);
        assertEq(uint256(submission.state), uint256(expected), "state of the slot");
        assertTrue(expected != SubmissionState.Empty || submission.seal == 0, "an empty slot holds nothing");
    }

    function expectNoSubmission(uint256 contest, address who, uint256 entry) private {
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSubmission.selector, contest, who, entry));
    }
}
