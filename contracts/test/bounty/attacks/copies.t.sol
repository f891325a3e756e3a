// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed, World} from "../foundry/World.sol";

/// @dev Taking what others found: from the mempool, from a reveal, from another contest, contract or chain.
contract CopiesTest is World {
    function test_ACommitmentCopiedAndMinedFirst_CannotBeOpenedByTheCopierAndDoesNotHinderItsOwner() external {
        uint256 contest = open(futureTerms(false));
        Sealed memory s = seal(contest, alice, 0, Specs.plain(7));
        submitCopy(contest, stranger, commitment(s));
        submit(s);
        goTo(contest, Phase.Reveal);
        assertEq(reveal(s), 0, "the owner reveals first");
        refusesCopy(Sealed(contest, stranger, 0, s.spec, s.salt), bytes28(commitment(s)));
    }

    function test_AnOrganizerThatCopiesARevealedSpec_IsTooLateToSubmitIt() external {
        uint256 contest = open(terms(false));
        Sealed memory s = submit(contest, alice, 0, Specs.plain(7));
        goTo(contest, Phase.Reveal);
        reveal(s);
        Sealed memory copied = seal(contest, organizer, 0, s.spec);
        bytes32 commitment_ = commitment(copied);
        uint256 coins = fund(organizer, NATIVE, 0.01 ether);
        expectWrongPhase(contest, Phase.Submit, Phase.Reveal);
        vm.prank(organizer);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function test_AnOrganizerThatSealedSomethingElse_CannotOpenItAsTheCopyOfARevealedSpec() external {
        uint256 contest = open(terms(false));
        Sealed memory s = submit(contest, alice, 0, Specs.plain(7));
        Sealed memory second = submit(contest, bob, 0, Specs.plain(8));
        bytes28 expected = bytes28(commitment(second));
        goTo(contest, Phase.Reveal);
        reveal(s);
        (second.spec, second.salt) = (s.spec, s.salt);
        refusesCopy(second, expected);
    }

    /// @dev The twin is behind, as it would be with one digit changed. Of one address only one would rank.
    function testFuzz_TheSameSpecOfTwoAddresses_TheEarlierSubmissionIsAhead(bool inToken, bool laterRevealsFirst)
        external
    {
        Terms memory t = futureTerms(inToken);
        t.shares = shares(5000, 3000, 2000);
        uint256 contest = open(t);
        Sealed[2] memory twins;
        twins[0] = submit(contest, alice, 0, Specs.plain(7));
        twins[1] = submit(contest, bob, 0, Specs.plain(7));
        Sealed memory other = submit(contest, carol, 0, Specs.plain(8));
        goTo(contest, Phase.Reveal);
        reveal(twins[laterRevealsFirst ? 1 : 0]);
        reveal(twins[laterRevealsFirst ? 0 : 1]);
        reveal(other);
        goTo(contest, Phase.Score);
        record(contest, 900_000, 900_000, 800_000);
        settle(contest);
        assertEq(balanceOf(t.asset, alice), 0.5 ether, "the first prize");
        assertEq(balanceOf(t.asset, bob), 0.3 ether, "the second");
        assertEq(balanceOf(t.asset, carol), 0.2 ether, "the third");
    }

    function testFuzz_ACommitmentReplayedByAnotherSender_CannotBeOpened(address copier) external {
        vm.assume(copier != alice && copier != address(0) && copier.code.length == 0);
        uint256 contest = open(terms(false));
        Sealed memory s = submit(contest, alice, 0, Specs.plain(7));
        submitCopy(contest, copier, commitment(s));
        goTo(contest, Phase.Reveal);
        refusesCopy(Sealed(contest, copier, 0, s.spec, s.salt), bytes28(commitment(s)));
    }

    function test_ACommitmentReplayedInAnotherContest_CannotBeOpened() external {
        uint256 first = open(terms(false));
        uint256 second = open(terms(false));
        Sealed memory s = submit(first, alice, 0, Specs.plain(7));
        submitCopy(second, alice, commitment(s));
        goTo(second, Phase.Reveal);
        refusesCopy(Sealed(second, alice, 0, s.spec, s.salt), bytes28(commitment(s)));
    }

    function test_ACommitmentReplayedInAnotherContract_CannotBeOpened() external {
        uint256 contest = open(terms(false));
        Sealed memory s = submit(contest, alice, 0, Specs.plain(7));
        bytes32 copied = commitment(s);
        bounty = deployBounty();
        assertEq(open(terms(false)), contest, "the contest has the same number there");
        submitCopy(contest, alice, copied);
        goTo(contest, Phase.Reveal);
        refusesCopy(s, bytes28(copied));
    }

    function testFuzz_ACommitmentReplayedOnAnotherChain_CannotBeOpened(uint64 chain) external {
        chain = uint64(bound(chain, 1, type(uint64).max - 1));
        vm.assume(chain != block.chainid);
        uint256 contest = open(terms(false));
        Sealed memory s = submit(contest, alice, 0, Specs.plain(7));
        bytes32 copied = commitment(s);
        goTo(contest, Phase.Reveal);
        // The fork has the same state.
        vm.chainId(chain);
        refusesCopy(s, bytes28(copied));
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function submitCopy(uint256 contest, address who, bytes32 commitment_) private {
        uint256 coins = fund(who, NATIVE, 0.01 ether);
        vm.prank(who);
        bounty.submit{value: coins}(contest, 0, commitment_);
    }

    function refusesCopy(Sealed memory s, bytes28 expected) private {
        bytes28 actual = bytes28(commitment(s));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.CommitmentMismatch.selector, expected, actual));
        reveal(s);
    }
}
