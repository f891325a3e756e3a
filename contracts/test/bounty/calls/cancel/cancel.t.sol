// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../../foundry/World.sol";

contract CancelTest is World {
    function testFuzz_RevertGiven_TheContestNeverWasOrHasEnded(uint256 seed, address sender) external {
        uint256 contest = open(terms(seed % 2 == 1));
        Phase phase = [Phase.None, Phase.Settled, Phase.Cancelled][seed % 3];
        if (phase == Phase.None) contest = bound(seed, 2, type(uint256).max);
        if (phase == Phase.Settled) settle(contest);
        if (phase == Phase.Cancelled) cancel(contest);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotOpen.selector, contest, phase));
        vm.prank(seed % 5 == 0 ? organizer : sender);
        bounty.cancel(contest);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheOrganizer(address sender, bool inToken, uint32 when)
        external
        givenTheContestIsOpen
    {
        vm.assume(sender != organizer);
        uint256 contest = open(terms(inToken));
        vm.warp(uint256(GENESIS) + when);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotOrganizer.selector, organizer, sender));
        vm.prank(sender);
        bounty.cancel(contest);
    }

    function testFuzz_RevertGiven_SubmissionsStand(uint8 count, bool inToken, bool revealed, uint32 when)
        external
        givenTheContestIsOpen
        whenTheSenderIsTheOrganizer
    {
        uint256 contest = open(terms(inToken));
        count = uint8(bound(count, 1, 3));
        if (revealed) {
            count = 3;
            play(contest, alice, bob, carol);
        } else {
            for (uint256 i; i < count; ++i) {
                submit(contest, participant(i));
            }
        }
        vm.warp(block.timestamp + when);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SubmissionsStand.selector, count));
        cancel(contest);
    }

    function testFuzz_GivenTheLastSubmissionWasWithdrawn(bool inToken, uint32 when)
        external
        givenTheContestIsOpen
        whenTheSenderIsTheOrganizer
    {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        vm.warp(block.timestamp + when);
        cancel(contest);
        assertEq(held(assetFor(inToken)), 0, "held");
    }

    function testFuzz_GivenAnOfferThatSomeHaveAccepted(
        Terms memory raw,
        uint8 who,
        bool byEvaluator,
        bool inToken,
        uint32 when
    ) external givenTheContestIsOpen whenTheSenderIsTheOrganizer {
        Terms memory t = validWithPanel(raw, inToken);
        t.evaluator = evaluator;
        uint256 contest = offer(t);
        acceptSome(contest, who, byEvaluator);
        uint256 size = t.panel.members.length;
        vm.warp(block.timestamp + when);
        cancel(contest);
        for (uint256 i; i < size; ++i) {
            bool accepted = bounty.disputeOf(contest).accepted[i];
            assertEq(balanceOf(t.asset, t.panel.members[i]), accepted ? t.panel.memberBond : 0, "a member");
        }
        bool evaluatorAccepted = bounty.contestOf(contest).throughput != 0;
        assertEq(balanceOf(t.asset, evaluator), evaluatorAccepted ? t.evaluatorBond : 0, "evaluator");
        assertEq(balanceOf(t.asset, organizer), due(t), "organizer");
        assertEq(held(t.asset), 0, "held");
    }

    function testFuzz_GivenSponsors(uint96[2] memory amounts, bool inToken)
        external
        givenTheContestIsOpen
        whenTheSenderIsTheOrganizer
    {
        uint256 contest = open(terms(inToken));
        (amounts[0], amounts[1]) = (uint96(bound(amounts[0], 1, 1 << 95)), uint96(bound(amounts[1], 1, 1 << 94)));
        sponsor(contest, alice, amounts[0]);
        sponsor(contest, bob, amounts[1]);
        cancel(contest);
        assertEq(held(assetFor(inToken)), uint256(amounts[0]) + amounts[1], "held");
        bounty.reclaim(contest, alice);
        bounty.reclaim(contest, bob);
        assertEq(balanceOf(assetFor(inToken), alice), amounts[0], "the first");
        assertEq(balanceOf(assetFor(inToken), bob), amounts[1], "the second");
        assertEq(held(assetFor(inToken)), 0, "held when all have reclaimed");
    }

    function testFuzz_GivenNoSubmissionStands(Terms memory raw, bool inToken, uint40 when)
        external
        givenTheContestIsOpen
        whenTheSenderIsTheOrganizer
    {
        Terms memory t = valid(raw, inToken);
        t.evaluator = evaluator;
        uint256 contest = open(t);
        vm.warp(bound(when, block.timestamp, type(uint40).max));

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Cancelled(contest);
        cancel(contest);

        assertEq(balanceOf(t.asset, organizer), due(t), "what comes back");
        assertEq(balanceOf(t.asset, evaluator), t.evaluatorBond, "the evaluator's bond");
        for (uint256 i; i < t.panel.members.length; ++i) {
            assertEq(balanceOf(t.asset, t.panel.members[i]), t.panel.memberBond, "a member's bond");
        }
        assertEq(held(t.asset), 0, "held");
        assertOutcome(contest, Outcome.Cancelled);
        assertPhase(contest, Phase.Cancelled);
    }

    function cancel(uint256 contest) private {
        vm.prank(organizer);
        bounty.cancel(contest);
    }
}
