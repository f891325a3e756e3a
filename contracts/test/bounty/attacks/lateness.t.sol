// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Opinion, PanelWorld} from "../foundry/PanelWorld.sol";
import {Sealed} from "../foundry/World.sol";

/// @dev A second decides.
contract LatenessTest is PanelWorld {
    uint256 private _contest;
    Sealed private _sealed;

    function setUp() public override {
        super.setUp();
        _contest = open(terms(false));
        _sealed = submit(_contest, alice, 0, Specs.plain(1));
    }

    function test_AnAcceptanceInTheLastSecond_BeginsTheContest() external {
        uint256 contest = offer(terms(false));
        vm.warp(startOf(contest, Phase.Lapsed) - 1);
        acceptAll(contest);
        assertPhase(contest, Phase.Submit);
        assertEq(bounty.contestOf(contest).submitEnds, block.timestamp + 1000, "all the time there is to submit");
    }

    function test_AnAcceptanceOneSecondLate_IsRefused() external {
        Terms memory t = terms(false);
        uint256 contest = offer(t);
        uint256 coins = fund(evaluator, NATIVE, t.evaluatorBond);
        vm.warp(startOf(contest, Phase.Lapsed));
        expectWrongPhase(contest, Phase.Offer, Phase.Lapsed);
        vm.prank(evaluator);
        bounty.accept{value: coins}(contest, 1_000_000);
    }

    function test_ASponsorshipOneSecondLate_IsRefused() external {
        goTo(_contest, Phase.Reveal);
        uint256 coins = fund(bob, NATIVE, 1);
        expectWrongPhase(_contest, Phase.Submit, Phase.Reveal);
        vm.prank(bob);
        bounty.sponsor{value: coins}(_contest, 1);
    }

    function test_ASubmissionInTheSecondOfOpening_IsTaken() external {
        uint256 contest = open(terms(false));
        submit(contest, bob);
        assertEq(bounty.contestOf(contest).standing, 1, "standing");
    }

    function test_ASubmissionInTheLastSecond_IsTaken() external {
        vm.warp(startOf(_contest, Phase.Reveal) - 1);
        submit(_contest, bob);
    }

    function test_ASubmissionOneSecondLate_IsRefused() external {
        Sealed memory s = seal(_contest, bob, 0, Specs.plain(2));
        bytes32 commitment_ = commitment(s);
        uint256 coins = fund(bob, NATIVE, 0.01 ether);
        goTo(_contest, Phase.Reveal);
        expectWrongPhase(_contest, Phase.Submit, Phase.Reveal);
        vm.prank(bob);
        bounty.submit{value: coins}(_contest, 0, commitment_);
    }

    function test_ARevealOneSecondEarly_IsRefused() external {
        vm.warp(startOf(_contest, Phase.Reveal) - 1);
        expectWrongPhase(_contest, Phase.Reveal, Phase.Submit);
        reveal(_sealed);
    }

    function test_ARevealInTheLastSecond_IsTaken() external {
        vm.warp(startOf(_contest, Phase.Score) - 1);
        reveal(_sealed);
    }

    function test_ARevealOneSecondLate_IsRefused() external {
        goTo(_contest, Phase.Score);
        expectWrongPhase(_contest, Phase.Reveal, Phase.Score);
        reveal(_sealed);
    }

    function test_AKeyOneSecondEarly_IsRefused() external {
        vm.warp(startOf(_contest, Phase.Score) - 1);
        expectWrongPhase(_contest, Phase.Score, Phase.Reveal);
        vm.prank(organizer);
        bounty.publishHoldoutKey(_contest, KEY);
    }

    function test_AKeyInTheLastSecond_IsTaken() external {
        vm.warp(keyEnds(_contest) - 1);
        vm.prank(organizer);
        bounty.publishHoldoutKey(_contest, KEY);
        assertTrue(bounty.contestOf(_contest).keyPublished, "published");
    }

    function test_AKeyOneSecondLate_IsRefused() external {
        vm.warp(keyEnds(_contest));
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.KeyTooLate.selector, block.timestamp, block.timestamp)
        );
        vm.prank(organizer);
        bounty.publishHoldoutKey(_contest, KEY);
    }

    function test_ScoresInTheLastSecond_AreTaken() external {
        toScoring();
        vm.warp(startOf(_contest, Phase.Challenge) - 1);
        record(_contest, 1);
    }

    function test_ScoresOneSecondEarly_AreRefused() external {
        goTo(_contest, Phase.Reveal);
        reveal(_sealed);
        vm.warp(startOf(_contest, Phase.Score) - 1);
        expectWrongPhase(_contest, Phase.Score, Phase.Reveal);
        vm.prank(evaluator);
        bounty.recordScores(_contest, REPORT, scoreList(1));
    }

    function test_ScoresOneSecondLate_AreRefused() external {
        toScoring();
        goTo(_contest, Phase.Challenge);
        expectWrongPhase(_contest, Phase.Score, Phase.Challenge);
        vm.prank(evaluator);
        bounty.recordScores(_contest, REPORT, scoreList(1));
    }

    function test_ASettlementOneSecondEarly_IsRefused() external {
        vm.warp(startOf(_contest, Phase.Settle) - 1);
        expectWrongPhase(_contest, Phase.Settle, Phase.Challenge);
        bounty.settle(_contest);
    }

    function test_AChallengeOneSecondEarly_IsRefused() external {
        uint256 contest = scored(panelTerms(false, 1), scoreList(700_000));
        vm.warp(block.timestamp - 1);
        uint256 coins = fund(challenger, NATIVE, 0.16 ether);
        expectWrongPhase(contest, Phase.Challenge, Phase.Score);
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest);
    }

    function test_AChallengeInTheLastSecond_IsTaken() external {
        uint256 contest = scored(panelTerms(false, 1), scoreList(700_000));
        vm.warp(startOf(contest, Phase.Settle) - 1);
        challenge(contest, challenger);
    }

    function test_AChallengeOneSecondLate_IsRefused() external {
        uint256 contest = scored(panelTerms(false, 1), scoreList(700_000));
        goTo(contest, Phase.Settle);
        uint256 coins = fund(challenger, NATIVE, 0.16 ether);
        expectWrongPhase(contest, Phase.Challenge, Phase.Settle);
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest);
    }

    function test_ASealOneSecondEarly_IsRefused() external {
        uint256 contest = disputed(panelTerms(false, 1), scoreList(700_000));
        vm.warp(block.timestamp - 1);
        expectWrongPhase(contest, Phase.PanelSeal, Phase.Challenge);
        vm.prank(member(0));
        bounty.sealScores(contest, 0, "a seal");
    }

    function test_ASealInTheLastSecond_IsTaken() external {
        Opinion memory o = opinion(disputed(panelTerms(false, 1), scoreList(700_000)), 0, scoreList(1));
        vm.warp(startOf(o.contest, Phase.PanelOpen) - 1);
        sealScores(o);
    }

    function test_ASealOneSecondLate_IsRefused() external {
        uint256 contest = disputed(panelTerms(false, 1), scoreList(700_000));
        goTo(contest, Phase.PanelOpen);
        expectWrongPhase(contest, Phase.PanelSeal, Phase.PanelOpen);
        vm.prank(member(0));
        bounty.sealScores(contest, 0, "a seal");
    }

    function test_PanelScoresOneSecondEarly_AreRefused() external {
        Opinion memory o = opinion(disputed(panelTerms(false, 1), scoreList(700_000)), 0, scoreList(1));
        sealScores(o);
        vm.warp(startOf(o.contest, Phase.PanelOpen) - 1);
        expectWrongPhase(o.contest, Phase.PanelOpen, Phase.PanelSeal);
        openScores(o);
    }

    function test_PanelScoresInTheLastSecond_AreTaken() external {
        Opinion memory o = opinion(disputed(panelTerms(false, 1), scoreList(700_000)), 0, scoreList(1));
        sealScores(o);
        vm.warp(startOf(o.contest, Phase.Settle) - 1);
        openScores(o);
    }

    function test_PanelScoresOneSecondLate_AreRefusedAndTheContestEndsVoid() external {
        Opinion memory o = opinion(disputed(panelTerms(false, 1), scoreList(700_000)), 0, scoreList(1));
        sealScores(o);
        goTo(o.contest, Phase.Settle);
        expectWrongPhase(o.contest, Phase.PanelOpen, Phase.Settle);
        openScores(o);
        settle(o.contest);
        assertOutcome(o.contest, Outcome.Void);
    }

    function toScoring() private {
        goTo(_contest, Phase.Reveal);
        reveal(_sealed);
        goTo(_contest, Phase.Score);
        publish(_contest);
    }
}
