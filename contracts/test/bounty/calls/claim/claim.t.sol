// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "../../foundry/Oracle.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract ClaimTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestDidNotEndVoid(uint256 seed, uint256 index, uint24 score) external {
        uint256 contest;
        if (seed % 2 == 0) {
            (contest,) = anotherPhase(Phase.Reveal, seed / 2);
        } else {
            contest = open(futureTerms(false));
            play(contest, alice);
            record(contest, score % 1_000_001);
            settle(contest);
        }
        vm.expectRevert(
            abi.encodeWithSelector(
                IHyperparameterBounty.WrongOutcome.selector, contest, Outcome.Void, bounty.outcomeOf(contest)
            )
        );
        bounty.claim(contest, index);
    }

    function testFuzz_RevertWhen_NoSpecHasTheIndex(uint256 index, bool inToken) external givenTheContestEndedVoid {
        uint256 contest = voided(terms(inToken), 0);
        index = bound(index, 3, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSuchReveal.selector, index, 3));
        bounty.claim(contest, index);
    }

    function testFuzz_RevertGiven_TheShareWasClaimed(uint256 index, bool inToken, address sender)
        external
        givenTheContestEndedVoid
        whenASpecHasTheIndex
    {
        uint256 contest = voided(terms(inToken), 0);
        index = bound(index, 0, 2);
        bounty.claim(contest, index);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyClaimed.selector, contest, index));
        vm.prank(sender);
        bounty.claim(contest, index);
    }

    function testFuzz_RevertGiven_TheShareIsZero(uint8 bond, uint256 index, bool inToken)
        external
        givenTheContestEndedVoid
        whenASpecHasTheIndex
    {
        Terms memory t = terms(inToken);
        (t.bond, t.deposit) = (bond % 3, 0);
        uint256 contest = voided(t, 1);
        index = bound(index, t.bond, 2);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToClaim.selector, contest, index));
        bounty.claim(contest, index);
    }

    function testFuzz_GivenAShareThatWasNotClaimed(
        uint96 bond,
        uint96 deposit,
        uint8 forfeited,
        bool inToken,
        address sender,
        uint8 order
    ) external givenTheContestEndedVoid whenASpecHasTheIndex {
        Terms memory t = terms(inToken);
        (t.bond, t.deposit) = (uint96(bound(bond, 3, type(uint96).max)), deposit);
        forfeited %= 3;
        uint256 contest = voided(t, forfeited);
        uint256 pot = uint256(t.bond) + uint256(forfeited) * deposit;
        address[3] memory who = [alice, bob, carol];

        for (uint256 i; i < 3; ++i) {
            uint256 index = (order + i) % 3;
            uint256 amount = Oracle.claimable(pot, 3, index);
            uint256 before = balanceOf(t.asset, who[index]);
            vm.expectEmit(address(bounty));
            emit IHyperparameterBounty.Claimed(contest, index, who[index], amount);
            vm.prank(sender);
            bounty.claim(contest, index);
            assertEq(balanceOf(t.asset, who[index]) - before, amount, "share");
        }

        assertEq(held(t.asset), 0, "held");
    }

    function testFuzz_GivenADisputeThatThePanelDidNotDecide(
        uint96[2] memory bonds,
        uint96 deposit,
        uint8 silent,
        uint8 voices,
        bool inToken
    ) external givenTheContestEndedVoid whenASpecHasTheIndex {
        Terms memory t = panelTerms(inToken, 5);
        (t.panel.fee, t.panel.challengeBond, t.bond, t.deposit) = (0, bonds[0], bonds[1], deposit);
        uint24[] memory scores = someScores(1, 3);
        silent %= 4;
        uint256 contest = scored(t, scores, silent);
        challenge(contest, challenger, scores);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(scores, voices % 3));
        settle(contest);
        uint256 pot = uint256(t.bond) + t.panel.challengeBond + uint256(silent) * deposit;
        uint256 before = balanceOf(t.asset, participant(0));

        for (uint256 index; index < 3; ++index) {
            uint256 amount = Oracle.claimable(pot, 3, index);
            if (amount == 0) continue;
            vm.expectEmit(address(bounty));
            emit IHyperparameterBounty.Claimed(contest, index, participant(0), amount);
            bounty.claim(contest, index);
        }

        assertEq(balanceOf(t.asset, participant(0)) - before, pot, "all shares");
        assertEq(held(t.asset), 0, "held");
    }

    /// @dev Void, with alice, bob and carol as those who revealed.
    function voided(Terms memory t, uint256 forfeited) private returns (uint256 contest) {
        contest = open(t);
        for (uint256 i; i < forfeited; ++i) {
            submit(contest, participant(i));
        }
        play(contest, alice, bob, carol);
        settle(contest);
        assertOutcome(contest, Outcome.Void);
    }
}
