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
import {FeeToken} from "../../../shared/mocks/Tokens.sol";
import {World} from "../../foundry/World.sol";

contract SubmitTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint256 entry, bytes32 commitment_)
        external
    {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Submit, seed);
        expectWrongPhase(contest, Phase.Submit, actual);
        vm.prank(alice);
        bounty.submit(contest, entry, commitment_);
    }

    function testFuzz_GivenTheLastSecondOfSubmitting(bool inToken, bytes32 commitment_) external {
        uint256 contest = open(terms(inToken));
        vm.warp(startOf(contest, Phase.Reveal) - 1);
        submitRaw(contest, alice, 0, commitment_);
        assertEq(bounty.contestOf(contest).standing, 1, "standing");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfRevealing(bool inToken, uint8 later, bytes32 commitment_) external {
        uint256 contest = open(terms(inToken));
        vm.warp(startOf(contest, Phase.Reveal) + later % 2);
        uint256 coins = fund(alice, assetFor(inToken), 0.01 ether);
        expectWrongPhase(contest, Phase.Submit, Phase.Reveal);
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function testFuzz_RevertWhen_TheEntryIsNotOneOfTheSlotsOfAnAddress(uint256 entry, uint16 slots, bytes32 commitment_)
        external
        givenTheSubmitPhase
    {
        Terms memory t = terms(false);
        t.maxPerAddress = uint16(bound(slots, 1, t.maxSubmissions));
        uint256 contest = open(t);
        entry = bound(entry, t.maxPerAddress, type(uint256).max);
        uint256 coins = fund(alice, NATIVE, t.deposit);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.EntryOutOfRange.selector, entry, t.maxPerAddress));
        vm.prank(alice);
        bounty.submit{value: coins}(contest, entry, commitment_);
    }

    function testFuzz_RevertGiven_TheContestIsFull(uint8 cap, bool inToken, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
    {
        uint256 contest = openFull(cap, inToken);
        uint256 coins = fund(stranger, assetFor(inToken), 0.01 ether);
        vm.expectRevert(
            abi.encodeWithSelector(
                IHyperparameterBounty.TooManySubmissions.selector, bounty.contestOf(contest).maxSubmissions
            )
        );
        vm.prank(stranger);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function testFuzz_GivenOneThatWasWithdrawnMadeRoom(uint8 cap, bool inToken, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        uint256 contest = openFull(cap, inToken);
        vm.prank(participant(0));
        bounty.withdrawSubmission(contest, 0);
        submitRaw(contest, stranger, 0, commitment_);
        assertEq(bounty.contestOf(contest).standing, bounty.contestOf(contest).maxSubmissions, "full again");
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyTheDeposit(
        uint96 deposit,
        uint256 coins,
        bool inToken,
        bytes32 commitment_
    ) external givenTheSubmitPhase whenTheEntryIsASlotOfTheAddress givenAnEmptySlot givenTheContestHasRoom {
        Terms memory t = terms(inToken);
        t.deposit = deposit;
        uint256 contest = open(t);
        uint256 due = fund(alice, t.asset, deposit);
        coins = bound(coins, 0, uint256(deposit) + 1 ether);
        vm.assume(coins != due);
        vm.deal(alice, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, due, coins));
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    /// @dev A token that starts to take a fee after the contest was opened.
    function testFuzz_RevertWhen_TheTokenTakesAFee(uint96 deposit, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        FeeToken fee = new FeeToken();
        Terms memory t = terms(address(fee));
        (t.reward, t.bond, t.deposit) = (99, 0, uint96(bound(deposit, 100, type(uint96).max)));
        uint256 contest = open(t);
        fund(alice, t.asset, t.deposit);
        vm.expectRevert(
            abi.encodeWithSelector(IPayments.UnsupportedToken.selector, t.deposit, t.deposit - t.deposit / 100)
        );
        vm.prank(alice);
        bounty.submit(contest, 0, commitment_);
    }

    function testFuzz_WhenTheDepositComesAlong(
        bool inToken,
        uint96 deposit,
        uint16 entry,
        bytes32 commitment_,
        uint8 others,
        uint32 when
    ) external givenTheSubmitPhase whenTheEntryIsASlotOfTheAddress givenAnEmptySlot givenTheContestHasRoom {
        Terms memory t = terms(inToken);
        t.deposit = deposit;
        uint256 contest = open(t);
        entry = uint16(bound(entry, 0, t.maxPerAddress - 1));
        others %= 4;
        for (uint256 i; i < others; ++i) {
            submit(contest, participant(i));
        }
        vm.warp(bound(when, block.timestamp, t.submitEnds - 1));
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(alice, t.asset, deposit);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Submitted(contest, alice, entry, commitment_, others + 1);
        vm.prank(alice);
        bounty.submit{value: coins}(contest, entry, commitment_);

        assertEq(held(t.asset), heldBefore + deposit, "held");
        assertEq(balanceOf(t.asset, alice), 0, "what the participant has left");
        assertEq(bounty.contestOf(contest).standing, uint256(others) + 1, "standing");
        assertSealed(contest, entry, commitment_, others + 1);
    }

    function testFuzz_RevertWhen_CoinsComeAlong(uint96 coins, bool inToken, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnOccupiedSlot
    {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        coins = uint96(bound(coins, 1, type(uint96).max));
        vm.deal(alice, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 0, coins));
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function testFuzz_WhenNoneComeAlong(uint8 cap, bool inToken, bytes32 commitment_, uint8 which)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnOccupiedSlot
    {
        uint256 contest = openFull(cap, inToken);
        uint256 standing = bounty.contestOf(contest).standing;
        uint256 heldBefore = held(assetFor(inToken));
        alice = participant(which % standing);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Submitted(contest, alice, 0, commitment_, standing + 1);
        vm.prank(alice);
        bounty.submit(contest, 0, commitment_);

        assertEq(held(assetFor(inToken)), heldBefore, "held");
        assertEq(bounty.contestOf(contest).standing, standing, "standing");
        assertSealed(contest, 0, commitment_, standing + 1);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function openFull(uint8 cap, bool inToken) private returns (uint256 contest) {
        Terms memory t = terms(inToken);
        t.maxSubmissions = uint16(bound(cap, 4, 12));
        contest = open(t);
        for (uint256 i; i < t.maxSubmissions; ++i) {
            submit(contest, participant(i));
        }
    }

    function submitRaw(uint256 contest, address who, uint256 entry, bytes32 commitment_) private {
        uint256 coins = fund(who, bounty.contestOf(contest).asset, 0.01 ether);
        vm.prank(who);
        bounty.submit{value: coins}(contest, entry, commitment_);
    }

    function assertSealed(uint256 contest, uint256 entry, bytes32 commitment_, uint256 ordinal) private view {
        Submission memory expected = Submission(SubmissionState.Sealed, uint32(ordinal), bytes28(commitment_), 0);
        vm.assertEq(abi.encode(bounty.submissionOf(contest, alice, entry)), abi.encode(expected), "submissionOf");
    }
}
