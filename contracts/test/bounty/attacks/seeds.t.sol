// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Vm} from "../../shared/Vm.sol";
import {Sealed, World} from "../foundry/World.sol";

/// @dev Choosing the seed of a contest: SHA-256 of the holdout key, the XOR of the hashes of all revealed salts, and
/// `prevrandao` of the first block after the reveals. The clients compute it; what the contract has to fix is what goes into
/// it.
contract SeedsTest is World {
    /// @dev The organizer knows its key first; by the time it can publish, salts and key have been fixed long ago.
    function testFuzz_AnOrganizerThatGrindsKeys_CannotPublishAnotherThanItCommittedTo(bytes32 other) external {
        vm.assume(other != KEY);
        uint256 contest = open(terms(false));
        play(contest, alice, bob, carol);
        vm.expectRevert(
            abi.encodeWithSelector(
                IHyperparameterBounty.KeyMismatch.selector, sha256(abi.encode(KEY)), sha256(abi.encode(other))
            )
        );
        vm.prank(organizer);
        bounty.publishHoldoutKey(contest, other);
    }

    /// @dev It has seen every other salt, and not the key; and a salt is fixed when it is submitted.
    function testFuzz_TheLastToReveal_CannotRevealAnotherSaltThanItCommittedTo(bytes32 other) external {
        (uint256 contest, Sealed[] memory all) = submitted();
        for (uint256 i; i < 2; ++i) {
            reveal(all[i]);
        }
        Sealed memory last = all[2];
        vm.assume(other != last.salt);
        bytes28 expected = bytes28(commitment(last));
        last.salt = other;
        bytes28 actual = bytes28(commitment(last));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.CommitmentMismatch.selector, expected, actual));
        reveal(last);
        assertEq(bounty.contestOf(contest).revealed, 2, "revealed");
    }

    /// @dev With four entries of its own it could choose among sixteen parts of a seed. But the last part is `prevrandao` of a
    /// block in which nobody can reveal any more: it chooses blindly, and each entry that it withholds costs its fee.
    function testFuzz_TheLastToRevealWithFourEntries_ChoosesBeforeTheSeedIsKnownAndPaysForEach(uint8 withheld)
        external
    {
        withheld = uint8(bound(withheld, 1, 4));
        Terms memory t = futureTerms(false);
        uint256 contest = open(t);
        Sealed memory rival = submit(contest, alice, 0, Specs.plain(9));
        Sealed[] memory own = new Sealed[](4);
        for (uint256 i; i < 4; ++i) {
            own[i] = submit(contest, carol, i, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
        reveal(rival);
        for (uint256 i = withheld; i < 4; ++i) {
            reveal(own[i]);
        }
        goTo(contest, Phase.Score);
        expectWrongPhase(contest, Phase.Reveal, Phase.Score);
        reveal(own[0]);
        settle(contest);
        assertEq(BURN.balance - t.evaluatorBond / 2, withheld * t.entryFee, "the fees of what was withheld");
    }

    function testFuzz_TheOrderOfReveals_DoesNotChangeWhatGoesIntoTheSeed(uint256 order) external {
        (, Sealed[] memory all) = submitted();
        bytes32 expected;
        for (uint256 i; i < 3; ++i) {
            expected ^= sha256(abi.encode(all[i].salt));
            uint256 other = uint256(keccak256(abi.encode(order, i))) % (i + 1);
            (all[i], all[other]) = (all[other], all[i]);
        }
        vm.recordLogs();
        for (uint256 i; i < 3; ++i) {
            reveal(all[i]);
        }
        bytes32 seen;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IHyperparameterBounty.Revealed.selector) continue;
            (,,,, bytes32 salt) = abi.decode(logs[i].data, (uint256, uint256, uint256, bytes32, bytes32));
            seen ^= sha256(abi.encode(salt));
        }
        assertEq(seen, expected, "the part of the salts");
    }

    /// @dev Nobody can add a salt once the first one is public.
    function testFuzz_ASubmissionAfterTheFirstReveal_IsRefused(bytes32 commitment_, uint8 who) external {
        (uint256 contest, Sealed[] memory all) = submitted();
        reveal(all[0]);
        address sender = [organizer, evaluator, alice, stranger][who % 4];
        uint256 coins = fund(sender, NATIVE, 0.01 ether);
        expectWrongPhase(contest, Phase.Submit, Phase.Reveal);
        vm.prank(sender);
        bounty.submit{value: coins}(contest, 3, commitment_);
    }

    /// @dev The organizer withholds the key when it does not like the seed: that costs its bond, and the reward.
    function test_AnOrganizerThatWithholdsTheKey_LosesRewardAndBond() external {
        uint256 contest = open(terms(false));
        play(contest, alice);
        settle(contest);
        claimAll(contest);
        assertOutcome(contest, Outcome.Void);
        assertEq(organizer.balance, 0.03 ether, "the fee that nobody earned");
        assertEq(alice.balance, 0.06 ether, "its fee, and half of the bond");
    }

    /// @dev Three sealed specs, at the first second of revealing.
    function submitted() private returns (uint256 contest, Sealed[] memory all) {
        contest = open(terms(false));
        all = new Sealed[](3);
        address[3] memory who = [alice, bob, carol];
        for (uint256 i; i < 3; ++i) {
            all[i] = submit(contest, who[i], 0, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
    }
}
