// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    DisputeView,
    IHyperparameterBounty,
    Phase,
    SeatState,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Opinion, PanelWorld} from "../../foundry/PanelWorld.sol";

contract SealScoresTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint256 seat, address sender, bytes32 hash)
        external
    {
        (uint256 contest, Phase actual) = anotherPhase(Phase.PanelSeal, seed);
        expectWrongPhase(contest, Phase.PanelSeal, actual);
        vm.prank(seed % 2 == 0 ? sender : member(0));
        bounty.sealScores(contest, seat, hash);
    }

    function testFuzz_RevertGiven_TheLastSecondOfChallenging(bool inToken, bytes32 hash) external {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        vm.warp(block.timestamp - 1);
        expectWrongPhase(contest, Phase.PanelSeal, Phase.Challenge);
        sealAs(member(0), contest, 0, hash);
    }

    function testFuzz_GivenTheFirstOrTheLastSecondOfSealing(bool inToken, bool last, bytes32 hash) external {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        if (last) vm.warp(startOf(contest, Phase.PanelOpen) - 1);
        sealAs(member(0), contest, 0, hash == 0 ? KEY : hash);
        assertEq(uint256(bounty.disputeOf(contest).seats[0]), uint256(SeatState.Sealed), "state");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfOpening(bool inToken, uint8 later, bytes32 hash) external {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        vm.warp(startOf(contest, Phase.PanelOpen) + later % 2);
        expectWrongPhase(contest, Phase.PanelSeal, Phase.PanelOpen);
        sealAs(member(0), contest, 0, hash);
    }

    function testFuzz_RevertGiven_NobodyChallenged(bool inToken, uint256 seat, bytes32 hash) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        goTo(contest, Phase.Settle);
        expectWrongPhase(contest, Phase.PanelSeal, Phase.Settle);
        sealAs(member(0), contest, seat, hash);
    }

    function testFuzz_RevertWhen_ThePanelHasNoSuchSeat(uint8 size, uint256 seat, bytes32 hash, address sender)
        external
        givenThePanelsSealingPhase
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = disputed(panelTerms(false, size), scoreList(700_000));
        seat = bound(seat, size, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSuchSeat.selector, seat, size));
        sealAs(seat % 2 == 0 ? sender : member(0), contest, seat, hash);
    }

    function testFuzz_RevertWhen_TheSeatIsSomebodyElses(uint8 size, uint256 seat, bytes32 hash, address sender)
        external
        givenThePanelsSealingPhase
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = disputed(panelTerms(false, size), scoreList(700_000));
        seat = seat % size;
        // Half of the time somebody who has another seat.
        if (uint256(hash) % 2 == 0) sender = member((seat + 1) % 7);
        vm.assume(sender != member(seat));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotPanelMember.selector, member(seat), sender));
        sealAs(sender, contest, seat, hash);
    }

    function testFuzz_RevertWhen_TheSealIsZero(uint8 seat, bool inToken)
        external
        givenThePanelsSealingPhase
        whenTheSeatIsTheSenders
    {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ZeroSeal.selector));
        sealAs(member(seat % 3), contest, seat % 3, 0);
    }

    function testFuzz_WhenAMemberSeals(Terms memory raw, uint256 seat, bytes32 hash, bool inToken, uint32 when)
        external
        givenThePanelsSealingPhase
        whenTheSeatIsTheSenders
        whenThereIsASeal
    {
        Terms memory t = validWithPanel(raw, inToken);
        (t.holdoutCommitment, t.maxSubmissions, t.maxPerAddress) = (0, 100, 4);
        t.limits = panelTerms(inToken, 1).limits;
        vm.assume(hash != 0);
        uint256 contest = disputed(t, scoreList(700_000));
        seat %= t.panel.members.length;
        vm.warp(bound(when, block.timestamp, startOf(contest, Phase.PanelOpen) - 1));
        DisputeView memory expected = bounty.disputeOf(contest);
        expected.seats[seat] = SeatState.Sealed;

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.ScoresSealed(contest, t.panel.members[seat], hash);
        sealAs(t.panel.members[seat], contest, seat, hash);

        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(expected), "disputeOf");
    }

    function testFuzz_GivenTheMemberHasSealedBefore(uint256 first, uint256 second, bool inToken)
        external
        givenThePanelsSealingPhase
        whenTheSeatIsTheSenders
        whenThereIsASeal
    {
        uint256 contest = disputed(panelTerms(inToken, 3), someScores(1, 3));
        Opinion memory old = opinion(contest, 1, someScores(first, 3));
        Opinion memory last = opinion(contest, 1, someScores(second, 3));
        sealScores(old);
        sealScores(last);
        goTo(contest, Phase.PanelOpen);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SealMismatch.selector, sealOf(last), sealOf(old)));
        openScores(old);
        openScores(last);
        assertEq(uint256(bounty.disputeOf(contest).seats[1]), uint256(SeatState.Opened), "state");
    }

    function sealAs(address who, uint256 contest, uint256 seat, bytes32 hash) private {
        vm.prank(who);
        bounty.sealScores(contest, seat, hash);
    }
}
