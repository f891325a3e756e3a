// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Story} from "../../foundry/PanelOracle.sol";
import {Settlements} from "../../foundry/Settlements.sol";

contract SettleTest is Settlements {
    struct Stakes {
        uint128 reward;
        uint96 bond;
        uint96 evaluatorFee;
        uint96 deposit;
    }

    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, address sender) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Settle, seed);
        expectWrongPhase(contest, Phase.Settle, actual);
        vm.prank(sender);
        bounty.settle(contest);
    }

    function testFuzz_RevertGiven_TheLastSecondOfChallenging(bool inToken, uint32 window) external {
        Terms memory t = terms(inToken);
        t.challengeSeconds = uint32(bound(window, 1, 365 days));
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

    function testFuzz_RevertWhen_TooLittleGasIsLeftForAPayment(bool inToken, bool won, uint256 gas)
        external
        givenTheSettlePhase
    {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice);
        record(contest, won ? 1_000_000 : 0);
        goTo(contest, Phase.Settle);
        gas = bound(gas, 60_000, inToken ? 350_000 : 100_000);
        vm.expectPartialRevert(IPayments.InsufficientGas.selector);
        bounty.settle{gas: gas}(contest);
    }

    function testFuzz_GivenAScoreReachesTheMinimum(
        uint256 seed,
        Stakes memory stakes,
        uint16[] memory rawShares,
        uint8 silent,
        bool inToken
    ) external givenTheSettlePhase whenThereIsGasForEveryPayment {
        Terms memory t = staked(futureTerms(inToken), stakes);
        t.shares = validShares(rawShares);
        uint24[] memory scores = someScores(seed, 6);
        t.minimumScore = scores[seed % 6];
        uint256 contest = scored(t, scores, silent % 4);
        Story memory s = story(t, 6, silent % 4);
        (s.scored, s.winners) = (true, bounty.contestOf(contest).winners.length);
        assertSettles(contest, t, s);
    }

    function testFuzz_GivenNoScoreReachesTheMinimum(uint256 seed, Stakes memory stakes, uint8 silent, bool inToken)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = staked(futureTerms(inToken), stakes);
        t.minimumScore = uint24(bound(seed, 1, 1_000_000));
        uint24[] memory scores = someScores(seed, 3);
        for (uint256 i; i < 3; ++i) {
            scores[i] %= t.minimumScore;
        }
        uint256 contest = scored(t, scores, silent % 4);
        Story memory s = story(t, 3, silent % 4);
        s.scored = true;
        assertSettles(contest, t, s);
    }

    function testFuzz_GivenNothingWasRevealed(Stakes memory stakes, uint8 silent, bool withKey, bool inToken)
        external
        givenTheSettlePhase
        whenThereIsGasForEveryPayment
    {
        Terms memory t = staked(withKey ? terms(inToken) : futureTerms(inToken), stakes);
        uint256 contest = revealed(t, 0, silent % 4);
        assertSettles(contest, t, story(t, 0, silent % 4));
    }

    function testFuzz_GivenSpecsWereRevealedButNotScored(
        Stakes memory stakes,
        uint8 count,
        uint8 silent,
        bool withheld,
        bool inToken
    ) external givenTheSettlePhase whenThereIsGasForEveryPayment {
        Terms memory t = staked(withheld ? terms(inToken) : futureTerms(inToken), stakes);
        count = uint8(bound(count, 1, 6));
        uint256 contest = revealed(t, count, silent % 4);
        assertSettles(contest, t, story(t, count, silent % 4));
    }

    /// @dev The oracle by hand: half of the reward for the second, and what a share of 1 leaves for the first.
    function test_GivenNumbersThatAreEasyToCheck() external givenTheSettlePhase whenThereIsGasForEveryPayment {
        Terms memory t = futureTerms(true);
        (t.reward, t.bond, t.evaluatorFee, t.deposit) = (1001, 70, 13, 5);
        t.shares = shares(2500, 5000, 2500);
        uint24[] memory scores = new uint24[](5);
        (scores[0], scores[4]) = (800_000, 700_000);
        uint256 contest = scored(t, scores, 2);
        settle(contest);
        assertEq(token.balanceOf(participant(1)), 5 + 505, "half of 1,011, and the deposit");
        assertEq(token.balanceOf(participant(0)), 20 + 506, "the rest, and four deposits");
        assertEq(token.balanceOf(organizer), 70, "the bond");
        assertEq(token.balanceOf(evaluator), 13, "the fee");
        assertEq(held(t.asset), 0, "held");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function staked(Terms memory t, Stakes memory stakes) private pure returns (Terms memory) {
        t.reward = uint128(bound(stakes.reward, 1, type(uint128).max));
        (t.bond, t.evaluatorFee, t.deposit) = (stakes.bond, stakes.evaluatorFee, stakes.deposit);
        return t;
    }

    function story(Terms memory t, uint256 count, uint256 silent) private pure returns (Story memory s) {
        (s.revealed, s.forfeits) = (count, silent * t.deposit);
    }
}
