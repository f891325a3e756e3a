// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {PanelOracle, Story} from "../../foundry/PanelOracle.sol";
import {Settlements} from "../../foundry/Settlements.sol";

contract SettleDisputeTest is Settlements {
    uint256 private constant SPECS = 6;

    function testFuzz_RevertGiven_TheLastSecondOfOpening(bool inToken, bool answered) external {
        uint256 contest = disputed(panelTerms(inToken, 3), scoreList(700_000));
        if (answered) answer(contest, repeat(scoreList(700_000), 3));
        vm.warp(startOf(contest, Phase.Settle) - 1);
        expectWrongPhase(contest, Phase.Settle, Phase.PanelOpen);
        bounty.settle(contest);
    }

    function testFuzz_RevertGiven_ThePanelHasAnsweredAndNobodyResolved(uint8 size, uint8 voices, uint32 later)
        external
        givenTheSettlePhase
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = disputed(panelTerms(false, size), scoreList(700_000));
        answer(contest, repeat(scoreList(700_000), bound(voices, size / 2 + 1, size)));
        vm.warp(block.timestamp + later);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotResolved.selector, contest));
        bounty.settle(contest);

        resolve(contest);
        bounty.settle(contest);
        assertOutcome(contest, Outcome.Won);
    }

    function testFuzz_GivenTheContestHasAPanelAndNobodyChallenged(Terms memory raw, uint256 seed, bool inToken)
        external
        givenTheSettlePhase
    {
        Terms memory t = playable(raw, inToken);
        Story memory s = story(t, seed % 4);
        (s.scored, s.challenged) = (true, false);
        uint256 contest = scored(t, someScores(seed, SPECS), seed % 4);
        s.winners = bounty.contestOf(contest).winners.length;
        assertSettles(contest, t, s);
        assertEq(block.timestamp, bounty.contestOf(contest).challengeEnds, "when");
    }

    function testFuzz_GivenTheEvaluatorWasUpheld(Terms memory raw, uint256 seed, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        Terms memory t = playable(raw, inToken);
        uint24[] memory scores = someScores(seed, SPECS);
        uint24[][] memory opened = new uint24[][](t.panel.members.length);
        for (uint256 i; i < opened.length; ++i) {
            // More than half say the same as the evaluator, the rest something else, or nothing.
            opened[i] = i <= opened.length / 2 ? scores : someScores(seed ^ i, seed >> i & 1 == 0 ? 0 : SPECS);
        }
        assertTrue(assertSettlesWith(t, scores, opened, seed % 4), "upheld");
    }

    function testFuzz_GivenTheEvaluatorWasOverturned(Terms memory raw, uint256 seed, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        Terms memory t = playable(raw, inToken);
        t.panel.tolerance %= 400_000;
        uint24[] memory scores = someScores(seed, SPECS);
        scores[seed % SPECS] = seed % 2 == 0 ? 0 : 1_000_000;
        uint24[] memory truth = someScores(seed, SPECS);
        truth[seed % SPECS] = 500_000;
        uint24[][] memory opened = new uint24[][](t.panel.members.length);
        for (uint256 i; i < opened.length; ++i) {
            // More than half say the truth, the rest something else; nothing would let the evaluator have a say.
            opened[i] = i <= opened.length / 2 ? truth : someScores(seed ^ i, SPECS);
        }
        assertTrue(!assertSettlesWith(t, scores, opened, seed % 4), "overturned");
    }

    function testFuzz_GivenTooFewMembersOpened(Terms memory raw, uint256 seed, uint8 voices, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        Terms memory t = playable(raw, inToken);
        uint24[] memory scores = someScores(seed, SPECS);
        uint256 contest = scored(t, scores, seed % 4);
        challenge(contest, challenger, scores);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(scores, bound(voices, 0, t.panel.members.length / 2)));
        assertSettles(contest, t, story(t, seed % 4));
        for (uint256 i; i < SPECS; ++i) {
            (bool ok,) = address(bounty).call(abi.encodeCall(bounty.claim, (contest, i)));
            ok; // not where the share is zero
        }
        assertEq(held(t.asset), 0, "held when all have claimed");
    }

    function testFuzz_GivenMediansBelowTheMinimum(Terms memory raw, uint256 seed, bool upheld, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        Terms memory t = playable(raw, inToken);
        t.minimumScore = 1_000_000;
        t.panel.tolerance = upheld ? 1_000_000 : t.panel.tolerance % 1000;
        uint24[] memory scores = someScores(seed, SPECS);
        scores[seed % SPECS] = 1_000_000;
        uint24[] memory truth = new uint24[](SPECS);
        assertTrue(
            assertSettlesWith(t, scores, repeat(truth, t.panel.members.length), seed % 4) == upheld, "the verdict"
        );
    }

    function testFuzz_GivenBondsThatTheFeesUseUp(uint96 fee, uint8 size, bool upheld, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        size = 1 + 2 * (size % 4);
        Terms memory t = panelTerms(inToken, size);
        t.panel.fee = uint96(bound(fee, 1, type(uint96).max / size));
        t.bond = t.panel.challengeBond = t.panel.fee * size;
        uint256 contest = disputed(t, scoreList(700_000));
        answer(contest, repeat(scoreList(upheld ? 700_000 : 0), size));
        resolve(contest);
        settle(contest);
        for (uint256 i; i < size; ++i) {
            assertEq(balanceOf(t.asset, member(i)), t.panel.fee, "fee");
        }
        // One bond pays them; the other is left for who was right.
        assertEq(balanceOf(t.asset, challenger), upheld ? 0 : t.bond, "challenger");
        assertEq(balanceOf(t.asset, organizer), upheld ? t.bond : t.reward + t.evaluatorFee, "organizer");
        assertEq(held(t.asset), 0, "held");
    }

    function test_GivenAnEvaluatorThatWasUpheldInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easy();
        uint24[][] memory opened = new uint24[][](3);
        (opened[0], opened[1], opened[2]) = (scoreList(805_000), scoreList(795_000), scoreList(100_000));
        answer(contest, opened);
        resolve(contest);
        settle(contest);
        assertEq(token.balanceOf(participant(0)), 5 + 1000 + 5, "deposit, reward and forfeit");
        assertEq(token.balanceOf(organizer), 70 + 90 - 2 * 20, "both bonds less two fees");
        assertEq(token.balanceOf(evaluator), 13, "the evaluator");
        assertEq(token.balanceOf(challenger), 0, "the challenger");
        assertEq(token.balanceOf(member(0)), 20, "the first member");
        assertEq(token.balanceOf(member(1)), 20, "the second member");
        assertEq(token.balanceOf(member(2)), 0, "the member that was wrong");
        assertEq(held(t.asset), 0, "held");
    }

    function test_GivenAnEvaluatorThatWasOverturnedInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easy();
        uint24[][] memory opened = new uint24[][](3);
        (opened[0], opened[1], opened[2]) = (scoreList(600_000), scoreList(800_000), scoreList(610_000));
        answer(contest, opened);
        resolve(contest);
        settle(contest);
        assertEq(token.balanceOf(participant(0)), 5 + 1000 + 5, "deposit, reward and forfeit");
        assertEq(token.balanceOf(organizer), 13, "the evaluator's fee");
        assertEq(token.balanceOf(evaluator), 0, "the evaluator");
        assertEq(token.balanceOf(challenger), 70 + 90 - 2 * 20, "both bonds less two fees");
        assertEq(token.balanceOf(member(0)), 20, "the first member");
        assertEq(token.balanceOf(member(1)), 0, "the member that was wrong");
        assertEq(token.balanceOf(member(2)), 20, "the third member");
        assertEq(held(t.asset), 0, "held");
    }

    function test_GivenASilentPanelInNumbersThatAreEasyToCheck() external givenTheSettlePhase givenADisputeThatIsOver {
        (uint256 contest, Terms memory t) = easy();
        uint24[][] memory opened = new uint24[][](3);
        opened[1] = scoreList(600_000);
        answer(contest, opened);
        settle(contest);
        assertEq(token.balanceOf(organizer), 1000 + 13, "the reward and the evaluator's fee");
        assertEq(held(t.asset), 70 + 90 + 5, "both bonds and the forfeit");
        bounty.claim(contest, 0);
        assertEq(token.balanceOf(participant(0)), 5 + 70 + 90 + 5, "what was held, and the deposit");
        assertEq(token.balanceOf(evaluator) + token.balanceOf(challenger) + token.balanceOf(member(1)), 0, "others");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev The fuzzer's stakes, shares, panel and windows; the rest such that six specs of two participants fit.
    function playable(Terms memory raw, bool inToken) private view returns (Terms memory t) {
        t = validWithPanel(raw, inToken);
        (t.holdoutCommitment, t.limits) = (0, panelTerms(inToken, 1).limits);
        (t.evaluator, t.maxSubmissions, t.maxPerAddress) = (evaluator, 100, 4);
    }

    function story(Terms memory t, uint256 silent) private pure returns (Story memory s) {
        (s.revealed, s.forfeits, s.scored, s.challenged) = (SPECS, silent * t.deposit, true, true);
    }

    /// @dev Whether the evaluator was upheld.
    function assertSettlesWith(Terms memory t, uint24[] memory scores, uint24[][] memory opened, uint256 silent)
        private
        returns (bool)
    {
        uint256 contest = scored(t, scores, silent);
        challenge(contest, challenger, scores);
        goTo(contest, Phase.PanelSeal);
        answer(contest, opened);
        resolve(contest);
        Story memory s = story(t, silent);
        s.answered = true;
        (, s.agreed, s.upheld) = PanelOracle.decide(scores, opened, t.panel.tolerance);
        s.winners = bounty.contestOf(contest).winners.length;
        assertSettles(contest, t, s);
        return s.upheld;
    }

    /// @dev One spec that scored 80 %, one that was never revealed, and a dispute before three.
    function easy() private returns (uint256 contest, Terms memory t) {
        t = panelTerms(true, 3);
        (t.reward, t.bond, t.evaluatorFee, t.deposit) = (1000, 70, 13, 5);
        (t.panel.challengeBond, t.panel.fee, t.panel.tolerance) = (90, 20, 10_000);
        contest = scored(t, scoreList(800_000), 1);
        challenge(contest, challenger, scoreList(800_000));
        goTo(contest, Phase.PanelSeal);
    }
}
