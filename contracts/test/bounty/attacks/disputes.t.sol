// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {PanelWorld} from "../foundry/PanelWorld.sol";
import {OddToken} from "../../shared/mocks/Tokens.sol";

/// @dev An evaluator that lies, and challengers that do not mean it. Three specs of one participant; the truth is that
/// the second is best, with 80 %.
contract DisputesTest is PanelWorld {
    uint24[] private _truth;
    uint24[] private _lie;

    function setUp() public override {
        super.setUp();
        _truth = scoreList(600_000, 800_000, 700_000);
        _lie = scoreList(990_000, 800_000, 700_000);
    }

    function testFuzz_AnEvaluatorThatMisreports_IsOverturnedAndPaysTheChallengerAndThePanel(bool inToken) external {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = threePlayers(t);
        record(contest, 950_000, 800_000, 700_000);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger, scoreList(950_000, 800_000, 700_000));
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
        settle(contest);
        assertEq(balanceOf(t.asset, alice), 0.01 ether, "whom the evaluator named gets its deposit only");
        assertEq(balanceOf(t.asset, bob), 1.01 ether, "prize and deposit");
        assertEq(balanceOf(t.asset, challenger), 0.27 ether, "both bonds less three fees");
        assertEq(balanceOf(t.asset, evaluator), 0, "the evaluator earns nothing");
        assertEq(balanceOf(t.asset, organizer), 0.03 ether, "its bond is lost");
        assertEq(held(t.asset), 0, "held");
    }

    /// @dev Whichever single score, and however little beyond the tolerance.
    function testFuzz_AnEvaluatorThatMisreportsOneScore_IsOverturned(uint8 spec, uint24 off, bool up) external {
        uint256 tolerance = 10_000;
        uint24 step = uint24(bound(off, tolerance + 1, 190_000));
        _lie = _truth;
        _lie[spec % 3] = up ? _lie[spec % 3] + step : _lie[spec % 3] - step;
        uint256 contest = disputed(panelTerms(false, 3), _lie);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
        assertEq(bounty.contestOf(contest).winners[0], 1, "the best one wins");
    }

    function testFuzz_AFrivolousChallenge_CostsItsBondAndDelaysOnly(bool inToken, uint8 size) external {
        size = 1 + 2 * (size % 4);
        Terms memory t = panelTerms(inToken, size);
        uint256 contest = disputed(t, _truth);
        answer(contest, repeat(_truth, size));
        resolve(contest);
        assertVerdict(contest, Verdict.Upheld);
        settle(contest);
        assertEq(balanceOf(t.asset, challenger), 0, "the bond is lost");
        assertEq(balanceOf(t.asset, participant(0)), 1.03 ether, "prize and deposits");
        assertEq(balanceOf(t.asset, evaluator), 0.03 ether, "the fee");
        assertEq(balanceOf(t.asset, organizer), 0.3 ether - size * 0.01 ether, "both bonds less the fees");
    }

    function test_AChallengeInTheLastSecond_GivesThePanelAllItsTime() external {
        uint256 contest = scored(panelTerms(false, 3), _lie);
        vm.warp(startOf(contest, Phase.Settle) - 1);
        challenge(contest, challenger, _lie);
        vm.warp(block.timestamp + 1);
        assertPhase(contest, Phase.PanelSeal);
        expectWrongPhase(contest, Phase.Settle, Phase.PanelSeal);
        bounty.settle(contest);
        answer(contest, repeat(_truth, 3));
        assertEq(block.timestamp, bounty.contestOf(contest).challengeEnds + 50 + 40, "all their time");
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
    }

    function test_AChallengeOneSecondLate_IsRefused() external {
        uint256 contest = scored(panelTerms(false, 3), _lie);
        goTo(contest, Phase.Settle);
        uint256 coins = fund(challenger, NATIVE, 0.2 ether);
        expectWrongPhase(contest, Phase.Challenge, Phase.Settle);
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest, _lie);
    }

    /// @dev The evaluator corrects itself in the last second: a challenge made out of what it said before fails, so
    /// nobody stakes a bond on scores that do not stand.
    function test_AChallengeOfScoresThatWereReplaced_IsRefused() external {
        uint256 contest = open(panelTerms(false, 3));
        play(contest, alice, bob, carol);
        record(contest, _lie);
        vm.warp(startOf(contest, Phase.Challenge) - 1);
        record(contest, _truth);
        goTo(contest, Phase.Challenge);
        uint256 coins = fund(challenger, NATIVE, 0.2 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.ScoresMismatch.selector, digest(_truth), digest(_lie))
        );
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest, _lie);
    }

    function test_ScoresReplacedAfterAChallenge_AreRefused() external {
        uint256 contest = scored(panelTerms(false, 3), _lie);
        challenge(contest, challenger, _lie);
        expectWrongPhase(contest, Phase.Score, Phase.Challenge);
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, _truth);
    }

    /// @dev To take the place of a challenger who means it, the evaluator's side stakes as much and can lose it.
    function testFuzz_AnOrganizerThatChallengesItself_GainsNothing(bool lied, bool inToken) external {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = scored(t, lied ? _lie : _truth);
        challenge(contest, organizer, lied ? _lie : _truth);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        settle(contest);
        // Of its bond, its challenge bond and the evaluator's fee.
        uint256 paid = 0.1 ether + 0.2 ether + 0.03 ether;
        uint256 back = balanceOf(t.asset, organizer);
        assertEq(
            back, paid - 0.03 ether - (lied ? 0 : 0.03 ether), "less the panel's fees, and the evaluator's if it is due"
        );
        assertEq(balanceOf(t.asset, participant(0)), 1.03 ether, "prize and deposits");
    }

    /// @dev What remains: it takes the organizer's bond less the panel's fees, as any challenger would, and loses its own
    /// fee. Where that fee is at least as high, there is nothing in it.
    function testFuzz_AnEvaluatorThatLiesAndChallengesItself_TakesTheBondForItsFeeAndNothingElse(
        uint96 bond,
        uint96 fee
    ) external {
        Terms memory t = panelTerms(true, 3);
        (t.bond, t.evaluatorFee) = (uint96(bound(bond, 0.03 ether, 10 ether)), uint96(bound(fee, 0, 10 ether)));
        uint256 contest = scored(t, _lie);
        challenge(contest, evaluator, _lie);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        settle(contest);
        assertEq(token.balanceOf(evaluator), 0.2 ether + t.bond - 0.03 ether, "its stake, and the bond less three fees");
        assertEq(token.balanceOf(organizer), t.evaluatorFee, "the organizer keeps the fee");
        assertEq(token.balanceOf(participant(0)), 1.03 ether, "prize and deposits");
    }

    function test_AnHonestEvaluatorThatChallengesItself_PaysThePanel() external {
        uint256 contest = scored(panelTerms(true, 3), _truth);
        challenge(contest, evaluator, _truth);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        settle(contest);
        assertEq(token.balanceOf(evaluator), 0.03 ether, "its fee, and no stake");
    }

    /// @dev It stakes its bond on the silence, and gets of it what its specs are of all specs.
    function testFuzz_ALoserThatChallengesBeforeASilentPanel_GetsItsShareOfTheBondsAndNoPrize(bool inToken) external {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = threePlayers(t);
        record(contest, _truth);
        goTo(contest, Phase.Challenge);
        challenge(contest, alice, _truth);
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        for (uint256 i; i < 3; ++i) {
            bounty.claim(contest, i);
        }
        assertEq(balanceOf(t.asset, alice), 0.01 ether + 0.1 ether, "its deposit, and a third of both bonds");
    }

    function test_AStakeInATokenThatDoesNotArrive_IsRefused() external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 contest = scored(panelTerms(address(odd), 3), _lie);
        odd.mint(challenger, 0.2 ether);
        odd.behave(OddToken.Mood.PretendToMove);
        vm.expectRevert(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 0.2 ether, 0));
        vm.prank(challenger);
        bounty.challenge(contest, _lie);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Revealed: alice's spec, bob's, carol's.
    function threePlayers(Terms memory t) private returns (uint256 contest) {
        contest = open(t);
        play(contest, alice, bob, carol);
    }

    function digest(uint24[] memory scores) private pure returns (bytes32) {
        return keccak256(abi.encode(uint256(scores[0]), uint256(scores[1]), uint256(scores[2])));
    }

    function assertVerdict(uint256 contest, Verdict expected) private view {
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(expected), "verdict");
    }
}
