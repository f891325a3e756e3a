// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, IHyperparameterBounty, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "../../foundry/Oracle.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract RecordScoresTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, bytes32 report, uint24[] memory scores)
        external
    {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Score, seed);
        expectWrongPhase(contest, Phase.Score, actual);
        vm.prank(evaluator);
        bounty.recordScores(contest, report, scores);
    }

    function testFuzz_RevertGiven_ASecondBeforeScoring(uint24 score) external {
        uint256 contest = scorable();
        vm.warp(block.timestamp - 1);
        expectWrongPhase(contest, Phase.Score, Phase.Reveal);
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scoreList(score));
    }

    function testFuzz_GivenTheFirstOrTheLastSecondOfScoring(uint24 score, bool last) external {
        uint256 contest = scorable();
        if (last) vm.warp(startOf(contest, Phase.Challenge) - 1);
        record(contest, uint24(bound(score, 0, 1_000_000)));
        assertEq(bounty.contestOf(contest).report, REPORT, "report");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfChallenging(uint24 score, uint8 later) external {
        uint256 contest = scorable();
        vm.warp(startOf(contest, Phase.Challenge) + later % 2);
        expectWrongPhase(contest, Phase.Score, Phase.Challenge);
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scoreList(score));
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheEvaluator(address sender, bytes32 report, uint24[] memory scores)
        external
        givenTheScorePhase
    {
        vm.assume(sender != evaluator);
        uint256 contest = scorable();
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotEvaluator.selector, evaluator, sender));
        vm.prank(sender);
        bounty.recordScores(contest, report, scores);
    }

    function testFuzz_RevertGiven_TheKeyWasNotPublished(uint24 score, bool inToken)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
    {
        uint256 contest = open(terms(inToken));
        play(contest, alice);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.KeyNotPublished.selector, contest));
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scoreList(score));

        publish(contest);
        record(contest, uint24(bound(score, 0, 1_000_000)));
    }

    function testFuzz_RevertWhen_TheReportIsZero(uint24 score)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
    {
        uint256 contest = scorable();
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ZeroReport.selector));
        vm.prank(evaluator);
        bounty.recordScores(contest, 0, scoreList(score));
    }

    function testFuzz_RevertGiven_NothingWasRevealed(uint24[] memory scores, bool submitted)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
        whenThereIsAReport
    {
        uint256 contest = open(futureTerms(false));
        if (submitted) submit(contest, alice);
        goTo(contest, Phase.Score);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingRevealed.selector, contest));
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scores);
    }

    function testFuzz_RevertWhen_ThereAreNotAsManyScoresAsSpecs(uint24[] memory scores)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
        whenThereIsAReport
        givenSpecsWereRevealed
    {
        vm.assume(scores.length != 3 && scores.length != 0);
        uint256 contest = open(futureTerms(false));
        play(contest, alice, bob, carol);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.WrongScoreCount.selector, 3, scores.length));
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scores);
    }

    function testFuzz_WhenThereIsNoScoreAtAll(uint24[3] memory first, bool before, bool after_, bytes32 report)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
        whenThereIsAReport
        givenSpecsWereRevealed
    {
        if (report == 0) report = REPORT;
        uint256 contest = open(futureTerms(false));
        play(contest, alice, bob, carol);
        for (uint256 i; i < 3; ++i) {
            first[i] %= 1_000_001;
        }
        if (before) record(contest, first[0], first[1], first[2]);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.ScoresRecorded(contest, report, noScores());
        vm.prank(evaluator);
        bounty.recordScores(contest, report, noScores());

        ContestView memory v = bounty.contestOf(contest);
        assertTrue(v.unscorable, "unscorable");
        assertEq(v.report, report, "report");
        assertEq(v.winners.length, 0, "winners");
        if (!after_) return;
        record(contest, 1_000_000, 0, 0);
        vm.assertFalse(bounty.contestOf(contest).unscorable, "unscorable");
        assertEq(bounty.contestOf(contest).winners.length, 1, "winners");
    }

    /// @dev Whole words, so that scores beyond the type are sent as well.
    function testFuzz_RevertWhen_AScoreExceedsOneMillion(uint256 score, uint256 index, uint24 minimum)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
        whenThereIsAReport
        givenSpecsWereRevealed
        whenThereIsAScoreForEachSpec
    {
        Terms memory t = futureTerms(false);
        t.minimumScore = uint24(bound(minimum, 0, 1_000_000));
        uint256 contest = open(t);
        play(contest, alice, bob, carol);
        index = bound(index, 0, 2);
        score = bound(score, 1_000_001, type(uint256).max);
        uint256[] memory words = new uint256[](3);
        words[index] = score;
        vm.prank(evaluator);
        (bool ok, bytes memory answer) =
            address(bounty).call(abi.encodeWithSelector(bounty.recordScores.selector, contest, REPORT, words));
        vm.assertFalse(ok, "recorded");
        vm.assertEq(
            answer, abi.encodeWithSelector(IHyperparameterBounty.ScoreOutOfRange.selector, index, score), "reason"
        );
    }

    /// @dev Few different scores and participants, so that there are ties and rivals of one address; revealed in another order
    /// than submitted.
    function testFuzz_WhenEveryScoreIsInRange(uint24[10] memory raw, uint256 seed, uint256 count, uint24 minimum)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
        whenThereIsAReport
        givenSpecsWereRevealed
        whenThereIsAScoreForEachSpec
    {
        Terms memory t = futureTerms(seed % 2 == 1);
        t.shares = validShares(new uint16[](seed % 8 + 1));
        t.minimumScore = uint24(bound(minimum, 0, 1_000_000));
        uint256 contest = open(t);
        count = bound(count, 1, raw.length);
        (address[] memory participants, uint256[] memory ordinals) = revealShuffled(contest, count, seed);
        uint24[] memory scores = new uint24[](count);
        for (uint256 i; i < count; ++i) {
            scores[i] = uint24(bound(seed % 3 == 0 ? raw[i] : raw[i] % 3 + t.minimumScore, 0, 1_000_000));
        }

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.ScoresRecorded(contest, REPORT, scores);
        record(contest, scores);

        ContestView memory v = bounty.contestOf(contest);
        uint16[] memory expected = Oracle.winners(scores, ordinals, participants, t.minimumScore, t.shares.length);
        vm.assertEq(abi.encode(v.winners), abi.encode(expected), "winners");
        assertEq(v.report, REPORT, "report");
        vm.assertFalse(v.unscorable, "unscorable");
    }

    function testFuzz_GivenScoresWereRecordedBefore(uint24[3] memory first, uint24[3] memory second, bytes32 report)
        external
        givenTheScorePhase
        whenTheSenderIsTheEvaluator
        givenNoKeyIsAwaited
        whenThereIsAReport
        givenSpecsWereRevealed
        whenThereIsAScoreForEachSpec
    {
        if (report == 0) report = REPORT;
        uint256 contest = open(futureTerms(false));
        play(contest, alice, bob, carol);
        for (uint256 i; i < 3; ++i) {
            (first[i], second[i]) = (first[i] % 1_000_001, second[i] % 1_000_001);
        }
        record(contest, first[0], first[1], first[2]);
        vm.prank(evaluator);
        bounty.recordScores(contest, report, scoreList(second[0], second[1], second[2]));

        ContestView memory v = bounty.contestOf(contest);
        uint256 best = second[1] > second[0] ? 1 : 0;
        if (second[2] > second[best]) best = 2;
        assertEq(v.report, report, "report");
        assertEq(v.winners.length, second[best] >= v.minimumScore ? 1 : 0, "winners");
        if (v.winners.length != 0) assertEq(v.winners[0], best, "winner");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function scorable() private returns (uint256 contest) {
        contest = open(futureTerms(false));
        play(contest, alice);
    }
}
