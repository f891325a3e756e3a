// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase} from "../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../foundry/World.sol";

/// @dev Somebody does nothing from some phase on; a stranger ends the contest all the same.
contract SilenceTest is World {
    function testFuzz_NobodySubmits_TheOrganizerGetsEverythingBack(bool inToken) external {
        uint256 contest = open(terms(inToken));
        settle(contest);
        assertOutcome(contest, Outcome.Refunded);
        assertEq(balanceOf(assetFor(inToken), organizer), 1.13 ether, "what the organizer gets");
        assertEmpty(inToken);
    }

    function testFuzz_NobodyReveals_TheFeesAreBurned(bool inToken) external {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        submit(contest, bob);
        settle(contest);
        assertOutcome(contest, Outcome.Refunded);
        assertEq(balanceOf(assetFor(inToken), organizer), 1.13 ether, "what the organizer gets");
        assertEq(balanceOf(assetFor(inToken), BURN), 0.02 ether, "burned");
        assertEmpty(inToken);
    }

    function testFuzz_TheOrganizerIsSilentAfterOpening_ItsRewardIsBurnedAndHalfItsBondGoesToThoseWhoRevealed(bool inToken)
        external
    {
        uint256 contest = open(terms(inToken));
        play(contest, alice, bob, carol);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.KeyNotPublished.selector, contest));
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scoreList(1, 2, 3));
        assertVoid(contest, inToken, 0.1 ether, 1 ether, 0.03 ether);
    }

    function testFuzz_TheOrganizerIsSilent_AnEvaluatorThatHasTheKeyFinishesAllTheSame(bool inToken) external {
        uint256 contest = open(terms(inToken));
        play(contest, alice, bob, carol);
        vm.prank(evaluator);
        bounty.publishHoldoutKey(contest, KEY);
        record(contest, 1, 2, 1_000_000);
        settle(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(balanceOf(assetFor(inToken), carol), 1 ether, "the prize");
    }

    function testFuzz_TheEvaluatorIsSilent_HalfItsBondGoesToThoseWhoRevealed(bool inToken, bool keyed) external {
        uint256 contest = open(keyed ? terms(inToken) : futureTerms(inToken));
        play(contest, alice, bob, carol);
        if (keyed) publish(contest);
        assertVoid(contest, inToken, 0.12 ether, 0, 1.13 ether);
    }

    function testFuzz_EverybodyIsSilentAfterScoring_AStrangerSettlesYearsLater(bool inToken, uint32 later) external {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice, bob, carol);
        record(contest, 500_000, 600_000, 700_000);
        vm.warp(startOf(contest, Phase.Settle) + later);
        vm.prank(stranger);
        bounty.settle(contest);
        assertEq(balanceOf(assetFor(inToken), carol), 1 ether, "the prize");
        assertEq(balanceOf(assetFor(inToken), organizer), 0.1 ether, "the bond");
        assertEmpty(inToken);
    }

    function testFuzz_AParticipantIsSilentAfterSubmitting_ItsFeeIsBurned(bool inToken) external {
        uint256 contest = open(futureTerms(inToken));
        submit(contest, bob);
        play(contest, alice);
        record(contest, 1_000_000);
        settle(contest);
        assertEq(balanceOf(assetFor(inToken), alice), 1 ether, "the prize");
        assertEq(balanceOf(assetFor(inToken), BURN), 0.01 ether, "burned");
        assertEq(balanceOf(assetFor(inToken), bob), 0, "what the silent one gets");
        assertEmpty(inToken);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @param bond what is lost: half of it is burned.
    /// @param reward what is burned whole beside it.
    function assertVoid(uint256 contest, bool inToken, uint256 bond, uint256 reward, uint256 toOrganizer) private {
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        vm.prank(stranger);
        claimAll(contest);
        address asset = assetFor(inToken);
        assertEq(balanceOf(asset, organizer), toOrganizer, "the organizer");
        assertEq(balanceOf(asset, BURN), reward + bond / 2, "burned");
        uint256 pot = bond / 2 + 0.03 ether;
        assertEq(balanceOf(asset, alice), pot / 3 + (pot % 3 > 0 ? 1 : 0), "the first share has what rounding leaves");
        assertEq(balanceOf(asset, bob), pot / 3 + (pot % 3 > 1 ? 1 : 0), "the second share");
        assertEq(balanceOf(asset, carol), pot / 3, "the third share");
        assertEmpty(inToken);
    }

    function assertEmpty(bool inToken) private view {
        assertEq(held(assetFor(inToken)), 0, "held");
    }

    /// @dev Somebody named does not answer an offer: a stranger ends it, and whoever accepted has its bond back.
    function testFuzz_SomebodyNamedIsSilent_EverybodyGetsBackWhatItPutIn(bool inToken, bool accepted) external {
        uint256 contest = offer(terms(inToken));
        if (accepted) contest = offer(panelTerms(inToken, 3));
        if (accepted) accept(contest);
        vm.warp(startOf(contest, Phase.Lapsed));
        uint256 before = balanceOf(assetFor(inToken), organizer);
        vm.prank(stranger);
        bounty.settle(contest);
        assertPhase(contest, Phase.Cancelled);
        assertEq(balanceOf(assetFor(inToken), organizer) - before, 1.13 ether, "the organizer");
        assertEq(balanceOf(assetFor(inToken), evaluator), accepted ? 0.2 ether : 0, "the evaluator");
    }
}
