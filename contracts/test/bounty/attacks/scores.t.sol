// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../foundry/World.sol";

/// @dev An evaluator that makes mistakes, and an organizer that plays with the key.
contract ScoresTest is World {
    function testFuzz_AScoreAboveOneMillion_IsRefusedAndCanBeCorrected(uint24 score) external {
        uint256 contest = playing(false);
        score = uint24(bound(score, 1_000_001, type(uint24).max));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ScoreOutOfRange.selector, 1, score));
        refused(contest, scoreList(0, score, 0));
        record(contest, 0, 1_000_000, 0);
        assertWonBy(contest, bob);
    }

    function test_TooFewScores_AreRefusedAndCanBeCorrected() external {
        uint256 contest = playing(false);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.WrongScoreCount.selector, 3, 1));
        refused(contest, scoreList(1_000_000));
        record(contest, 0, 1_000_000, 0);
        assertWonBy(contest, bob);
    }

    function testFuzz_TooManyScores_AreRefused(uint256 count) external {
        uint256 contest = playing(false);
        count = bound(count, 4, 2000);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.WrongScoreCount.selector, 3, count));
        refused(contest, new uint24[](count));
    }

    function test_ScoresForTheWrongOrder_CanBeCorrectedUntilTheDeadline() external {
        uint256 contest = playing(false);
        record(contest, 900_000, 0, 0);
        vm.warp(startOf(contest, Phase.Challenge) - 1);
        record(contest, 0, 900_000, 0);
        assertWonBy(contest, bob);
    }

    function test_ScoresBelowTheMinimum_CanBeCorrectedAsWell() external {
        uint256 contest = playing(false);
        record(contest, 0, 900_000, 0);
        record(contest, 0, 0, 0);
        settle(contest);
        assertOutcome(contest, Outcome.Refunded);
    }

    /// @dev A model that answers the same to everything is right as often as the commoner class comes up, coin flips half
    /// of the time. At a bar above both, neither is paid.
    function test_AConstantModelAndRandomLabelsAtASensibleBar_AreNotPaid() external {
        Terms memory t = futureTerms(false);
        t.minimumScore = 560_000;
        uint256 contest = open(t);
        play(contest, alice, bob, carol);
        record(contest, 545_000, 500_000, 559_999);
        settle(contest);
        assertOutcome(contest, Outcome.Refunded);
        assertEq(organizer.balance, 1.1 ether, "reward and bond");
        assertEq(alice.balance + bob.balance + carol.balance, 0, "their fees are the evaluator's");
    }

    function test_NothingScored_EndsVoidAndNotRefunded() external {
        uint256 contest = playing(false);
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        assertEq(organizer.balance, 1.13 ether, "all that it put in");
        assertEq(evaluator.balance, 0, "no bond, and no fee");
    }

    function test_AMissingKey_KeepsScoresOut() external {
        uint256 contest = playing(true);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.KeyNotPublished.selector, contest));
        refused(contest, scoreList(0, 1_000_000, 0));
    }

    function testFuzz_AWrongKey_IsRefusedAndTheRightOneStillTaken(bytes32 wrong) external {
        vm.assume(wrong != KEY);
        uint256 contest = playing(true);
        refusesKey(contest, wrong);
        publish(contest);
        record(contest, 0, 1_000_000, 0);
        assertWonBy(contest, bob);
    }

    function testFuzz_APartialKey_IsRefused(uint8 missing) external {
        uint256 contest = playing(true);
        bytes32 partOfKey = KEY >> bound(missing, 1, 255);
        refusesKey(contest, partOfKey);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function playing(bool withKey) private returns (uint256 contest) {
        contest = open(withKey ? terms(false) : futureTerms(false));
        play(contest, alice, bob, carol);
    }

    /// @dev Without a look at the contest, which `expectRevert` would take for the call.
    function refused(uint256 contest, uint24[] memory scores) private {
        vm.prank(evaluator);
        bounty.recordScores(contest, REPORT, scores);
    }

    function refusesKey(uint256 contest, bytes32 wrong) private {
        bytes memory reason = abi.encodeWithSelector(
            IHyperparameterBounty.KeyMismatch.selector, sha256(abi.encode(KEY)), sha256(abi.encode(wrong))
        );
        vm.expectRevert(reason);
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, wrong);
    }

    function assertWonBy(uint256 contest, address who) private {
        settle(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(who.balance, 1 ether, "the prize");
    }
}
