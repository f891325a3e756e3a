// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../../foundry/World.sol";

contract PublishHoldoutKeyTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, bytes32 key) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Score, seed);
        expectWrongPhase(contest, Phase.Score, actual);
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_RevertGiven_ASecondBeforeScoring(bytes32 key) external {
        uint256 contest = openWith(key);
        vm.warp(startOf(contest, Phase.Score) - 1);
        expectWrongPhase(contest, Phase.Score, Phase.Reveal);
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_GivenTheFirstOrTheLastSecondForTheKey(bytes32 key, bool last, uint32 scoreSeconds) external {
        Terms memory t = terms(false);
        (t.holdoutCommitment, t.scoreSeconds) = (sha256(abi.encode(key)), uint32(bound(scoreSeconds, 2400, 3 days)));
        uint256 contest = open(t);
        vm.warp(last ? keyEnds(contest) - 1 : startOf(contest, Phase.Score));
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, key);
        assertTrue(bounty.contestOf(contest).keyPublished, "published");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfChallenging(bytes32 key, uint8 later) external {
        uint256 contest = openWith(key);
        vm.warp(startOf(contest, Phase.Challenge) + later % 2);
        expectWrongPhase(contest, Phase.Score, Phase.Challenge);
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_RevertWhen_TheSenderIsNeitherOrganizerNorEvaluator(address sender, bytes32 key)
        external
        givenTheScorePhase
    {
        vm.assume(sender != organizer && sender != evaluator);
        uint256 contest = openWith(key);
        goTo(contest, Phase.Score);
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.NotOrganizerOrEvaluator.selector, organizer, evaluator, sender)
        );
        vm.prank(sender);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_RevertGiven_TheContestHasNoKey(bytes32 key, bool inToken)
        external
        givenTheScorePhase
        whenTheSenderIsOrganizerOrEvaluator
    {
        uint256 contest = open(futureTerms(inToken));
        goTo(contest, Phase.Score);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoHoldoutKey.selector, contest));
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_RevertGiven_TheKeyWasPublished(bytes32 key, bytes32 again, bool byEvaluator)
        external
        givenTheScorePhase
        whenTheSenderIsOrganizerOrEvaluator
        givenTheContestHasAKey
    {
        uint256 contest = openWith(key);
        goTo(contest, Phase.Score);
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, key);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.KeyAlreadyPublished.selector, contest));
        vm.prank(byEvaluator ? evaluator : organizer);
        bounty.publishHoldoutKey(contest, again);
    }

    function testFuzz_RevertWhen_TheKeyIsNotTheOneCommittedTo(bytes32 key, bytes32 wrong)
        external
        givenTheScorePhase
        whenTheSenderIsOrganizerOrEvaluator
        givenTheContestHasAKey
        givenTheKeyIsAwaited
    {
        vm.assume(wrong != key);
        uint256 contest = openWith(key);
        goTo(contest, Phase.Score);
        bytes memory reason = abi.encodeWithSelector(
            IHyperparameterBounty.KeyMismatch.selector, sha256(abi.encode(key)), sha256(abi.encode(wrong))
        );
        vm.expectRevert(reason);
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, wrong);
    }

    function testFuzz_RevertGiven_MoreThanAQuarterOfTheTimeToScoreHasPassed(bytes32 key, bool byEvaluator, uint32 when)
        external
        givenTheScorePhase
        whenTheSenderIsOrganizerOrEvaluator
        givenTheContestHasAKey
        givenTheKeyIsAwaited
    {
        uint256 contest = openWith(key);
        uint256 ends = keyEnds(contest);
        vm.warp(when % 2 == 0 ? ends : bound(when, ends, startOf(contest, Phase.Challenge) - 1));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.KeyTooLate.selector, ends, block.timestamp));
        vm.prank(byEvaluator ? evaluator : organizer);
        bounty.publishHoldoutKey(contest, key);
    }

    function testFuzz_WhenTheKeyIsTheOneCommittedTo(bytes32 key, bool byEvaluator, uint32 when)
        external
        givenTheScorePhase
        whenTheSenderIsOrganizerOrEvaluator
        givenTheContestHasAKey
        givenTheKeyIsAwaited
    {
        uint256 contest = openWith(key);
        vm.warp(bound(when, startOf(contest, Phase.Score), keyEnds(contest) - 1));
        vm.assertFalse(bounty.contestOf(contest).keyPublished, "not yet published");

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.HoldoutKeyPublished(contest, key);
        vm.prank(byEvaluator ? evaluator : organizer);
        bounty.publishHoldoutKey(contest, key);

        assertTrue(bounty.contestOf(contest).keyPublished, "published");
    }

    function openWith(bytes32 key) private returns (uint256) {
        Terms memory t = terms(false);
        t.holdoutCommitment = sha256(abi.encode(key));
        return open(t);
    }
}
