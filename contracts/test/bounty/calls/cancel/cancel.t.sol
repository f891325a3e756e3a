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

    function testFuzz_GivenNoSubmissionStands(Terms memory raw, bool inToken, uint40 when)
        external
        givenTheContestIsOpen
        whenTheSenderIsTheOrganizer
    {
        Terms memory t = valid(raw, inToken);
        uint256 contest = open(t);
        vm.warp(bound(when, block.timestamp, type(uint40).max));

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Cancelled(contest);
        cancel(contest);

        assertEq(balanceOf(t.asset, organizer), due(t), "what comes back");
        assertEq(held(t.asset), 0, "held");
        assertOutcome(contest, Outcome.Cancelled);
        assertPhase(contest, Phase.Cancelled);
    }

    function cancel(uint256 contest) private {
        vm.prank(organizer);
        bounty.cancel(contest);
    }
}
