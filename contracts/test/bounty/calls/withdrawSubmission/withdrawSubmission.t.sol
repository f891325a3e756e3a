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
        assertEq(bounty.contestOf(contest).standing, 0, "standing");
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

    function testFuzz_GivenASealedSpecOfTheSender(bool inToken, uint96 entryFee, uint16 entry, bool replaced)
        external
        givenTheSubmitPhase
    {
        Terms memory t = terms(inToken);
        t.entryFee = entryFee;
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
        if (entryFee != 0) {
            vm.expectEmit(address(bounty));
            emit IPayments.Paid(contest, BURN, entryFee);
        }
        vm.prank(alice);
        bounty.withdrawSubmission(contest, entry);

        assertEq(balanceOf(t.asset, BURN), entryFee, "burned");
        assertEq(balanceOf(t.asset, alice), 0, "what the participant has");
        assertEq(held(t.asset), heldBefore - entryFee, "held");
        assertEq(bounty.contestOf(contest).standing, 2, "standing");
        assertState(contest, alice, entry, SubmissionState.Empty);
        assertState(contest, alice, (entry + 1) % 4, SubmissionState.Sealed);
        assertState(contest, bob, entry, SubmissionState.Sealed);
    }

    function testFuzz_GivenTheContestWasExtendedSince(
        bool inToken,
        uint96 entryFee,
        uint32 secs,
        uint8 entries,
        bool replaced
    ) external givenTheSubmitPhase {
        Terms memory t = terms(inToken);
        t.entryFee = entryFee;
        uint256 contest = open(t);
        entries = uint8(bound(entries, 1, 4));
        for (uint256 i; i < entries; ++i) {
            submit(contest, alice, i, bytes32(0));
            if (replaced) submit(contest, alice, i, bytes32(0));
        }
        extend(contest, uint32(bound(secs, 1, t.submitSeconds)));
        submit(contest, bob, 0, bytes32(0));
        for (uint256 i; i < entries; ++i) {
            vm.prank(alice);
            bounty.withdrawSubmission(contest, i);
        }
        assertEq(balanceOf(t.asset, alice), entries * uint256(entryFee), "what comes back");
        assertEq(balanceOf(t.asset, BURN), 0, "burned");
        assertEq(held(t.asset), staked(t) + entryFee, "held");
    }

    function testFuzz_GivenTheContestWasExtendedBefore(bool inToken, uint96 entryFee, bool others)
        external
        givenTheSubmitPhase
    {
        Terms memory t = terms(inToken);
        t.entryFee = entryFee;
        uint256 contest = open(t);
        if (others) submit(contest, bob, 0, bytes32(0));
        extend(contest, t.submitSeconds / 2);
        submit(contest, alice, 0, bytes32(0));
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        assertEq(balanceOf(t.asset, BURN), entryFee, "burned");
        assertEq(balanceOf(t.asset, alice), 0, "what comes back");
    }

    function testFuzz_GivenTheSpecWasReplacedAfterAnExtension(bool inToken, uint96 entryFee)
        external
        givenTheSubmitPhase
    {
        Terms memory t = terms(inToken);
        t.entryFee = entryFee;
        uint256 contest = open(t);
        submit(contest, alice, 0, bytes32(0));
        submit(contest, alice, 1, bytes32(0));
        extend(contest, 1);
        submit(contest, alice, 0, "another");
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        assertEq(balanceOf(t.asset, BURN), entryFee, "burned");
        assertEq(balanceOf(t.asset, alice), 0, "what comes back");

        extend(contest, 1);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 1);
        assertEq(balanceOf(t.asset, alice), entryFee, "what comes back of the other");
    }

    function testFuzz_GivenASurchargeWasPaid(bool inToken, bool extended) external givenTheSubmitPhase {
        Terms memory t = terms(inToken);
        t.maxSubmissions = 4;
        uint256 contest = open(t);
        for (uint256 i; i < 4; ++i) {
            submit(contest, alice, i, bytes32(0));
        }
        assertEq(balanceOf(t.asset, BURN), t.reward / 3 + 1 + t.reward * 2 / 3 + 1, "surcharges");
        uint256 before = balanceOf(t.asset, BURN);
        if (extended) extend(contest, 1);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 3);
        assertEq(balanceOf(t.asset, alice), extended ? t.entryFee : 0, "what comes back");
        assertEq(balanceOf(t.asset, BURN) - before, extended ? 0 : t.entryFee, "burned");
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
