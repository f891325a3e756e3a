// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Phase,
    Terms,
    Verdict
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {CloseCalls} from "../../foundry/CloseCalls.sol";
import {Decision, PanelOracle, Question} from "../../foundry/PanelOracle.sol";

contract ResolveTest is CloseCalls {
    uint24 private constant TOLERANCE = 10_000;
    uint24 private constant MINIMUM = 500_000;

    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, address sender) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Settle, seed);
        expectWrongPhase(contest, Phase.Settle, actual);
        vm.prank(sender);
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_TheLastSecondOfOpening(bool inToken) external {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        answer(contest, repeat(scoreList(700_000), 3));
        vm.warp(block.timestamp - 1);
        expectWrongPhase(contest, Phase.Settle, Phase.PanelOpen);
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_NobodyChallenged(bool inToken, bool withPanel, bool recorded)
        external
        givenTheSettlePhase
    {
        uint256 contest = open(withPanel ? panelTerms(inToken, 3) : futureTerms(inToken));
        play(contest, alice);
        if (recorded) record(contest, 700_000);
        goTo(contest, Phase.Settle);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotChallenged.selector, contest));
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_TooFewMembersOpened(uint8 size, uint8 voices, bool inToken)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
    {
        size = 1 + 2 * (size % 4);
        voices = uint8(bound(voices, 0, size / 2));
        uint256 contest = disputed(panelTerms(inToken, size), scoreList(700_000));
        answer(contest, repeat(scoreList(0), voices));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.QuorumMissed.selector, size / 2 + 1, voices));
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_TheContestWasResolved(uint8 kind, bool inToken)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
    {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        uint24[][] memory found = repeat(scoreList(kind % 3 == 0 ? 700_000 : 0), 3);
        if (kind % 3 == 2) (found[0], found[1]) = (noScores(), scoreList(700_000));
        answer(contest, found);
        resolve(contest);
        Verdict verdict = [Verdict.Upheld, Verdict.Overturned, Verdict.Undecided][kind % 3];
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyResolved.selector, contest, verdict));
        bounty.resolve(contest);
    }

    function testFuzz_GivenAnyDispute(uint256 seed, uint8 size, bool inToken, address sender)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        (uint256 contest, Question memory q) = disputeOf(panelTerms(inToken, 1 + 2 * (size % 4)), seed);
        Decision memory d = PanelOracle.decide(q);
        ContestView memory v = bounty.contestOf(contest);
        vm.assertEq(abi.encode(v.winners), abi.encode(q.winners), "winners before");
        (v.winners, v.unscorable) = (d.winners, d.unscorable);
        DisputeView memory dispute = bounty.disputeOf(contest);
        (dispute.verdict, dispute.agreed) = (d.verdict, d.agreed);
        uint256 heldBefore = held(assetFor(inToken));

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, d.verdict, d.medians);
        vm.prank(sender);
        bounty.resolve(contest);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(v), "contestOf");
        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(dispute), "disputeOf");
        assertEq(held(assetFor(inToken)), heldBefore, "held");
    }

    function testFuzz_GivenAWinnerThatIsBeatenByTwiceTheTolerance(uint24 score)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        score = uint24(bound(score, MINIMUM, 1_000_000 - 2 * TOLERANCE));
        assertVerdict(one(700_000, 0), one(score, score + 2 * TOLERANCE), Verdict.Upheld);
    }

    function testFuzz_GivenAWinnerThatIsBeatenByOneMoreThanTwiceTheTolerance(uint24 score)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        score = uint24(bound(score, MINIMUM, 1_000_000 - 2 * TOLERANCE - 1));
        uint256 contest = assertVerdict(one(700_000, 0), one(score, score + 2 * TOLERANCE + 1), Verdict.Overturned);
        assertEq(bounty.contestOf(contest).winners[0], 2, "the winner");
    }

    function test_GivenAWinnerThatMissesTheMinimumByTheTolerance()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        assertVerdict(one(MINIMUM, 0), one(MINIMUM - TOLERANCE, 0), Verdict.Upheld);
    }

    function test_GivenAWinnerThatMissesTheMinimumByOneMoreThanTheTolerance()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        uint256 contest = assertVerdict(one(MINIMUM, 0), one(MINIMUM - TOLERANCE - 1, 0), Verdict.Overturned);
        assertEq(bounty.contestOf(contest).winners.length, 0, "winners");
    }

    function test_GivenALoserThatReachesTheMinimumByOneLessThanTheTolerance()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        assertVerdict(one(0, 0), one(0, MINIMUM + TOLERANCE - 1), Verdict.Upheld);
    }

    function test_GivenALoserThatReachesTheMinimumByTheTolerance()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        assertVerdict(one(0, 0), one(0, MINIMUM + TOLERANCE), Verdict.Overturned);
    }

    function testFuzz_GivenEqualScoresAndNoTolerance(uint24 score, bool lie)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        Terms memory t = panelTerms(false, 3);
        t.panel.tolerance = 0;
        score = uint24(bound(score, MINIMUM, 1_000_000));
        // The third is another participant's, and was submitted later.
        uint256 contest = disputed(t, lie ? one(score - 1, score) : one(score, score));
        answer(contest, repeat(one(score, score), 3));
        resolve(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(lie ? Verdict.Overturned : Verdict.Upheld), "it");
        assertEq(bounty.contestOf(contest).winners[0], 0, "the winner");
    }

    function testFuzz_GivenThatMoreThanHalfSayItCannotBeScored(uint8 size, uint256 seed, bool recorded)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        size = 1 + 2 * (size % 4);
        Terms memory t = panelTerms(false, size);
        uint256 contest = recorded ? disputed(t, scoreList(700_000)) : silent(t, 1);
        uint24[][] memory found = repeat(noScores(), size);
        for (uint256 i; i < size / 2; ++i) {
            found[(seed % size + i) % size] = scoreList(700_000);
        }
        answer(contest, found);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Overturned, noScores());
        resolve(contest);
        assertTrue(bounty.contestOf(contest).unscorable, "unscorable");
        assertEq(bounty.contestOf(contest).winners.length, 0, "winners");
        for (uint256 i; i < size; ++i) {
            bool agrees = bounty.disputeOf(contest).agreed[i];
            assertTrue(agrees == (found[i].length == 0), "who agrees");
        }
    }

    function test_GivenAnEvaluatorThatSaysTheSameAsThey()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        uint256 contest = denied(panelTerms(false, 3));
        uint24[][] memory found = repeat(noScores(), 3);
        found[0] = scoreList(700_000);
        answer(contest, found);
        resolve(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(Verdict.Upheld), "verdict");
        assertTrue(bounty.contestOf(contest).unscorable, "unscorable");
    }

    function testFuzz_GivenAnEvaluatorThatIsAloneInSayingSo(uint24 score)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        score = uint24(bound(score, 0, 1_000_000));
        uint256 contest = denied(panelTerms(false, 3));
        uint24[][] memory found = repeat(scoreList(score), 3);
        found[0] = noScores();
        answer(contest, found);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Overturned, scoreList(score));
        resolve(contest);
        vm.assertFalse(bounty.contestOf(contest).unscorable, "unscorable");
        assertEq(bounty.contestOf(contest).winners.length, score < MINIMUM ? 0 : 1, "winners");
    }

    /// @dev Where they rank nobody as well: nothing was said that could be upheld.
    function testFuzz_GivenAnEvaluatorThatRecordedNothing(uint24 score, uint8 size)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        size = 1 + 2 * (size % 4);
        score = uint24(bound(score, 0, 1_000_000));
        uint256 contest = silent(panelTerms(false, size), 1);
        answer(contest, repeat(scoreList(score), size));
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Overturned, scoreList(score));
        resolve(contest);
        vm.assertFalse(bounty.contestOf(contest).unscorable, "unscorable");
        assertEq(bounty.contestOf(contest).winners.length, score < MINIMUM ? 0 : 1, "winners");
        assertEq(bounty.contestOf(contest).report, bytes32(0), "the evaluator's report");
    }

    /// @dev Each finds another best, so far ahead that no tolerance helps, and the medians find none.
    function testFuzz_GivenMembersThatEachSaySomethingElse(bool recorded)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        Terms memory t = panelTerms(false, 3);
        uint256 contest = recorded ? disputed(t, bestOf(3)) : silent(t, 8);
        uint24[][] memory found = new uint24[][](3);
        (found[0], found[1], found[2]) = (bestOf(0), bestOf(1), bestOf(2));
        answer(contest, found);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Undecided, noScores());
        resolve(contest);
    }

    function test_GivenHalfThatSayItCannotBeScoredAndHalfThatDiffer()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        uint256 contest = disputed(panelTerms(false, 3), scoreList(700_000));
        uint24[][] memory found = new uint24[][](2);
        (found[0], found[1]) = (noScores(), scoreList(700_000));
        answer(contest, found);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Undecided, noScores());
        resolve(contest);
        assertEq(bounty.contestOf(contest).winners.length, 1, "what the evaluator said stays");
    }

    /// @dev Another spec of the same participant is the best: nobody is paid otherwise.
    function test_GivenMediansThatPayTheSame()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        Terms memory t = panelTerms(false, 3);
        t.shares = shares(6000, 3000, 1000);
        uint256 contest = disputed(t, four(800_000, 0, 700_000, 0));
        uint24[][] memory found = repeat(four(0, 800_000, 700_000, 0), 3);
        found[2] = four(0, 600_000, 700_000, 0);
        answer(contest, found);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Upheld, noScores());
        resolve(contest);
        assertEq(bounty.contestOf(contest).winners[0], 0, "what the evaluator said stays");
        bool[] memory agreed = bounty.disputeOf(contest).agreed;
        assertTrue(agreed[0] && agreed[1] && !agreed[2], "who agrees");
    }

    function testFuzz_GivenTwoOfEqualSharesThatChangePlaces(bool allWon)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        Terms memory t = panelTerms(false, 3);
        t.shares = shares(4000, 4000, 2000);
        uint256 contest = disputed(t, six(800_000, 700_000, allWon ? 600_000 : 0));
        answer(contest, repeat(six(700_000, 800_000, allWon ? 600_000 : 0), 3));
        resolve(contest);
        Verdict expected = allWon ? Verdict.Upheld : Verdict.Overturned;
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(expected), "verdict");
        assertEq(bounty.contestOf(contest).winners[0], allWon ? 0 : 2, "the best");
    }

    function testFuzz_GivenAnEvenNumberThatOpened(uint24 low, uint24 high)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        Terms memory t = panelTerms(false, 3);
        t.minimumScore = 1;
        uint256 contest = disputed(t, scoreList(0));
        (low, high) = (uint24(bound(low, TOLERANCE + 1, 1_000_000)), uint24(bound(high, TOLERANCE + 1, 1_000_000)));
        uint24[][] memory found = new uint24[][](2);
        (found[0], found[1]) = (scoreList(low), scoreList(high));
        answer(contest, found);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Overturned, scoreList((low + high) / 2));
        resolve(contest);
    }

    /// @dev One that opened nothing, and as many that say otherwise as it takes.
    function testFuzz_GivenALoneMemberOfMany(uint8 size, uint8 seat, uint24 lie, bool denies)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        size = 3 + 2 * (size % 3);
        uint256 contest = disputed(panelTerms(false, size), scoreList(700_000));
        uint24[][] memory found = repeat(scoreList(700_000), size);
        found[seat % size] = denies ? noScores() : scoreList(uint24(bound(lie, 0, MINIMUM - TOLERANCE - 1)));
        answer(contest, found);
        resolve(contest);
        DisputeView memory d = bounty.disputeOf(contest);
        assertEq(uint256(d.verdict), uint256(Verdict.Upheld), "verdict");
        for (uint256 i; i < size; ++i) {
            assertTrue(d.agreed[i] == (i != seat % size), "who agrees");
        }
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function assertVerdict(uint24[] memory said, uint24[] memory found, Verdict expected)
        private
        returns (uint256 contest)
    {
        contest = disputed(panelTerms(false, 3), said);
        answer(contest, repeat(found, 3));
        resolve(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(expected), "verdict");
    }

    /// @dev The evaluator says that the contest cannot be scored; challenged.
    function denied(Terms memory t) private returns (uint256 contest) {
        contest = revealed(t, 1, 0);
        record(contest, noScores());
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
    }

    /// @dev The evaluator records nothing; challenged.
    function silent(Terms memory t, uint256 count) private returns (uint256 contest) {
        contest = revealed(t, count, 0);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
    }

    /// @dev Of two participants with two specs each: the first of each.
    function one(uint24 first, uint24 second) private pure returns (uint24[] memory) {
        return four(first, 0, second, 0);
    }

    function four(uint24 a, uint24 b, uint24 c, uint24 d) private pure returns (uint24[] memory scores) {
        scores = new uint24[](4);
        (scores[0], scores[1], scores[2], scores[3]) = (a, b, c, d);
    }

    /// @dev Of three participants with two specs each: the first of each.
    function six(uint24 a, uint24 b, uint24 c) private pure returns (uint24[] memory scores) {
        scores = new uint24[](6);
        (scores[0], scores[2], scores[4]) = (a, b, c);
    }

    /// @dev Four participants; one is far better than all others.
    function bestOf(uint256 participant_) private pure returns (uint24[] memory scores) {
        scores = new uint24[](8);
        scores[2 * participant_] = 900_000;
    }
}
