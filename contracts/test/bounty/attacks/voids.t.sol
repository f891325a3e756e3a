// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Coalition} from "./Coalition.sol";
import {Sealed} from "../foundry/World.sol";
import {Specs} from "../foundry/Specs.sol";

/// @dev Ending a contest void, to keep the reward after all specs are public, or to share a bond.
contract VoidsTest is Coalition {
    /// @dev Who revealed gets half of the bond. The organizer may be one of them, under any number of names; it cannot save
    /// the prize.
    function testFuzz_AKeyWithheldAfterAllSpecsArePublic_CostsTheOrganizerRewardAndBond(uint8 own) external {
        own = uint8(bound(own, 0, 3));
        ally(organizer);
        address[3] memory who = [alice, bob, carol];
        for (uint256 i; i < own; ++i) {
            ally(who[i]);
        }
        uint256 contest = open(sealedDefaults(16, 3));
        sponsor(contest, stranger, TENTH);
        play(contest, alice, bob, carol);
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        assertLoses(REWARD + TENTH - uint256(TENTH) / 2 * own / 3 - 1);
        bounty.reclaim(contest, stranger);
        assertEq(stranger.balance, TENTH, "a sponsor has its money back");
    }

    /// @dev The key in the last second, so that nobody has time to train: it is due in the first quarter.
    function test_AKeyPublishedTooLateToTrain_IsRefused() external {
        uint256 contest = three(sealedDefaults(16, 3));
        vm.warp(keyEnds(contest));
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.KeyTooLate.selector, keyEnds(contest), block.timestamp)
        );
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, KEY);
    }

    /// @dev The evaluator is one with the organizer, and with those who revealed.
    function testFuzz_NoScoresAfterAllSpecsArePublic_CostTheEvaluatorItsBond(uint8 own) external {
        own = uint8(bound(own, 0, 3));
        ally(organizer);
        ally(evaluator);
        address[3] memory who = [alice, bob, carol];
        for (uint256 i; i < own; ++i) {
            ally(who[i]);
        }
        uint256 contest = three(defaults(16, 3));
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        assertLoses(TENTH - uint256(TENTH) / 2 * own / 3 - 1);
    }

    /// @dev Organizer and evaluator are one: before a panel, silence saves the reward no more than a lie does, also where they
    /// challenge it themselves.
    function testFuzz_AnOrganizerWhoseOwnEvaluatorIsSilent_PaysTheWinnerAllTheSame(uint8 size, bool first, bool keyed)
        external
    {
        size = 1 + 2 * (size % 4);
        ally(organizer);
        ally(evaluator);
        if (first) ally(challenger);
        uint256 contest = three(keyed ? sealedDefaults(16, size) : defaults(16, size));
        if (keyed) publish(contest);
        disputeSilence(contest, repeat(scoreList(600_000, 700_000, 800_000), size));
        resolve(contest);
        finish(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(carol.balance, uint256(REWARD) + bounty.contestOf(contest).entryFee, "the prize, and the fee back");
        assertLoses(uint256(REWARD) + (first ? TENTH / 2 : TENTH));
    }

    /// @dev Then it costs the evaluator what it would without the challenge, and nobody more.
    function testFuzz_ASilentEvaluatorBeforeASilentPanel_LosesItsBondOnce(uint8 size, bool withPanel) external {
        size = 1 + 2 * (size % 4);
        ally(evaluator);
        if (withPanel) {
            for (uint256 i; i < size; ++i) {
                ally(member(i));
            }
        }
        uint256 contest = three(defaults(16, size));
        disputeSilence(contest, new uint24[][](0));
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        assertEq(challenger.balance, TENTH, "the challenger has its bond back");
        assertEq(BURN.balance, TENTH / 2 + uint256(size) * TENTH, "half of the evaluator's bond, and the members'");
        assertLoses(withPanel ? (1 + uint256(size)) * TENTH : TENTH);
    }

    /// @dev An evaluator that is late, and a challenger with a minority of the panel: nothing is decided in its favor.
    function test_AChallengeOfSilenceWithAMinorityOfThePanel_PaysNobody() external {
        ally(challenger);
        ally(carol);
        ally(member(0));
        ally(member(1));
        uint256 contest = three(defaults(16, 5));
        uint24[][] memory found = repeat(scoreList(800_000, 700_000, 600_000), 4);
        found[0] = found[1] = scoreList(0, 0, 990_000);
        disputeSilence(contest, found);
        resolve(contest);
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        vm.assertLe(inHand(), putIn() + TENTH / 2 / 3 + 1, "its third of what any who revealed share");
    }

    /// @dev The organizer's bond is burned, the evaluator earns nothing, and its friends have their fees back, no more.
    function testFuzz_AnEvaluatorThatSaysThatAContestCannotBeScored_GainsNothing(bool withOrganizer, bool panel)
        external
    {
        ally(evaluator);
        ally(alice);
        ally(bob);
        ally(carol);
        if (withOrganizer) ally(organizer);
        uint256 contest = three(defaults(16, panel ? 3 : 0));
        record(contest, noScores());
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        if (withOrganizer) assertLoses(TENTH);
        else assertGainsNothing();
    }

    /// @dev Where there is a panel that can score it, that costs its bond.
    function test_AnEvaluatorThatDeniesAWinner_IsOverturned() external {
        ally(evaluator);
        ally(organizer);
        uint256 contest = three(defaults(16, 3));
        dispute(contest, noScores(), challenger, repeat(scoreList(1, 2, 900_000), 3));
        resolve(contest);
        finish(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(carol.balance, uint256(REWARD) + bounty.contestOf(contest).entryFee, "the prize, and the fee back");
        assertLoses(uint256(REWARD) + TENTH);
    }

    /// @dev A holdout of noise, a source that is gone: an honest evaluator says so, the panel confirms, and who lied about it
    /// pays.
    function test_AnOrganizerWhoseTaskCannotBeScored_LosesItsBondAndItsChallenge() external {
        ally(organizer);
        ally(challenger);
        uint256 contest = three(defaults(16, 3));
        dispute(contest, noScores(), challenger, repeat(noScores(), 3));
        resolve(contest);
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        vm.assertGe(evaluator.balance, TENTH, "the evaluator");
        assertLoses(2 * uint256(TENTH));
    }

    /// @dev A sponsor that is the evaluator's friend: it gets back what it added, and nobody's besides.
    function testFuzz_ASponsorThatTakesBackWhatItAdded_GetsNoMore(uint96 amount, bool scored) external {
        amount = uint96(bound(amount, 1, 100 ether));
        ally(evaluator);
        ally(stranger);
        Terms memory t = defaults(16, 3);
        uint256 contest = open(t);
        sponsor(contest, stranger, amount);
        sponsor(contest, bob, amount);
        play(contest, alice);
        record(contest, scored ? scoreList(0) : noScores());
        finish(contest);
        bounty.reclaim(contest, stranger);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToReclaim.selector, contest, stranger));
        bounty.reclaim(contest, stranger);
        bounty.reclaim(contest, bob);
        assertEq(bob.balance, amount, "the other sponsor");
        vm.assertLe(inHand(), putIn() + (scored ? t.entryFee : 0), "no more than an honest evaluator");
        assertEq(address(bounty).balance, 0, "held");
    }

    /// @dev The evaluator says nothing, somebody challenges that, and the first members open what they found.
    function disputeSilence(uint256 contest, uint24[][] memory found) private {
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        answer(contest, found);
    }

    /// @dev Nobody takes what nobody revealed.
    function test_ACancellationWhileOneSubmissionStands_IsRefused() external {
        uint256 contest = open(defaults(16, 3));
        submit(contest, alice);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SubmissionsStand.selector, 1));
        vm.prank(organizer);
        bounty.cancel(contest);
    }
}
