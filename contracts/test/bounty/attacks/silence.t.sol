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
        assertEq(balanceOf(assetFor(inToken), organizer), 1.1 ether, "what the organizer gets");
        assertEmpty(inToken);
    }

    function testFuzz_NobodyReveals_TheOrganizerGetsTheDeposits(bool inToken) external {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        submit(contest, bob);
        settle(contest);
        assertOutcome(contest, Outcome.Refunded);
        assertEq(balanceOf(assetFor(inToken), organizer), 1.12 ether, "what the organizer gets");
        assertEmpty(inToken);
    }

    function testFuzz_TheOrganizerIsSilentAfterOpening_TheBondGoesToThoseWhoRevealed(bool inToken) external {
        uint256 contest = open(terms(inToken));
        play(contest, alice, bob, carol);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.KeyNotPublished.selector, contest));
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scoreList(1, 2, 3));
        assertVoid(contest, inToken);
    }

    function testFuzz_TheOrganizerIsSilent_AnEvaluatorThatHasTheKeyFinishesAllTheSame(bool inToken) external {
        uint256 contest = open(terms(inToken));
        play(contest, alice, bob, carol);
        vm.prank(evaluator);
        bounty.publishHoldoutKey(contest, KEY);
        record(contest, 1, 2, 1_000_000);
        settle(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(balanceOf(assetFor(inToken), carol), 1.01 ether, "prize and deposit");
    }

    function testFuzz_TheEvaluatorIsSilent_TheBondGoesToThoseWhoRevealed(bool inToken, bool published) external {
        uint256 contest = open(terms(inToken));
        play(contest, alice, bob, carol);
        if (published) publish(contest);
        assertVoid(contest, inToken);
    }

    function testFuzz_EverybodyIsSilentAfterScoring_AStrangerSettlesYearsLater(bool inToken, uint32 later) external {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice, bob, carol);
        record(contest, 500_000, 600_000, 700_000);
        vm.warp(startOf(contest, Phase.Settle) + later);
        vm.prank(stranger);
        bounty.settle(contest);
        assertEq(balanceOf(assetFor(inToken), carol), 1.01 ether, "prize and deposit");
        assertEq(balanceOf(assetFor(inToken), organizer), 0.1 ether, "the bond");
        assertEmpty(inToken);
    }

    function testFuzz_AParticipantIsSilentAfterSubmitting_ItsDepositGoesToTheWinner(bool inToken) external {
        uint256 contest = open(futureTerms(inToken));
        submit(contest, bob);
        play(contest, alice);
        record(contest, 1_000_000);
        settle(contest);
        assertEq(balanceOf(assetFor(inToken), alice), 1.02 ether, "prize, deposit and forfeit");
        assertEq(balanceOf(assetFor(inToken), bob), 0, "what the silent one gets");
        assertEmpty(inToken);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function assertVoid(uint256 contest, bool inToken) private {
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        for (uint256 i; i < 3; ++i) {
            vm.prank(stranger);
            bounty.claim(contest, i);
        }
        address asset = assetFor(inToken);
        assertEq(balanceOf(asset, organizer), 1 ether, "the reward");
        uint256 third = uint256(0.1 ether) / 3;
        assertEq(balanceOf(asset, alice), 0.01 ether + third + 1, "the first share has what rounding leaves");
        assertEq(balanceOf(asset, bob), 0.01 ether + third, "the second share");
        assertEq(balanceOf(asset, carol), 0.01 ether + third, "the third share");
        assertEmpty(inToken);
    }

    function assertEmpty(bool inToken) private view {
        assertEq(held(assetFor(inToken)), 0, "held");
    }
}
