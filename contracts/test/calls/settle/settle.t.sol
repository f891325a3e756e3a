// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/interfaces/IHyperparameterBounty.sol";
import {Oracle} from "../../foundry/Oracle.sol";
import {Specs} from "../../foundry/Specs.sol";
import {Sealed, World} from "../../foundry/World.sol";

contract SettleTest is World {
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

    function testFuzz_RevertWhen_TooLittleGasIsLeftForAPayment(bool inToken, bool won, uint256 gas) external {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice);
        record(contest, won ? 1_000_000 : 0);
        goTo(contest, Phase.Settle);
        gas = bound(gas, 60_000, inToken ? 350_000 : 100_000);
        vm.expectPartialRevert(IHyperparameterBounty.InsufficientGas.selector);
        bounty.settle{gas: gas}(contest);
    }

    function testFuzz_GivenAScoreReachesTheMinimum(
        uint24[6] memory raw,
        uint128 reward,
        uint96[2] memory stakes,
        uint16[] memory rawShares,
        uint8 forfeited,
        bool inToken
    ) external {
        Terms memory t = futureTerms(inToken);
        t.reward = uint128(bound(reward, 1, type(uint128).max));
        (t.bond, t.deposit) = (stakes[0], stakes[1]);
        t.shares = validShares(rawShares);
        t.minimumScore = raw[0] % 1_000_001;
        uint256 contest = open(t);
        forfeited %= 4;
        uint24[] memory scores = new uint24[](6);
        for (uint256 i; i < 6; ++i) {
            scores[i] = raw[i] % 1_000_001;
        }
        reveal(contest, 6, forfeited);
        record(contest, scores);
        uint16[] memory winners = bounty.contestOf(contest).winners;
        uint256 pool = uint256(t.reward) + uint256(forfeited) * t.deposit;
        uint256[] memory amounts = Oracle.amounts(pool, t.shares, winners.length);
        goTo(contest, Phase.Settle);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Settled(contest, Outcome.Won, pool, t.bond);
        bounty.settle(contest);

        for (uint256 place; place < winners.length; ++place) {
            uint256 got = balanceOf(t.asset, participant(winners[place])) - t.deposit;
            assertEq(got, amounts[place], "prize");
        }
        assertEq(balanceOf(t.asset, organizer), t.bond, "the bond");
        assertEq(held(t.asset), 0, "held");
        assertOutcome(contest, Outcome.Won);
        assertPhase(contest, Phase.Settled);
    }

    function testFuzz_GivenNoScoreReachesTheMinimum(uint24 minimum, uint24[3] memory raw, uint8 forfeited, bool inToken)
        external
    {
        Terms memory t = futureTerms(inToken);
        t.minimumScore = uint24(bound(minimum, 1, 1_000_000));
        uint256 contest = open(t);
        forfeited %= 4;
        reveal(contest, 3, forfeited);
        record(contest, raw[0] % t.minimumScore, raw[1] % t.minimumScore, raw[2] % t.minimumScore);
        assertRefunds(contest, t, forfeited);
    }

    function testFuzz_GivenNothingWasRevealed(
        uint128 reward,
        uint96 bond,
        uint96 deposit,
        uint8 forfeited,
        bool inToken
    ) external {
        Terms memory t = terms(inToken);
        t.reward = uint128(bound(reward, 1, type(uint128).max));
        (t.bond, t.deposit) = (bond, deposit);
        uint256 contest = open(t);
        forfeited %= 4;
        reveal(contest, 0, forfeited);
        assertRefunds(contest, t, forfeited);
    }

    function testFuzz_GivenSpecsWereRevealedButNotScored(
        uint128 reward,
        uint96 bond,
        uint96 deposit,
        uint8 count,
        uint8 forfeited,
        bool withheld
    ) external {
        Terms memory t = withheld ? terms(true) : futureTerms(true);
        t.reward = uint128(bound(reward, 1, type(uint128).max));
        (t.bond, t.deposit) = (bond, deposit);
        uint256 contest = open(t);
        forfeited %= 4;
        reveal(contest, bound(count, 1, 6), forfeited);
        goTo(contest, Phase.Settle);
        uint256 pot = uint256(bond) + uint256(forfeited) * deposit;

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Settled(contest, Outcome.Void, pot, t.reward);
        bounty.settle(contest);

        assertEq(balanceOf(t.asset, organizer), t.reward, "the reward");
        assertEq(held(t.asset), pot, "held");
        assertOutcome(contest, Outcome.Void);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev `revealed` participants submit and reveal, `forfeited` others only submit; stops where scoring starts.
    function reveal(uint256 contest, uint256 revealed, uint256 forfeited) private {
        Sealed[] memory all = new Sealed[](revealed);
        for (uint256 i; i < forfeited; ++i) {
            submit(contest, participant(revealed + i));
        }
        for (uint256 i; i < revealed; ++i) {
            all[i] = submit(contest, participant(i), 0, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < revealed; ++i) {
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
    }

    function assertRefunds(uint256 contest, Terms memory t, uint256 forfeited) private {
        uint256 everything = uint256(t.reward) + t.bond + forfeited * t.deposit;
        goTo(contest, Phase.Settle);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Settled(contest, Outcome.Refunded, 0, everything);
        bounty.settle(contest);
        assertEq(balanceOf(t.asset, organizer), everything, "what the organizer gets");
        assertEq(held(t.asset), 0, "held");
        assertOutcome(contest, Outcome.Refunded);
    }
}
