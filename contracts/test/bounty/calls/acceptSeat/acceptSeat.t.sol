// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeView, IHyperparameterBounty, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {World} from "../../foundry/World.sol";

contract AcceptSeatTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint256 seat, address sender) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Offer, seed);
        expectWrongPhase(contest, Phase.Offer, actual);
        vm.prank(seed % 2 == 0 ? sender : member(0));
        bounty.acceptSeat(contest, seat);
    }

    function testFuzz_RevertGiven_TheFirstSecondAfterAnOffer(bool inToken, uint8 later) external {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = offer(t);
        vm.warp(t.acceptEnds - 1);
        acceptSeat(contest, 0);
        vm.warp(t.acceptEnds + later % 2);
        expectWrongPhase(contest, Phase.Offer, Phase.Lapsed);
        vm.prank(member(1));
        bounty.acceptSeat(contest, 1);
    }

    function testFuzz_RevertWhen_ThePanelHasNoSuchSeat(uint8 size, uint256 seat, address sender)
        external
        givenTheOfferPhase
    {
        size = size % 5 == 0 ? 0 : 2 * (size % 5) - 1;
        uint256 contest = offer(size == 0 ? terms(false) : panelTerms(false, size));
        seat = bound(seat, size, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSuchSeat.selector, seat, size));
        vm.prank(seat % 2 == 0 ? sender : member(0));
        bounty.acceptSeat(contest, seat);
    }

    function testFuzz_RevertWhen_TheSeatIsSomebodyElses(uint8 size, uint256 seat, address sender)
        external
        givenTheOfferPhase
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = offer(panelTerms(false, size));
        seat = seat % size;
        // Half of the time somebody who has another seat, or the evaluator.
        if (uint160(sender) % 2 == 0) sender = size == 1 ? evaluator : member((seat + 1) % size);
        vm.assume(sender != member(seat));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotPanelMember.selector, member(seat), sender));
        vm.prank(sender);
        bounty.acceptSeat(contest, seat);
    }

    function testFuzz_RevertGiven_TheMemberHasAccepted(bool inToken, uint8 seat)
        external
        givenTheOfferPhase
        whenTheSeatIsTheSenders
    {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = offer(t);
        acceptSeat(contest, seat % 3);
        uint256 coins = fund(member(seat % 3), t.asset, t.panel.memberBond);
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.AlreadyAccepted.selector, contest, member(seat % 3))
        );
        vm.prank(member(seat % 3));
        bounty.acceptSeat{value: coins}(contest, seat % 3);
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyTheBond(uint96 bond, uint128 coins, bool inToken)
        external
        givenTheOfferPhase
        whenTheSeatIsTheSenders
    {
        Terms memory t = panelTerms(inToken, 3);
        t.panel.memberBond = bond;
        uint256 contest = offer(t);
        uint256 right = fund(member(1), t.asset, bond);
        vm.assume(coins != right);
        vm.deal(member(1), coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, right, coins));
        vm.prank(member(1));
        bounty.acceptSeat{value: coins}(contest, 1);
    }

    function testFuzz_GivenOthersThatHaveNotAccepted(Terms memory raw, uint256 seat, bool inToken, bool byEvaluator)
        external
        givenTheOfferPhase
        whenTheSeatIsTheSenders
    {
        Terms memory t = validWithPanel(raw, inToken);
        seat %= t.panel.members.length;
        uint256 contest = offer(t);
        // Somebody is missing: the evaluator, or another member.
        if (byEvaluator && t.panel.members.length != 1) accept(contest);
        DisputeView memory expected = bounty.disputeOf(contest);
        expected.accepted[seat] = true;
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(t.panel.members[seat], t.asset, t.panel.memberBond);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Accepted(contest, t.panel.members[seat], 0);
        vm.prank(t.panel.members[seat]);
        bounty.acceptSeat{value: coins}(contest, seat);

        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(expected), "disputeOf");
        assertEq(held(t.asset), heldBefore + t.panel.memberBond, "held");
        assertPhase(contest, Phase.Offer);
    }

    function testFuzz_GivenNobodyElseIsAwaited(Terms memory raw, uint256 seat, bool inToken, uint40 when)
        external
        givenTheOfferPhase
        whenTheSeatIsTheSenders
    {
        Terms memory t = validWithPanel(raw, inToken);
        seat %= t.panel.members.length;
        uint256 contest = offer(t);
        acceptSome(contest, ~(1 << seat), false);
        accept(contest);
        vm.warp(bound(when, block.timestamp, t.acceptEnds - 1));
        uint256 coins = fund(t.panel.members[seat], t.asset, t.panel.memberBond);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Accepted(contest, t.panel.members[seat], 0);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Started(contest, block.timestamp + t.submitSeconds);
        vm.prank(t.panel.members[seat]);
        bounty.acceptSeat{value: coins}(contest, seat);

        assertEq(bounty.contestOf(contest).submitEnds, block.timestamp + t.submitSeconds, "submitting ends");
        assertEq(held(t.asset), staked(t), "held");
        assertPhase(contest, Phase.Submit);
    }
}
