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

    function testFuzz_RevertWhen_AllExtensionsTogetherAreTooLong(Terms memory raw, uint32 first, uint32 secs)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
        whenItExtendsBySomething
    {
        Terms memory t = valid(raw, false);
        uint256 contest = open(t);
        first = uint32(bound(first, 0, t.submitSeconds));
        if (first != 0) extend(contest, first);
        secs = uint32(bound(secs, uint256(t.submitSeconds) - first + 1, type(uint32).max));
        vm.expectRevert(
            abi.encodeWithSelector(
                IHyperparameterBounty.ExtensionTooLong.selector, t.submitSeconds, uint256(first) + secs
            )
        );
        extend(contest, secs);
    }

    function testFuzz_WhenAllExtensionsTogetherDoubleTheTimeToSubmit(Terms memory raw, uint32 first)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
        whenItExtendsBySomething
    {
        Terms memory t = valid(raw, false);
        uint256 contest = open(t);
        uint256 ends = startOf(contest, Phase.Reveal);
        first = uint32(bound(first, 1, t.submitSeconds - 1));
        extend(contest, first);
        vm.warp(startOf(contest, Phase.Reveal) - 1);
        extend(contest, t.submitSeconds - first);
        assertEq(startOf(contest, Phase.Reveal), ends + t.submitSeconds, "submitting ends");
    }

    function testFuzz_WhenTheyAreShortEnough(Terms memory raw, uint32 secs, uint40 when, bool lastSecond)
        external
        givenTheSubmitPhase
        whenTheSenderIsTheOrganizer
        whenItExtendsBySomething
    {
        Terms memory t = valid(raw, false);
        uint256 contest = open(t);
        uint256 ends = startOf(contest, Phase.Reveal);
        vm.warp(lastSecond ? ends - 1 : bound(when, block.timestamp, ends - 1));
        secs = uint32(bound(secs, 1, t.submitSeconds));
        ContestView memory expected = bounty.contestOf(contest);
        expected.submitEnds += secs;
        DisputeView memory panel = bounty.disputeOf(contest);
        uint256 last = lastDeadline(contest);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Extended(contest, secs, expected.submitEnds);
        extend(contest, secs);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(panel), "disputeOf");
        vm.warp(last + secs);
        assertPhase(contest, Phase.Settle);
    }
}
