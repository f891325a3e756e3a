// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Phase,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../../foundry/World.sol";

contract ExtendTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint32 secs) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Submit, seed);
        expectWrongPhase(contest, Phase.Submit, actual);
        extend(contest, secs);
    }

    function testFuzz_RevertGiven_TheFirstSecondOfRevealing(uint32 secs, uint8 later) external {
        uint256 contest = open(terms(false));
        vm.warp(startOf(contest, Phase.Reveal) + later % 2);
        expectWrongPhase(contest, Phase.Submit, Phase.Reveal);
        extend(contest, secs);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheOrganizer(address sender, uint32 secs) external givenTheSubmitPhase {
        vm.assume(sender != organizer);
        uint256 contest = open(terms(false));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotOrganizer.selector, organizer, sender));
        vm.prank(sender);
        bounty.extend(contest, secs);
    }

    function testFuzz_RevertWhen_ItExtendsByNothing(bool inToken)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
    {
        uint256 contest = open(terms(inToken));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ZeroExtension.selector));
        extend(contest, 0);
    }

    function testFuzz_RevertWhen_TheLastDeadlineMovesTooFar(Terms memory raw, uint32 secs)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
        whenItExtendsBySomething
    {
        Terms memory t = valid(raw, false);
        uint256 contest = open(t);
        uint256 last = lastDeadline(contest);
        uint256 latest = block.timestamp + 3650 days;
        secs = uint32(bound(secs, latest - last + 1, type(uint32).max));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.DeadlineTooFar.selector, latest, last + secs));
        extend(contest, secs);
    }

    function testFuzz_WhenTheLastDeadlineMovesAsFarAsCanBe(Terms memory raw, bool inToken)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
        whenItExtendsBySomething
    {
        uint256 contest = open(valid(raw, inToken));
        uint256 latest = block.timestamp + 3650 days;
        uint256 room = latest - lastDeadline(contest);
        vm.assume(room != 0);
        extend(contest, uint32(room));
        assertEq(lastDeadline(contest), latest, "the last deadline");
    }

    function testFuzz_WhenTheLastDeadlineStaysNear(Terms memory raw, uint32 secs, uint40 when, bool lastSecond)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
        whenItExtendsBySomething
    {
        Terms memory t = valid(raw, false);
        uint256 contest = open(t);
        vm.warp(lastSecond ? t.submitEnds - 1 : bound(when, block.timestamp, t.submitEnds - 1));
        uint256 room = block.timestamp + 3650 days - lastDeadline(contest);
        vm.assume(room != 0);
        secs = uint32(bound(secs, 1, room));
        ContestView memory expected = bounty.contestOf(contest);
        expected.submitEnds += secs;
        expected.revealEnds += secs;
        expected.scoreEnds += secs;
        expected.challengeEnds += secs;
        DisputeView memory panel = bounty.disputeOf(contest);
        if (panel.openEnds != 0) (panel.sealEnds, panel.openEnds) = (panel.sealEnds + secs, panel.openEnds + secs);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Extended(contest, secs, expected.submitEnds);
        extend(contest, secs);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(panel), "disputeOf");
    }

    function extend(uint256 contest, uint32 secs) private {
        vm.prank(organizer);
        bounty.extend(contest, secs);
    }
}
