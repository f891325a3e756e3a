// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, IHyperparameterBounty, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Oracle} from "../../foundry/Oracle.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract SponsorTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint96 amount) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Submit, seed);
        expectWrongPhase(contest, Phase.Submit, actual);
        vm.prank(stranger);
        bounty.sponsor(contest, amount);
    }

    function testFuzz_GivenTheLastSecondOfSubmitting(bool inToken, uint96 amount) external {
        uint256 contest = open(terms(inToken));
        vm.warp(startOf(contest, Phase.Reveal) - 1);
        amount = uint96(bound(amount, 1, type(uint96).max));
        sponsor(contest, alice, amount);
        assertEq(bounty.contestOf(contest).sponsored, amount, "sponsored");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfRevealing(bool inToken, uint8 later) external {
        uint256 contest = open(terms(inToken));
        vm.warp(startOf(contest, Phase.Reveal) + later % 2);
        expectWrongPhase(contest, Phase.Submit, Phase.Reveal);
        vm.prank(alice);
        bounty.sponsor(contest, 1);
    }

    function testFuzz_RevertWhen_TheAmountIsZero(bool inToken) external givenTheSubmitPhase {
        uint256 contest = open(terms(inToken));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ZeroAmount.selector));
        vm.prank(alice);
        bounty.sponsor(contest, 0);
    }

    function testFuzz_RevertGiven_MoreThanHalfOfTheSlotsAreTaken(uint8 slots, uint8 standing, bool inToken)
        external
        givenTheSubmitPhase
        whenThereIsAnAmount
    {
        Terms memory t = terms(inToken);
        t.maxSubmissions = uint16(bound(slots, 4, 12));
        uint256 contest = open(t);
        standing = uint8(bound(standing, freeSlots(t) + 1, t.maxSubmissions));
        for (uint256 i; i < standing; ++i) {
            submit(contest, participant(i));
        }
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.TooFullToSponsor.selector, freeSlots(t), standing));
        vm.prank(alice);
        bounty.sponsor(contest, 1);
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyTheAmount(uint96 amount, uint128 coins, bool inToken)
        external
        givenTheSubmitPhase
        whenThereIsAnAmount
        givenHalfOfTheSlotsAreTakenOrFewer
    {
        uint256 contest = open(terms(inToken));
        amount = uint96(bound(amount, 1, type(uint96).max));
        uint256 right = fund(alice, assetFor(inToken), amount);
        vm.assume(coins != right);
        vm.deal(alice, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, right, coins));
        vm.prank(alice);
        bounty.sponsor{value: coins}(contest, amount);
    }

    function testFuzz_RevertWhen_TheTokenWasNotApproved(uint96 amount, uint256 approved)
        external
        givenTheSubmitPhase
        whenThereIsAnAmount
        givenHalfOfTheSlotsAreTakenOrFewer
    {
        uint256 contest = open(terms(true));
        amount = uint96(bound(amount, 1, type(uint96).max));
        fund(alice, address(token), amount);
        approved = bound(approved, 0, amount - 1);
        vm.prank(alice);
        token.approve(address(bounty), approved);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), approved, amount
            )
        );
        vm.prank(alice);
        bounty.sponsor(contest, amount);
    }

    function testFuzz_RevertWhen_AllSponsorsTogetherExceedWhatTheTypeHolds(uint96 first, uint96 second, bool inToken)
        external
        givenTheSubmitPhase
        whenThereIsAnAmount
        givenHalfOfTheSlotsAreTakenOrFewer
    {
        uint256 contest = open(terms(inToken));
        first = uint96(bound(first, 1, type(uint96).max));
        second = uint96(bound(second, uint256(type(uint96).max) - first + 1, type(uint96).max));
        sponsor(contest, alice, first);
        uint256 coins = fund(bob, assetFor(inToken), second);
        vm.expectRevert(abi.encodeWithSignature("Panic(uint256)", 0x11));
        vm.prank(bob);
        bounty.sponsor{value: coins}(contest, second);
    }

    function testFuzz_WhenSomebodySponsors(
        uint96[3] memory amounts,
        address who,
        uint8 standing,
        bool inToken,
        uint32 when
    ) external givenTheSubmitPhase whenThereIsAnAmount givenHalfOfTheSlotsAreTakenOrFewer {
        vm.assume(who != address(0) && who.code.length == 0 && who != address(vm));
        Terms memory t = terms(inToken);
        t.reward = uint96(bound(amounts[2], 1, type(uint96).max));
        uint256 contest = open(t);
        for (uint256 i; i < standing % 9; ++i) {
            submit(contest, participant(i));
        }
        uint96 first = uint96(bound(amounts[0], 1, 1 << 95));
        uint96 second = uint96(bound(amounts[1], 1, 1 << 94));
        // Half of the time the same one again.
        sponsor(contest, first % 2 == 0 ? who : alice, first);
        vm.warp(bound(when, block.timestamp, startOf(contest, Phase.Reveal) - 1));
        ContestView memory expected = bounty.contestOf(contest);
        expected.sponsored = first + second;
        uint256 heldBefore = held(t.asset);
        uint256 mine = bounty.sponsorshipOf(contest, who);
        uint256 coins = fund(who, t.asset, second);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Sponsored(contest, who, second);
        vm.prank(who);
        bounty.sponsor{value: coins}(contest, second);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        assertEq(mine, first % 2 == 0 || who == alice ? first : 0, "sponsorshipOf before");
        assertEq(bounty.sponsorshipOf(contest, who), mine + second, "sponsorshipOf");
        assertEq(held(t.asset), heldBefore + second, "held");
        assertSurcharge(contest, uint256(t.reward) + first + second, standing % 9);
    }

    function testFuzz_GivenAWinner(uint96 reward, uint96 amount, bool inToken)
        external
        givenTheSubmitPhase
        whenThereIsAnAmount
        givenHalfOfTheSlotsAreTakenOrFewer
    {
        Terms memory t = futureTerms(inToken);
        t.reward = uint96(bound(reward, 1, type(uint96).max));
        amount = uint96(bound(amount, 1, type(uint96).max));
        uint256 contest = open(t);
        sponsor(contest, bob, amount);
        play(contest, alice);
        record(contest, t.minimumScore);
        settle(contest);
        assertEq(balanceOf(t.asset, alice), uint256(t.reward) + amount, "the winner");
        assertEq(held(t.asset), 0, "held");
    }

    function assertSurcharge(uint256 contest, uint256 prize, uint256 standing) private view {
        (, uint256 surcharge) = bounty.priceOf(contest);
        assertEq(surcharge, Oracle.surcharge(prize, bounty.contestOf(contest).maxSubmissions, standing), "surcharge");
    }
}
