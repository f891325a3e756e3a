// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Ending, Story} from "../../foundry/Endings.sol";
import {Settlements} from "../../foundry/Settlements.sol";

contract SettleTest is Settlements {
    struct Stakes {
        uint96 reward;
        uint96 sponsored;
        uint96 bond;
        uint96 evaluatorBond;
        uint96 evaluatorFee;
        uint96 entryFee;
        uint8 silent;
        bool inToken;
    }

    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, address sender) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Settle, seed);
        vm.assume(actual != Phase.Lapsed);
        expectWrongPhase(contest, Phase.Settle, actual);
        vm.prank(sender);
        bounty.settle(contest);
    }

    function testFuzz_RevertGiven_TheLastSecondOfChallenging(bool inToken, uint32 window) external {
        Terms memory t = terms(inToken);
        t.challengeSeconds = uint32(bound(window, 10 minutes, 365 days));
        uint256 contest = open(t);
        vm.warp(startOf(contest, Phase.Settle) - 1);
        expectWrongPhase(contest, Phase.Settle, Phase.Challenge);
        bounty.settle(contest);

        settle(contest);
        assertPhase(contest, Phase.Settled);
    }

    function testFuzz_GivenTheChallengeWindowIsEmpty(bool inToken) external {
        Terms memory t = futureTerms(inToken);
        t.challengeSeconds = 0;
        uint256 contest = open(t);
        play(contest, alice);
        record(contest, 1_000_000);
        vm.warp(startOf(contest, Phase.Challenge) - 1);
        expectWrongPhase(contest, Phase.Settle, Phase.Score);
        bounty.settle(contest);

        vm.warp(block.timestamp + 1);
        bounty.settle(contest);
        assertOutcome(contest, Outcome.Won);
    }

    function testFuzz_GivenAnOfferThatLapsed(
        Terms memory raw,
        uint8 who,
        bool byEvaluator,
        bool inToken,
        uint32 later,
        address sender
    ) external {
        Terms memory t = valid(raw, inToken);
        t.evaluator = evaluator;
        uint256 contest = offer(t);
        if (t.panel.members.length != 0) acceptSome(contest, byEvaluator ? who : who % 128, byEvaluator);
        vm.warp(uint256(t.acceptEnds) + (later % 2 == 0 ? 0 : later));

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Cancelled(contest);
        vm.prank(sender);
        bounty.settle(contest);

        assertEq(balanceOf(t.asset, organizer), due(t), "organizer");
        for (uint256 i; i < t.panel.members.length; ++i) {
            bool accepted = bounty.disputeOf(contest).accepted[i];
            assertEq(balanceOf(t.asset, t.panel.members[i]), accepted ? t.panel.memberBond : 0, "a member");
        }
        bool evaluatorAccepted = bounty.contestOf(contest).throughput != 0;
        assertEq(balanceOf(t.asset, evaluator), evaluatorAccepted ? t.evaluatorBond : 0, "evaluator");
        assertEq(held(t.asset), 0, "held");
        assertPhase(contest, Phase.Cancelled);
    }

    function testFuzz_RevertWhen_TooLittleGasIsLeftForAPayment(bool inToken, bool won, uint256 gas)
        external
        givenTheSettlePhase
    {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice);
        record(contest, won ? 1_000_000 : 0);
        goTo(contest, Phase.Settle);
        gas = bound(gas, 70_000, inToken ? 350_000 : 100_000);
        vm.expectPartialRevert(IPayments.InsufficientGas.selector);
        bounty.settle{gas: gas}(contest);
    }

    function testFuzz_GivenAScoreReachesTheMinimum(uint256 seed, Stakes memory stakes, uint16[] memory rawShares)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = stakedTerms(stakes, false);
        t.shares = validShares(rawShares);
        uint24[] memory scores = someScores(seed, 7);
        t.minimumScore = scores[seed % 7];
        uint256 contest = played(t, stakes, 7);
        record(contest, scores);
        assertTrue(ends(contest, t, stakes).outcome == Outcome.Won, "won");
    }

    function testFuzz_GivenNoScoreReachesTheMinimum(uint256 seed, Stakes memory stakes)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = stakedTerms(stakes, false);
        t.minimumScore = uint24(bound(seed, 1, 1_000_000));
        uint24[] memory scores = someScores(seed, 3);
        for (uint256 i; i < 3; ++i) {
            scores[i] %= t.minimumScore;
        }
        uint256 contest = played(t, stakes, 3);
        record(contest, scores);
        assertTrue(ends(contest, t, stakes).outcome == Outcome.Refunded, "refunded");
    }

    function testFuzz_GivenNothingWasRevealed(Stakes memory stakes, bool withKey)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = stakedTerms(stakes, withKey);
        uint256 contest = played(t, stakes, 0);
        assertTrue(ends(contest, t, stakes).outcome == Outcome.Refunded, "refunded");
    }

    function testFuzz_GivenTheKeyWasWithheld(Stakes memory stakes, uint8 count)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = stakedTerms(stakes, true);
        uint256 contest = played(t, stakes, bound(count, 1, 6));
        assertTrue(ends(contest, t, stakes).outcome == Outcome.Void, "void");
    }

    function testFuzz_GivenSpecsWereRevealedButNotScored(Stakes memory stakes, uint8 count, bool withKey)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = stakedTerms(stakes, withKey);
        uint256 contest = played(t, stakes, bound(count, 1, 6));
        if (withKey) publish(contest);
        assertTrue(ends(contest, t, stakes).outcome == Outcome.Void, "void");
    }

    function testFuzz_GivenTheEvaluatorSaysThatTheContestCannotBeScored(Stakes memory stakes, uint8 count, bool before)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = stakedTerms(stakes, false);
        uint256 contest = played(t, stakes, bound(count, 1, 6));
        if (before) record(contest, someScores(count, bound(count, 1, 6)));
        record(contest, noScores());
        assertTrue(ends(contest, t, stakes).outcome == Outcome.Void, "void");
    }

    /// @dev The table by hand: half of the prize for the second, and what a share of 1 leaves for the first.
    function test_GivenNumbersThatAreEasyToCheck() external givenTheSettlePhase whenThereIsGasForEveryPayment {
        Terms memory t = easy();
        t.shares = shares(2500, 5000, 2500);
        uint24[] memory scores = new uint24[](5);
        (scores[0], scores[4]) = (800_000, 700_000);
        uint256 contest = open(t);
        sponsor(contest, bob, 10);
        play(contest, five());
        record(contest, scores);
        settle(contest);
        assertEq(token.balanceOf(participant(4)), 505, "half of 1,011");
        assertEq(token.balanceOf(participant(0)), 506, "the rest");
        assertEq(token.balanceOf(organizer), 71, "the bond");
        assertEq(token.balanceOf(evaluator), 31 + 13 + 5 * 5, "the bond, the fee and five entry fees");
        assertEq(token.balanceOf(BURN), 0, "burned");
        assertEq(held(t.asset), 0, "held");
    }

    function test_GivenAKeyWithheldInNumbersThatAreEasyToCheck()
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = easy();
        t.holdoutCommitment = KEY;
        uint256 contest = open(t);
        sponsor(contest, bob, 10);
        submit(contest, stranger);
        play(contest, five());
        settle(contest);
        assertEq(token.balanceOf(organizer), 13, "the evaluator's fee");
        assertEq(token.balanceOf(evaluator), 31, "the bond");
        assertEq(token.balanceOf(BURN), 1001 + 36 + 5, "the reward, the larger half of 71, and an entry fee");
        assertEq(held(t.asset), 35 + 25 + 10, "the other half, five entry fees, and a sponsor's money");
        bounty.reclaim(contest, bob);
        assertEq(token.balanceOf(bob), 10, "the sponsor");
        claimAll(contest);
        assertEq(token.balanceOf(participant(0)), 12, "a fifth");
        assertEq(held(t.asset), 0, "held");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function stakedTerms(Stakes memory s, bool withKey) private view returns (Terms memory t) {
        t = withKey ? terms(s.inToken) : futureTerms(s.inToken);
        t.reward = uint96(bound(s.reward, 1, type(uint96).max));
        (t.bond, t.evaluatorBond, t.evaluatorFee, t.entryFee) = (s.bond, s.evaluatorBond, s.evaluatorFee, s.entryFee);
    }

    /// @dev Sponsored, and revealed as far as it is; stops where scoring starts.
    function played(Terms memory t, Stakes memory s, uint256 count) private returns (uint256 contest) {
        // So many that none pays a surcharge.
        (t.maxSubmissions, t.entrySeconds) = (40, 1);
        contest = open(t);
        if (s.sponsored != 0) sponsor(contest, alice, s.sponsored);
        reveal(contest, count, s.silent % 4);
    }

    function ends(uint256 contest, Terms memory t, Stakes memory s) private returns (Ending memory e) {
        e = assertSettles(contest, t, storyOf(contest, s.sponsored));
        if (e.pot != 0) claimAll(contest);
        if (e.toSponsors != 0) bounty.reclaim(contest, alice);
        assertEq(held(t.asset), 0, "held when everybody has taken its own");
    }

    function easy() private view returns (Terms memory t) {
        t = futureTerms(true);
        (t.reward, t.bond, t.evaluatorBond, t.evaluatorFee, t.entryFee) = (1001, 71, 31, 13, 5);
    }

    function five() private pure returns (address[] memory who) {
        who = new address[](5);
        for (uint256 i; i < 5; ++i) {
            who[i] = participant(i);
        }
    }
}
