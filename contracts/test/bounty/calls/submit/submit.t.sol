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
import {Wallet} from "../../../shared/mocks/Wallet.sol";
import {Oracle} from "../../foundry/Oracle.sol";
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
        uint256 coins = fund(alice, NATIVE, t.entryFee);
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
        uint256 coins = fund(stranger, assetFor(inToken), 2 ether);
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

    function testFuzz_RevertWhen_TheCoinsAreFewerThanThePrice(
        uint96 entryFee,
        uint8 standing,
        uint256 coins,
        bytes32 commitment_
    ) external givenTheSubmitPhase whenTheEntryIsASlotOfTheAddress givenAnEmptySlot givenTheContestHasRoom {
        Terms memory t = terms(false);
        t.entryFee = uint96(bound(entryFee, 1, type(uint96).max));
        uint256 contest = openWith(t, standing % 16);
        uint256 price = t.entryFee + Oracle.surcharge(t.reward, 16, standing % 16);
        coins = coins % 2 == 0 ? price - 1 : bound(coins, 0, price - 1);
        vm.deal(alice, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, price, coins));
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function testFuzz_RevertWhen_CoinsComeWithATokenContest(uint128 coins, uint8 standing, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        uint256 contest = openWith(terms(true), standing % 16);
        fund(alice, address(token), 2 ether);
        coins = uint128(bound(coins, 1, type(uint128).max));
        vm.deal(alice, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 0, coins));
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function testFuzz_RevertWhen_TheTokenWasNotApprovedForThePrice(
        uint256 approved,
        uint8 standing,
        bytes32 commitment_
    ) external givenTheSubmitPhase whenTheEntryIsASlotOfTheAddress givenAnEmptySlot givenTheContestHasRoom {
        Terms memory t = terms(true);
        uint256 contest = openWith(t, standing % 16);
        uint256 price = t.entryFee + Oracle.surcharge(t.reward, 16, standing % 16);
        fund(alice, t.asset, price);
        approved = bound(approved, 0, price - 1);
        vm.prank(alice);
        token.approve(address(bounty), approved);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), approved, price
            )
        );
        vm.prank(alice);
        bounty.submit(contest, 0, commitment_);
    }

    /// @dev A token that starts to take a fee after the contest was opened.
    function testFuzz_RevertWhen_TheTokenTakesAFee(uint96 entryFee, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        FeeToken fee = new FeeToken();
        Terms memory t = terms(address(fee));
        (t.reward, t.bond, t.evaluatorBond, t.evaluatorFee) = (99, 0, 0, 0);
        t.entryFee = uint96(bound(entryFee, 100, type(uint96).max));
        uint256 contest = open(t);
        fund(alice, t.asset, t.entryFee);
        vm.expectRevert(
            abi.encodeWithSelector(IPayments.UnsupportedToken.selector, t.entryFee, t.entryFee - t.entryFee / 100)
        );
        vm.prank(alice);
        bounty.submit(contest, 0, commitment_);
    }

    function testFuzz_WhenThePriceComesAlong(
        bool inToken,
        uint96 entryFee,
        uint16 entry,
        bytes32 commitment_,
        uint8 others,
        uint32 when
    ) external givenTheSubmitPhase whenTheEntryIsASlotOfTheAddress givenAnEmptySlot givenTheContestHasRoom {
        Terms memory t = terms(inToken);
        t.entryFee = entryFee;
        uint256 contest = open(t);
        entry = uint16(bound(entry, 0, t.maxPerAddress - 1));
        others %= 4;
        for (uint256 i; i < others; ++i) {
            submit(contest, participant(i));
        }
        vm.warp(bound(when, block.timestamp, startOf(contest, Phase.Reveal) - 1));
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(alice, t.asset, entryFee);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Submitted(contest, alice, entry, commitment_, others + 1);
        vm.prank(alice);
        bounty.submit{value: coins}(contest, entry, commitment_);

        assertEq(held(t.asset), heldBefore + entryFee, "held");
        assertEq(balanceOf(t.asset, alice), 0, "what the participant has left");
        assertEq(bounty.contestOf(contest).standing, uint256(others) + 1, "standing");
        assertSealed(contest, entry, commitment_, others + 1);
    }

    function testFuzz_WhenMoreCoinsThanThePriceComeAlong(uint96 more, uint8 standing, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        Terms memory t = terms(false);
        uint256 contest = openWith(t, standing % 16);
        uint256 price = t.entryFee + Oracle.surcharge(t.reward, 16, standing % 16);
        more = uint96(bound(more, 1, type(uint96).max));
        uint256 heldBefore = held(NATIVE);
        vm.deal(alice, price + more);

        vm.expectEmit(address(bounty));
        emit IPayments.Paid(contest, alice, more);
        vm.prank(alice);
        bounty.submit{value: price + more}(contest, 0, commitment_);

        assertEq(alice.balance, more, "what the participant has left");
        assertEq(held(NATIVE), heldBefore + t.entryFee, "held");
        assertSealed(contest, 0, commitment_, standing % 16 + 1);
    }

    function testFuzz_WhenTheSenderDoesNotTakeTheRest(uint96 more, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        Terms memory t = terms(false);
        uint256 contest = open(t);
        Wallet wallet = new Wallet();
        wallet.behave(Wallet.Mood.Reject);
        more = uint96(bound(more, 1, type(uint96).max));
        vm.deal(alice, t.entryFee + uint256(more));

        vm.expectEmit(address(bounty));
        emit IPayments.Credited(contest, address(wallet), NATIVE, more);
        vm.prank(alice);
        wallet.execute{value: t.entryFee + uint256(more)}(
            address(bounty), abi.encodeCall(bounty.submit, (contest, 0, commitment_))
        );

        assertEq(bounty.credits(NATIVE, address(wallet)), more, "credit");
        assertEq(bounty.contestOf(contest).standing, 1, "standing");
    }

    /// @dev The client puts an encrypted copy of spec and salt there.
    function testFuzz_WhenBytesStandBehindTheArguments(bytes memory behind, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        Terms memory t = terms(false);
        uint256 contest = open(t);
        uint256 heldBefore = held(NATIVE);
        uint256 coins = fund(alice, NATIVE, t.entryFee);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Submitted(contest, alice, 0, commitment_, 1);
        vm.prank(alice);
        (bool success,) = address(bounty).call{value: coins}(
            abi.encodePacked(abi.encodeCall(bounty.submit, (contest, 0, commitment_)), behind)
        );

        assertTrue(success, "success");
        assertEq(held(NATIVE), heldBefore + t.entryFee, "held");
        assertSealed(contest, 0, commitment_, 1);
    }

    function testFuzz_GivenHalfOfTheSlotsAreTakenOrMore(
        uint96[3] memory amounts,
        uint8 slots,
        uint8 standing,
        bool inToken
    ) external givenTheSubmitPhase whenTheEntryIsASlotOfTheAddress givenAnEmptySlot givenTheContestHasRoom {
        Terms memory t = terms(inToken);
        (t.reward, t.entryFee) = (uint96(bound(amounts[0], 1, type(uint96).max)), amounts[1]);
        t.maxSubmissions = uint16(bound(slots, 4, 20));
        uint256 contest = open(t);
        if (amounts[2] != 0) sponsor(contest, bob, amounts[2]);
        standing = uint8(bound(standing, freeSlots(t), t.maxSubmissions - 1));
        for (uint256 i; i < standing; ++i) {
            submit(contest, participant(i));
        }
        uint256 surcharge = Oracle.surcharge(uint256(t.reward) + amounts[2], t.maxSubmissions, standing);
        (uint256 heldBefore, uint256 burnedBefore) = (held(t.asset), balanceOf(t.asset, BURN));
        uint256 coins = fund(alice, t.asset, t.entryFee + surcharge);

        vm.expectEmit(address(bounty));
        emit IPayments.Paid(contest, BURN, surcharge);
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, KEY);

        assertEq(held(t.asset), heldBefore + t.entryFee, "held");
        assertEq(balanceOf(t.asset, BURN), burnedBefore + surcharge, "burned");
        assertEq(balanceOf(t.asset, alice), 0, "what the participant has left");
    }

    function testFuzz_GivenAllSlotsAreTakenOneAfterTheOther(uint96 reward, uint8 slots, bool inToken)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnEmptySlot
        givenTheContestHasRoom
    {
        Terms memory t = terms(inToken);
        t.reward = uint96(bound(reward, 1, type(uint96).max));
        t.maxSubmissions = uint16(bound(slots, 4, 40));
        openWith(t, t.maxSubmissions);
        uint256 burned = balanceOf(t.asset, BURN);
        vm.assertGe(burned, t.reward, "burned");
        vm.assertLe(burned, t.reward + uint256(t.maxSubmissions) / 2, "burned");
    }

    function testFuzz_WhenCoinsComeAlong(uint96 coins, bytes32 commitment_)
        external
        givenTheSubmitPhase
        whenTheEntryIsASlotOfTheAddress
        givenAnOccupiedSlot
    {
        uint256 contest = open(terms(false));
        submit(contest, alice);
        uint256 heldBefore = held(NATIVE);
        vm.deal(alice, coins);
        vm.prank(alice);
        bounty.submit{value: coins}(contest, 0, commitment_);
        assertEq(alice.balance, coins, "what the participant has left");
        assertEq(held(NATIVE), heldBefore, "held");
        assertSealed(contest, 0, commitment_, 2);
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

    function openFull(uint8 cap, bool inToken) private returns (uint256) {
        Terms memory t = terms(inToken);
        t.maxSubmissions = uint16(bound(cap, 4, 12));
        return openWith(t, t.maxSubmissions);
    }

    /// @dev With one submission each of as many participants.
    function openWith(Terms memory t, uint256 standing) private returns (uint256 contest) {
        contest = open(t);
        for (uint256 i; i < standing; ++i) {
            submit(contest, participant(i));
        }
    }

    function submitRaw(uint256 contest, address who, uint256 entry, bytes32 commitment_) private {
        (uint256 fee, uint256 surcharge) = bounty.priceOf(contest);
        uint256 coins = fund(who, bounty.contestOf(contest).asset, fee + surcharge);
        vm.prank(who);
        bounty.submit{value: coins}(contest, entry, commitment_);
    }

    function assertSealed(uint256 contest, uint256 entry, bytes32 commitment_, uint256 ordinal) private view {
        Submission memory expected = Submission(SubmissionState.Sealed, uint32(ordinal), bytes28(commitment_), 0);
        vm.assertEq(abi.encode(bounty.submissionOf(contest, alice, entry)), abi.encode(expected), "submissionOf");
    }
}
