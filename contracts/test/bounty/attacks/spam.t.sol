// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed, World} from "../foundry/World.sol";

/// @dev As many submissions as a contest takes.
contract SpamTest is World {
    uint256 private constant CAP = 1024;
    uint256 private constant RECORDING_GAS = 10_000_000;

    function test_SubmissionsUpToTheCap_DoNotChangeWhatSettlingCosts() external {
        uint256 few = settlementGas(1, 0, true);
        uint256 many = settlementGas(1, CAP - 1, true);
        vm.assertLe(many, few + 5000, "a full contest against one with a single submission");
        vm.assertLe(many, 150_000, "settling a full contest");
    }

    function test_RevealsUpToTheCap_DoNotChangeWhatSettlingCosts() external {
        uint256 few = settlementGas(1, 0, true);
        uint256 many = settlementGas(CAP, 0, true);
        vm.assertLe(many, few + 5000, "all revealed against a single one");
        uint256 voidFew = settlementGas(1, 0, false);
        uint256 voidMany = settlementGas(CAP, 0, false);
        vm.assertLe(voidMany, voidFew + 5000, "void with all revealed against a single one");
    }

    /// @dev Each from an address of its own, since of one address only one ranks: so each is looked up, and found to belong
    /// before all the others.
    function test_ScoresForAFullContestThatAllTie_FitInOneTransaction() external {
        Terms memory t = manyTerms();
        t.shares = validShares(new uint16[](8));
        uint256 contest = fill(t, CAP, 0, true);
        uint24[] memory scores = new uint24[](CAP);
        for (uint256 i; i < CAP; ++i) {
            scores[i] = 700_001;
        }
        bytes memory data = abi.encodeCall(bounty.recordScores, (contest, REPORT, scores));
        vm.cool(address(bounty));
        vm.prank(evaluator);
        uint256 before = gasleft();
        (bool ok,) = address(bounty).call(data);
        uint256 gas = before - gasleft() + 21_000;
        assertTrue(ok, "the call");
        // 4 gas for a byte of zeros, 16 for any other.
        for (uint256 i; i < data.length; ++i) {
            gas += data[i] == 0 ? 4 : 16;
        }
        vm.assertLe(gas, RECORDING_GAS, "recording");
        assertEq(bounty.contestOf(contest).winners[0], CAP - 1, "revealed last, submitted first");
    }

    /// @dev From as many addresses: it is full after the cap, and what they paid is burned, or the evaluator's work.
    function test_TenThousandSpamSubmissions_AreCappedAndBurnMoreThanTheReward() external {
        Terms memory t = manyTerms();
        uint256 contest = open(t);
        Sealed memory honest = submit(contest, alice, 0, Specs.plain(1));
        uint256 taken;
        for (uint256 i; i < 10_000; ++i) {
            (uint256 fee, uint256 surcharge) = bounty.priceOf(contest);
            vm.deal(participant(i), fee + surcharge);
            vm.prank(participant(i));
            try bounty.submit{value: fee + surcharge}(contest, 0, bytes32(i)) {
                ++taken;
            } catch {}
        }
        assertEq(taken, CAP - 1, "taken");
        goTo(contest, Phase.Reveal);
        reveal(honest);
        goTo(contest, Phase.Score);
        record(contest, 1_000_000);
        settle(contest);
        assertEq(alice.balance, t.reward, "the prize");
        vm.assertGe(BURN.balance, t.reward + (CAP - 1) * t.entryFee, "surcharge and fees");
        assertEq(address(bounty).balance, 0, "held");
    }

    /// @dev Replacing costs a spammer gas alone, so ordinals may pass 16 bits. Bob's would be 0 if they were cut there.
    function test_SixtyFiveThousandReplacements_LeaveTheEarlierOfTwoEqualsAhead() external {
        Terms memory t = futureTerms(false);
        uint256 contest = open(t);
        submit(contest, stranger, 0, Specs.plain(0));
        for (uint256 ordinal = 2; ordinal < type(uint16).max; ++ordinal) {
            vm.prank(stranger);
            bounty.submit(contest, 0, bytes32(ordinal));
        }
        Sealed memory earlier = submit(contest, alice, 0, Specs.plain(1));
        Sealed memory later = submit(contest, bob, 0, Specs.plain(2));
        goTo(contest, Phase.Reveal);
        reveal(later);
        reveal(earlier);
        goTo(contest, Phase.Score);
        uint24[] memory scores = new uint24[](2);
        scores[0] = scores[1] = 1_000_000;
        record(contest, scores);
        settle(contest);
        assertEq(alice.balance, t.reward, "the prize");
        assertEq(bob.balance, 0, "the later one");
    }

    function test_OneSubmissionMoreThanTheCap_IsRefused() external {
        Terms memory t = manyTerms();
        uint256 contest = open(t);
        for (uint256 i; i < CAP; ++i) {
            submit(contest, alice, i, Specs.plain(i));
        }
        uint256 coins = fund(bob, NATIVE, 10 ether);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.TooManySubmissions.selector, CAP));
        vm.prank(bob);
        bounty.submit{value: coins}(contest, 0, "one more");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function manyTerms() private view returns (Terms memory t) {
        t = futureTerms(false);
        (t.maxSubmissions, t.maxPerAddress) = (uint16(CAP), uint16(CAP));
    }

    /// @dev Submitted in the reverse order of reveal, where ties cost most.
    function fill(Terms memory t, uint256 revealed, uint256 silent, bool apart) private returns (uint256 contest) {
        contest = open(t);
        Sealed[] memory all = new Sealed[](revealed);
        for (uint256 i; i < silent; ++i) {
            submit(contest, bob, i, Specs.plain(i));
        }
        for (uint256 i; i < revealed; ++i) {
            all[i] = submit(contest, apart ? participant(i) : alice, apart ? 0 : i, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i = revealed; i > 0; --i) {
            reveal(all[i - 1]);
        }
        goTo(contest, Phase.Score);
    }

    function settlementGas(uint256 revealed, uint256 silent, bool score) private returns (uint256) {
        uint256 contest = fill(manyTerms(), revealed, silent, false);
        uint24[] memory scores = new uint24[](revealed);
        scores[0] = 1_000_000;
        if (score) record(contest, scores);
        goTo(contest, Phase.Settle);
        uint256 before = gasleft();
        bounty.settle(contest);
        before -= gasleft();
        assertOutcome(contest, score ? Outcome.Won : Outcome.Void);
        return before;
    }
}
