// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {PanelWorld} from "../foundry/PanelWorld.sol";
import {OddToken} from "../../shared/mocks/Tokens.sol";

/// @dev An evaluator that lies, and challengers that do not mean it. Three specs, the first two of one
/// participant; the truth is that the second is best, with 80 %.
contract DisputesTest is PanelWorld {
    uint24[] private _truth;
    uint24[] private _lie;

    function setUp() public override {
        super.setUp();
        _truth = scoreList(600_000, 800_000, 700_000);
        _lie = scoreList(600_000, 800_000, 990_000);
    }

    function testFuzz_AnEvaluatorThatMisreports_IsOverturnedAndPaysTheChallengerAndThePanel(bool inToken) external {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = threePlayers(t);
        record(contest, 950_000, 800_000, 700_000);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
        settle(contest);
        claimAll(contest);
        assertEq(balanceOf(t.asset, alice), 0.01 ether, "whom the evaluator named gets its fee back only");
        assertEq(balanceOf(t.asset, bob), 1.01 ether, "prize and fee");
        assertEq(balanceOf(t.asset, challenger), 0.16 ether + 0.07 ether, "its bond, half the other's less three fees");
        assertEq(balanceOf(t.asset, evaluator), 0, "the evaluator loses its bond, and earns nothing");
        assertEq(balanceOf(t.asset, organizer), 0.13 ether, "its bond, and the evaluator's fee");
        assertEq(balanceOf(t.asset, BURN), 0.1 ether, "half a bond");
        assertEq(held(t.asset), 0, "held");
    }

    /// @dev However little beyond what honest scores can differ by.
    function testFuzz_AnEvaluatorThatPaysAnother_IsOverturned(uint24 off) external {
        uint24 lead = uint24(bound(off, 2 * 10_000 + 1, 200_000));
        uint256 contest = disputed(panelTerms(false, 3), scoreList(0, 800_000, 800_000 - lead));
        answer(contest, repeat(scoreList(0, 800_000 - lead, 800_000), 3));
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
        assertEq(bounty.contestOf(contest).winners[0], 2, "the best one wins");
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
        assertEq(balanceOf(t.asset, participant(0)), 1 ether, "the prize");
        assertEq(
            balanceOf(t.asset, evaluator),
            0.2 ether + 0.06 ether + 0.08 ether - size * 0.01 ether,
            "bond, fees, the rest"
        );
        assertEq(balanceOf(t.asset, organizer), 0.1 ether, "the bond");
        assertEq(balanceOf(t.asset, BURN), 0.08 ether, "half of it");
    }

    function test_AChallengeInTheLastSecond_GivesThePanelAllItsTime() external {
        uint256 contest = scored(panelTerms(false, 3), _lie);
        vm.warp(startOf(contest, Phase.Settle) - 1);
        challenge(contest, challenger);
        vm.warp(block.timestamp + 1);
        assertPhase(contest, Phase.PanelSeal);
        expectWrongPhase(contest, Phase.Settle, Phase.PanelSeal);
        bounty.settle(contest);
        answer(contest, repeat(_truth, 3));
        assertEq(block.timestamp, startOf(contest, Phase.PanelSeal) + 900 + 650, "all their time");
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
    }

    function test_AChallengeOneSecondLate_IsRefused() external {
        uint256 contest = scored(panelTerms(false, 3), _lie);
        goTo(contest, Phase.Settle);
        uint256 coins = fund(challenger, NATIVE, 0.16 ether);
        expectWrongPhase(contest, Phase.Challenge, Phase.Settle);
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest);
    }

    function test_ScoresReplacedAfterAChallenge_AreRefused() external {
        uint256 contest = scored(panelTerms(false, 3), _lie);
        challenge(contest, challenger);
        expectWrongPhase(contest, Phase.Score, Phase.Challenge);
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, _truth);
    }

    /// @dev It stakes its bond on the silence, has it back, and its fee; the bonds of the silent are nobody's.
    function testFuzz_ALoserThatChallengesBeforeASilentPanel_GetsItsFeeBackAndNoPrize(bool inToken) external {
        Terms memory t = panelTerms(inToken, 3);
        uint256 contest = threePlayers(t);
        record(contest, _truth);
        goTo(contest, Phase.Challenge);
        challenge(contest, alice);
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        claimAll(contest);
        assertEq(balanceOf(t.asset, alice), 0.16 ether + 0.01 ether, "its bond and its fee");
        assertEq(balanceOf(t.asset, BURN), 0.33 ether, "the members' bonds");
        assertEq(held(t.asset), 0, "held");
    }

    function test_AStakeInATokenThatDoesNotArrive_IsRefused() external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 contest = scored(panelTerms(address(odd), 3), _lie);
        odd.mint(challenger, 0.16 ether);
        odd.behave(OddToken.Mood.PretendToMove);
        vm.expectRevert(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 0.16 ether, 0));
        vm.prank(challenger);
        bounty.challenge(contest);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Revealed: alice's spec, bob's, carol's.
    function threePlayers(Terms memory t) private returns (uint256 contest) {
        contest = open(t);
        play(contest, alice, bob, carol);
    }

    function assertVerdict(uint256 contest, Verdict expected) private view {
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(expected), "verdict");
    }
}
