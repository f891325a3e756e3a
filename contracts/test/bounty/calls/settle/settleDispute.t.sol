// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms, Verdict} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {CloseCalls} from "../../foundry/CloseCalls.sol";
import {Ending, Story} from "../../foundry/Endings.sol";
import {Decision, PanelOracle, Question} from "../../foundry/PanelOracle.sol";

contract SettleDisputeTest is CloseCalls {
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
        uint256 until = block.timestamp + 30 days;
        vm.warp(later % 2 == 0 ? until - 1 : bound(later, block.timestamp, until - 1));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotResolved.selector, contest, until));
        bounty.settle(contest);

        resolve(contest);
        bounty.settle(contest);
        assertOutcome(contest, Outcome.Won);
    }

    function testFuzz_GivenThatNobodyResolvedForThirtyDays(Terms memory raw, uint256 seed, bool inToken, uint32 later)
        external
        givenTheSettlePhase
    {
        Terms memory t = playable(raw, inToken);
        (uint256 contest,) = disputeOf(t, seed);
        vm.warp(block.timestamp + 30 days + (later % 2 == 0 ? 0 : later));
        Ending memory e = assertSettles(contest, t, storyOf(contest, 0));
        assertTrue(e.outcome == Outcome.Void, "void");
        emptied(contest, t, e);
    }

    function testFuzz_GivenTheContestHasAPanelAndNobodyChallenged(Terms memory raw, uint256 seed, bool inToken)
        external
        givenTheSettlePhase
    {
        Terms memory t = playable(raw, inToken);
        uint256 contest = scored(t, someScores(seed, 6), seed % 4);
        Ending memory e = assertSettles(contest, t, storyOf(contest, 0));
        assertEq(block.timestamp, startOf(contest, Phase.Settle), "when");
        emptied(contest, t, e);
    }

    function testFuzz_GivenAnyVerdict(Terms memory raw, uint256 seed, bool inToken, uint8 unrevealed)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        Terms memory t = playable(raw, inToken);
        (uint256 contest, Question memory q) = disputeOf(t, seed, unrevealed % 4);
        resolve(contest);
        Decision memory d = PanelOracle.decide(q);
        Story memory s = storyOf(contest, 0);
        (s.verdict, s.agreed, s.silent) = (d.verdict, d.agreed, q.silent);
        (s.unscorable, s.winners) = (d.unscorable, d.winners.length);
        emptied(contest, t, assertSettles(contest, t, s));
    }

    function testFuzz_GivenTooFewMembersOpened(Terms memory raw, uint256 seed, uint8 voices, bool denied, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        Terms memory t = playable(raw, inToken);
        uint24[] memory scores = someScores(seed, 6);
        uint256 contest = revealed(t, 6, seed % 4);
        record(contest, denied ? noScores() : scores);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(scores, bound(voices, 0, t.panel.members.length / 2)));
        Ending memory e = assertSettles(contest, t, storyOf(contest, 0));
        assertTrue(e.outcome == Outcome.Void, "void");
        emptied(contest, t, e);
    }

    function testFuzz_GivenBondsThatTheFeesUseUp(uint96 fee, uint8 size, bool upheld, bool inToken)
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        size = 1 + 2 * (size % 4);
        Terms memory t = panelTerms(inToken, size);
        t.panel.fee = uint96(bound(fee, 1, type(uint96).max / 2 / size));
        t.evaluatorBond = t.panel.challengeBond = 2 * t.panel.fee * size;
        uint256 contest = disputed(t, scoreList(700_000));
        answer(contest, repeat(scoreList(upheld ? 700_000 : 0), size));
        resolve(contest);
        settle(contest);
        for (uint256 i; i < size; ++i) {
            assertEq(balanceOf(t.asset, member(i)), uint256(t.panel.memberBond) + t.panel.fee, "bond and fee");
        }
        uint256 bond = t.evaluatorBond;
        assertEq(balanceOf(t.asset, BURN), bond / 2, "burned");
        assertEq(balanceOf(t.asset, challenger), upheld ? 0 : bond, "challenger");
        assertEq(balanceOf(t.asset, evaluator), upheld ? bond + t.evaluatorFee + t.entryFee : 0, "evaluator");
        assertEq(held(t.asset), upheld ? 0 : t.entryFee, "held");
    }

    function test_GivenAnEvaluatorThatWasUpheldInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easy(scoreList(800_000));
        uint24[][] memory opened = new uint24[][](5);
        (opened[0], opened[1], opened[2]) = (scoreList(805_000), scoreList(795_000), scoreList(800_000));
        opened[3] = noScores();
        ends(contest, opened);
        assertEq(token.balanceOf(participant(0)), 1000, "the prize");
        assertEq(token.balanceOf(organizer), 71, "the bond");
        assertEq(token.balanceOf(evaluator), 133 + 13 + 5 + (66 - 3 * 12), "bond, fees, half of the challenge");
        assertEq(token.balanceOf(challenger), 0, "the challenger");
        assertEq(token.balanceOf(member(0)), 41 + 12, "the first member");
        assertEq(token.balanceOf(member(3)), 41, "the member that was wrong");
        assertEq(token.balanceOf(member(4)), 0, "the silent member");
        assertEq(token.balanceOf(BURN), 67 + 41 + 5, "half of the challenge, the silent, an entry fee");
        assertEq(held(t.asset), 0, "held");
    }

    function test_GivenAnEvaluatorThatWasOverturnedInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easy(scoreList(0));
        uint24[][] memory opened = new uint24[][](5);
        (opened[0], opened[1], opened[2]) = (scoreList(805_000), scoreList(795_000), scoreList(800_000));
        opened[3] = noScores();
        ends(contest, opened);
        assertEq(token.balanceOf(participant(0)), 1000, "the prize");
        assertEq(token.balanceOf(organizer), 71 + 13, "the bond and the evaluator's fee");
        assertEq(token.balanceOf(evaluator), 0, "the evaluator");
        assertEq(token.balanceOf(challenger), 133 + (66 - 3 * 12), "bond, half of the evaluator's");
        assertEq(token.balanceOf(member(0)), 41 + 12, "the first member");
        assertEq(token.balanceOf(member(3)), 41, "the member that was wrong");
        assertEq(token.balanceOf(member(4)), 0, "the silent member");
        assertEq(token.balanceOf(BURN), 67 + 41 + 5, "half of the evaluator's, the silent, an entry fee");
        assertEq(held(t.asset), 5, "the fee of the revealed entry");
    }

    function test_GivenAContestThatCannotBeScoredInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easy(scoreList(800_000));
        uint24[][] memory opened = repeat(noScores(), 5);
        opened[3] = scoreList(800_000);
        ends(contest, opened);
        assertOutcome(contest, Outcome.Void);
        assertEq(token.balanceOf(organizer), 1000 + 13, "the reward and the evaluator's fee");
        assertEq(token.balanceOf(evaluator), 0, "the evaluator");
        assertEq(token.balanceOf(challenger), 133 + (66 - 3 * 12), "bond, half of the evaluator's");
        assertEq(token.balanceOf(member(0)), 41 + 12, "the first member");
        assertEq(token.balanceOf(member(3)), 41, "the member that was wrong");
        assertEq(token.balanceOf(BURN), 67 + 71 + 41 + 5, "beside that, the organizer's bond");
        assertEq(held(t.asset), 5, "the fee of the revealed entry");
    }

    function test_GivenAPanelThatDidNotDecideInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easy(scoreList(800_000));
        uint24[][] memory opened = repeat(noScores(), 5);
        (opened[0], opened[1]) = (scoreList(800_000), scoreList(800_000));
        ends(contest, opened);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(Verdict.Undecided), "verdict");
        assertEq(token.balanceOf(organizer), 1000 + 13 + 71, "everything back");
        assertEq(token.balanceOf(evaluator), 133, "the evaluator's bond");
        assertEq(token.balanceOf(challenger), 133, "the challenger's bond");
        assertEq(token.balanceOf(member(0)), 41, "a member's bond");
        assertEq(token.balanceOf(member(4)), 0, "the silent member");
        assertEq(token.balanceOf(BURN), 41 + 5, "the silent's bond, an entry fee");
        assertEq(held(t.asset), 5, "the fee of the revealed entry");
        claim(contest, 0);
        assertEq(held(t.asset), 0, "held");
    }

    function test_GivenAnEvaluatorThatWasSilentInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easySilence();
        uint24[][] memory opened = repeat(scoreList(800_000), 5);
        opened[3] = noScores();
        ends(contest, opened);
        assertOutcome(contest, Outcome.Won);
        assertEq(token.balanceOf(participant(0)), 1000, "the prize");
        assertEq(token.balanceOf(organizer), 71 + 13, "the bond and the evaluator's fee");
        assertEq(token.balanceOf(evaluator), 0, "the evaluator");
        assertEq(token.balanceOf(challenger), 133 + (66 - 3 * 12), "bond, half of the evaluator's");
        assertEq(token.balanceOf(member(0)), 41 + 12, "the first member");
        assertEq(token.balanceOf(BURN), 67 + 41 + 5, "half of the evaluator's, the silent, an entry fee");
        assertEq(held(t.asset), 5, "the fee of the revealed entry");
    }

    /// @dev The evaluator's bond is lost once, as without a challenge.
    function test_GivenThatEvaluatorAndPanelWereSilentInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        givenADisputeThatIsOver
    {
        (uint256 contest, Terms memory t) = easySilence();
        answer(contest, repeat(scoreList(800_000), 2));
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        assertEq(token.balanceOf(organizer), 1000 + 13 + 71, "everything back");
        assertEq(token.balanceOf(evaluator), 0, "the evaluator");
        assertEq(token.balanceOf(challenger), 133, "the challenger's bond");
        assertEq(token.balanceOf(member(0)), 41, "a member's bond");
        assertEq(token.balanceOf(member(4)), 0, "a silent member");
        assertEq(token.balanceOf(BURN), 67 + 3 * 41 + 5, "half of the evaluator's, three members', an entry fee");
        assertEq(held(t.asset), 66 + 5, "the other half, and the fee of the revealed entry");
        claim(contest, 0);
        assertEq(held(t.asset), 0, "held");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev The fuzzer's stakes, panel and windows; the rest such that a few specs fit.
    function playable(Terms memory raw, bool inToken) private view returns (Terms memory t) {
        t = validWithPanel(raw, inToken);
        (t.holdoutCommitment, t.limits) = (0, panelTerms(inToken, 1).limits);
        (t.evaluator, t.maxSubmissions, t.maxPerAddress, t.entrySeconds) = (evaluator, 100, 4, 1);
    }

    function emptied(uint256 contest, Terms memory t, Ending memory e) private {
        if (e.pot != 0) claimAll(contest);
        assertEq(held(t.asset), 0, "held when everybody has taken its own");
    }

    /// @dev One spec, one that was never revealed, and a dispute before five.
    function easy(uint24[] memory said) private returns (uint256 contest, Terms memory t) {
        t = easyTerms();
        contest = scored(t, said, 1);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
    }

    /// @dev The same, where the evaluator says nothing.
    function easySilence() private returns (uint256 contest, Terms memory t) {
        t = easyTerms();
        contest = revealed(t, 1, 1);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
    }

    function easyTerms() private view returns (Terms memory t) {
        t = panelTerms(true, 5);
        (t.reward, t.bond, t.evaluatorBond, t.evaluatorFee, t.entryFee) = (1000, 71, 133, 13, 5);
        (t.panel.memberBond, t.panel.challengeBond, t.panel.fee) = (41, 133, 12);
    }

    /// @dev The fifth member is silent.
    function ends(uint256 contest, uint24[][] memory opened) private {
        bool[] memory silent = new bool[](5);
        silent[4] = true;
        answer(contest, opened, silent);
        resolve(contest);
        settle(contest);
    }
}
