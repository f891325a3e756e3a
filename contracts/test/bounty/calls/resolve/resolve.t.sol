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
import {Oracle} from "../../foundry/Oracle.sol";
import {PanelOracle} from "../../foundry/PanelOracle.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract ResolveTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, address sender) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Settle, seed);
        expectWrongPhase(contest, Phase.Settle, actual);
        vm.prank(sender);
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_TheLastSecondOfOpening(bool inToken, uint8 size) external {
        size = 1 + 2 * (size % 4);
        uint256 contest = disputed(panelTerms(inToken, size), scoreList(700_000));
        answer(contest, repeat(scoreList(700_000), size));
        vm.warp(block.timestamp - 1);
        expectWrongPhase(contest, Phase.Settle, Phase.PanelOpen);
        bounty.resolve(contest);

        vm.warp(block.timestamp + 1);
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_NobodyChallenged(bool inToken, bool panel, bool recorded)
        external
        givenTheSettlePhase
    {
        uint256 contest = open(panel ? panelTerms(inToken, 3) : futureTerms(inToken));
        play(contest, alice);
        if (recorded) record(contest, 1_000_000);
        goTo(contest, Phase.Settle);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotChallenged.selector, contest));
        bounty.resolve(contest);
    }

    /// @dev Sealed by all, opened by half of them at most.
    function testFuzz_RevertGiven_TooFewMembersOpened(uint8 size, uint8 count, uint256 seed)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
    {
        size = 1 + 2 * (size % 4);
        count = uint8(bound(count, 0, size / 2));
        uint256 contest = disputed(panelTerms(false, size), someScores(seed, 3));
        answer(contest, openedBy(seed, size, count, 3));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.QuorumMissed.selector, size / 2 + 1, count));
        bounty.resolve(contest);
    }

    function testFuzz_RevertGiven_TheContestWasResolved(uint24 score, bool inToken, address sender)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
    {
        uint256 contest = disputed(panelTerms(inToken, 1), scoreList(700_000));
        answer(contest, repeat(scoreList(score % 1_000_001), 1));
        resolve(contest);
        Verdict verdict = bounty.disputeOf(contest).verdict;
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyResolved.selector, contest, verdict));
        vm.prank(sender);
        bounty.resolve(contest);
    }

    function testFuzz_GivenMoreThanHalfOfThePanelOpened(
        uint8 size,
        uint8 voices,
        uint256 seed,
        uint24 tolerance,
        uint24 minimum,
        bool inToken
    ) external givenTheSettlePhase givenTheScoresWereChallenged givenAPanelThatAnswered {
        size = 1 + 2 * (size % 4);
        voices = uint8(bound(voices, size / 2 + 1, size));
        Terms memory t = panelTerms(inToken, size);
        t.shares = validShares(new uint16[](1 + seed % 8));
        // Half of the time so close that the tolerance decides.
        bool close = seed % 2 == 0;
        t.panel.tolerance = close ? tolerance % 5 : tolerance % 1_000_001;
        t.minimumScore = close ? 499_998 + minimum % 8 : minimum % 1_000_001;
        uint256 specs = 1 + seed % 7;
        uint24[] memory evaluators = close ? closeScores(seed, specs) : someScores(seed, specs);
        uint24[][] memory opened = openedBy(seed, size, voices, specs);
        uint256 contest = disputed(t, evaluators);
        answer(contest, opened);
        assertResolves(contest, t, evaluators, opened);
    }

    function testFuzz_GivenTheEvaluatorIsOffByTheTolerance(uint24 tolerance, uint24 median, bool above)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        (uint24 off, uint24 truth) = pair(tolerance % 1_000_001, median, above);
        assertEq(uint256(verdictOn(off, truth, tolerance % 1_000_001)), uint256(Verdict.Upheld), "verdict");
    }

    function testFuzz_GivenTheEvaluatorIsOffByOneMoreThanTheTolerance(uint24 tolerance, uint24 median, bool above)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        tolerance %= 1_000_000;
        (uint24 off, uint24 truth) = pair(tolerance + 1, median, above);
        assertEq(uint256(verdictOn(off, truth, tolerance)), uint256(Verdict.Overturned), "verdict");
    }

    function testFuzz_GivenAMemberIsOffByTheTolerance(uint24 tolerance, uint24 median, bool above, uint8 seat)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        (uint24 off, uint24 truth) = pair(tolerance % 1_000_001, median, above);
        assertTrue(agrees(off, truth, tolerance % 1_000_001, seat % 3), "the member agrees");
    }

    function testFuzz_GivenAMemberIsOffByOneMoreThanTheTolerance(
        uint24 tolerance,
        uint24 median,
        bool above,
        uint8 seat
    ) external givenTheSettlePhase givenTheScoresWereChallenged givenAPanelThatAnswered {
        tolerance %= 1_000_000;
        (uint24 off, uint24 truth) = pair(tolerance + 1, median, above);
        assertTrue(!agrees(off, truth, tolerance, seat % 3), "the member does not agree");
    }

    function test_GivenAnEvenNumberOpened()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        uint24[][] memory opened = new uint24[][](3);
        (opened[0], opened[2]) = (scoreList(100_000), scoreList(900_000));
        expectMedian(opened, 700_000, scoreList(700_000));
    }

    function test_GivenAnOddNumberOpened()
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        uint24[][] memory opened = new uint24[][](3);
        (opened[0], opened[1], opened[2]) = (scoreList(100_000), scoreList(300_000), scoreList(900_000));
        expectMedian(opened, 700_000, scoreList(300_000));
    }

    function testFuzz_GivenMediansThatTie(uint24[2] memory evaluators, uint24 score)
        external
        givenTheSettlePhase
        givenTheScoresWereChallenged
        givenAPanelThatAnswered
    {
        Terms memory t = panelTerms(true, 1);
        t.minimumScore = 0;
        uint24[] memory scores = new uint24[](2);
        (scores[0], scores[1]) = (evaluators[0] % 1_000_001, evaluators[1] % 1_000_001);
        uint256 contest = disputed(t, scores);
        (scores[0], scores[1]) = (score % 1_000_001, score % 1_000_001);
        answer(contest, repeat(scores, 1));
        resolve(contest);
        assertEq(bounty.contestOf(contest).winners[0], 0, "winner");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Out of nine neighbouring scores.
    function closeScores(uint256 seed, uint256 count) private pure returns (uint24[] memory list) {
        list = someScores(seed, count);
        for (uint256 i; i < count; ++i) {
            list[i] = 500_000 + list[i] % 9;
        }
    }

    /// @dev By `voices` seats out of `size`, whichever the seed says; the others stay silent.
    function openedBy(uint256 seed, uint256 size, uint256 voices, uint256 specs)
        private
        pure
        returns (uint24[][] memory opened)
    {
        opened = new uint24[][](size);
        for (uint256 i; i < size; ++i) {
            uint256 random = uint256(keccak256(abi.encode("who opens", seed, i)));
            // Each with the chance that leaves exactly as many.
            if (random % (size - i) >= voices) continue;
            --voices;
            opened[i] = seed % 2 == 0 ? closeScores(random, specs) : someScores(random, specs);
        }
    }

    function assertResolves(uint256 contest, Terms memory t, uint24[] memory evaluators, uint24[][] memory opened)
        private
    {
        (uint24[] memory medians, bool[] memory agreed, bool upheld) =
            PanelOracle.decide(evaluators, opened, t.panel.tolerance);
        ContestView memory expected = bounty.contestOf(contest);
        bytes32[] memory specs = new bytes32[](medians.length);
        uint256[] memory ordinals = new uint256[](medians.length);
        for (uint256 i; i < medians.length; ++i) {
            specs[i] = bounty.revealedAt(contest, i).spec;
            ordinals[i] = bounty.revealedAt(contest, i).ordinal;
        }
        expected.winners = Oracle.winners(medians, ordinals, specs, t.minimumScore, t.shares.length);
        DisputeView memory dispute = bounty.disputeOf(contest);
        dispute.verdict = upheld ? Verdict.Upheld : Verdict.Overturned;
        dispute.agreed = agreed;
        uint256 heldBefore = held(t.asset);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, dispute.verdict, medians);
        vm.prank(stranger);
        bounty.resolve(contest);

        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(dispute), "disputeOf");
        assertEq(held(t.asset), heldBefore, "held");
    }

    /// @dev Two scores that lie `apart`.
    function pair(uint24 apart, uint24 seed, bool above) private pure returns (uint24 off, uint24 truth) {
        truth = uint24(bound(seed, above ? 0 : apart, above ? 1_000_000 - apart : 1_000_000));
        off = above ? truth + apart : truth - apart;
    }

    /// @dev The middle one of three specs is what differs; three members open the truth.
    function verdictOn(uint24 evaluators, uint24 truth, uint24 tolerance) private returns (Verdict) {
        Terms memory t = panelTerms(true, 3);
        t.panel.tolerance = tolerance;
        uint256 contest = disputed(t, scoreList(1, evaluators, 3));
        answer(contest, repeat(scoreList(1, truth, 3), 3));
        resolve(contest);
        return bounty.disputeOf(contest).verdict;
    }

    function agrees(uint24 off, uint24 truth, uint24 tolerance, uint256 seat) private returns (bool) {
        Terms memory t = panelTerms(true, 3);
        t.panel.tolerance = tolerance;
        uint256 contest = disputed(t, scoreList(1, truth, 3));
        uint24[][] memory opened = repeat(scoreList(1, truth, 3), 3);
        opened[seat] = scoreList(1, off, 3);
        answer(contest, opened);
        resolve(contest);
        DisputeView memory d = bounty.disputeOf(contest);
        assertTrue(d.agreed[(seat + 1) % 3] && d.agreed[(seat + 2) % 3], "the others agree");
        return d.agreed[seat];
    }

    function expectMedian(uint24[][] memory opened, uint24 evaluators, uint24[] memory medians) private {
        uint256 contest = disputed(panelTerms(false, opened.length), scoreList(evaluators));
        answer(contest, opened);
        Verdict verdict = medians[0] == evaluators ? Verdict.Upheld : Verdict.Overturned;
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, verdict, medians);
        bounty.resolve(contest);
    }
}
