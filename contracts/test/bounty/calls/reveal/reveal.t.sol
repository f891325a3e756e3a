// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IHyperparameterBounty,
    Phase,
    RevealedSpec,
    Submission,
    SubmissionState,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../../foundry/Specs.sol";
import {Sealed, World} from "../../foundry/World.sol";

contract RevealTest is World {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, uint256 entry, bytes32 spec, bytes32 salt)
        external
    {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Reveal, seed);
        expectWrongPhase(contest, Phase.Reveal, actual);
        vm.prank(alice);
        bounty.reveal(contest, entry, spec, salt);
    }

    function testFuzz_RevertGiven_ASecondBeforeRevealing(uint256 seed, bool inToken) external {
        Sealed memory s = sealedSpec(Specs.valid(seed), inToken);
        vm.warp(block.timestamp - 1);
        expectWrongPhase(s.contest, Phase.Reveal, Phase.Submit);
        reveal(s);
    }

    function testFuzz_GivenTheFirstOrTheLastSecondOfRevealing(uint256 seed, bool inToken, bool last) external {
        Sealed memory s = sealedSpec(Specs.valid(seed), inToken);
        if (last) vm.warp(startOf(s.contest, Phase.Score) - 1);
        assertEq(reveal(s), 0, "index");
    }

    function testFuzz_RevertGiven_TheFirstSecondOfScoring(uint256 seed, bool inToken, uint8 later) external {
        Sealed memory s = sealedSpec(Specs.valid(seed), inToken);
        vm.warp(startOf(s.contest, Phase.Score) + later % 2);
        expectWrongPhase(s.contest, Phase.Reveal, Phase.Score);
        reveal(s);
    }

    function testFuzz_RevertGiven_TheSlotIsEmpty(uint256 entry, bytes32 spec, bytes32 salt)
        external
        givenTheRevealPhase
    {
        Sealed memory s = sealedSpec(Specs.plain(0), false);
        vm.assume(entry != s.entry);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSubmission.selector, s.contest, alice, entry));
        vm.prank(alice);
        bounty.reveal(s.contest, entry, spec, salt);
    }

    function testFuzz_RevertGiven_TheSlotWasRevealed(uint256 seed, bytes32 spec, bytes32 salt, bool same)
        external
        givenTheRevealPhase
    {
        Sealed memory s = sealedSpec(Specs.valid(seed), false);
        reveal(s);
        if (!same) (s.spec, s.salt) = (spec, salt);
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.AlreadyRevealed.selector, s.contest, alice, s.entry)
        );
        reveal(s);
    }

    function testFuzz_RevertWhen_TheSpecIsNotTheOneThatWasSealed(uint256 seed, bytes32 other)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
    {
        Sealed memory s = sealedSpec(Specs.valid(seed), false);
        vm.assume(other != s.spec);
        bytes28 expected = bytes28(commitment(s));
        s.spec = other;
        expectMismatch(s, expected);
        reveal(s);
    }

    function testFuzz_RevertWhen_TheSaltIsNotTheOneThatWasSealed(uint256 seed, bytes32 other)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
    {
        Sealed memory s = sealedSpec(Specs.valid(seed), false);
        vm.assume(other != s.salt);
        bytes28 expected = bytes28(commitment(s));
        s.salt = other;
        expectMismatch(s, expected);
        reveal(s);
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheOneThatSealed(uint256 seed, address copier)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
    {
        vm.assume(copier != alice && copier != address(0) && copier.code.length == 0);
        uint256 contest = open(terms(false));
        Sealed memory s = submit(contest, alice, 0, Specs.valid(seed));
        bytes32 copied = commitment(s);
        uint256 coins = fund(copier, NATIVE, 0.01 ether);
        vm.prank(copier);
        bounty.submit{value: coins}(contest, 0, copied);
        goTo(contest, Phase.Reveal);
        s.sender = copier;
        expectMismatch(s, bytes28(copied));
        reveal(s);
    }

    function testFuzz_GivenTheSpecWasReplaced(uint256 first, uint256 second)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
    {
        uint256 contest = open(terms(false));
        Sealed memory old = submit(contest, alice, 0, Specs.valid(first));
        Sealed memory s = seal(contest, alice, 0, Specs.valid(second));
        bytes32 replacement = commitment(s);
        vm.prank(alice);
        bounty.submit(contest, 0, replacement);
        goTo(contest, Phase.Reveal);
        expectMismatch(old, bytes28(commitment(s)));
        reveal(old);
        reveal(s);
        assertEq(bounty.revealedAt(contest, 0).spec, s.spec, "spec");
    }

    function testFuzz_RevertGiven_ASpecWithUnusedBits(uint256 seed, uint24 bits)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
        whenAllIsWhatWasSealed
    {
        bytes32 spec = Specs.valid(seed) | bytes32(bound(bits, 1, type(uint24).max));
        refuses(spec, Specs.MAXIMA, abi.encodeWithSelector(IHyperparameterBounty.SpecUnusedBits.selector, spec));
    }

    function testFuzz_RevertGiven_AFieldOutsideTheTable(uint256 seed, uint256 field, uint256 value)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
        whenAllIsWhatWasSealed
    {
        field = bound(field, 0, Specs.COUNT - 1);
        (, uint256 mask) = Specs.place(field);
        (uint256 low, uint256 high) = (Specs.get(Specs.MINIMA, field), Specs.get(Specs.MAXIMA, field));
        value = low != 0 && value % 4 == 0 ? bound(value, 0, low - 1) : bound(value, high + 1, mask);
        refuses(
            Specs.set(Specs.valid(seed), field, value),
            Specs.MAXIMA,
            abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, field, value, low, high)
        );
    }

    function testFuzz_RevertGiven_AFieldAboveTheLimits(uint256 seed, uint256 field, uint256 limit)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
        whenAllIsWhatWasSealed
    {
        bytes32 spec = Specs.valid(seed);
        field = bound(field, 0, Specs.COUNT - 1);
        (uint256 low, uint256 value) = (Specs.get(Specs.MINIMA, field), Specs.get(spec, field));
        // Limits that allow no model cannot be opened.
        vm.assume(value > low && !(field == 3 && value == 1));
        limit = bound(limit, field == 3 ? 1 : low, value - 1);
        refuses(
            spec,
            Specs.set(Specs.MAXIMA, field, limit),
            abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, field, value, low, limit)
        );
    }

    function testFuzz_RevertGiven_UnitsThatDoNotFitTheLayers(uint256 seed, bool dense, uint256 layer, uint256 units)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
        whenAllIsWhatWasSealed
    {
        bytes32 spec = Specs.valid(seed);
        uint256 kind = dense ? Specs.DENSE_LAYERS : Specs.RECURRENT_LAYERS;
        uint256 layers = Specs.get(spec, kind);
        layer = bound(layer, 0, 3);
        units = layer < layers ? 0 : bound(units, 1, 1024);
        refuses(
            Specs.set(spec, kind + 1 + layer, units),
            Specs.MAXIMA,
            abi.encodeWithSelector(IHyperparameterBounty.SpecLayerMismatch.selector, kind + 1 + layer, units, layers)
        );
    }

    function testFuzz_RevertGiven_AnActivationOfDenseLayersThatAreNotThere(uint256 number, uint256 activation)
        external
        givenTheRevealPhase
        givenTheSlotIsSealed
        whenAllIsWhatWasSealed
    {
        activation = bound(activation, 1, 7);
        refuses(
            Specs.set(Specs.plain(number), Specs.DENSE_ACTIVATION, activation),
            Specs.MAXIMA,
            abi.encodeWithSelector(
                IHyperparameterBounty.SpecFieldIneffective.selector, Specs.DENSE_ACTIVATION, activation
            )
        );
    }

    function testFuzz_GivenAModelWithinTheLimits(
        uint256 seed,
        bool inToken,
        uint96 entryFee,
        uint16 entry,
        uint8 others,
        uint32 when
    ) external givenTheRevealPhase givenTheSlotIsSealed whenAllIsWhatWasSealed {
        Terms memory t = terms(inToken);
        t.entryFee = entryFee;
        t.limits = Specs.valid(seed);
        uint256 contest = open(t);
        entry %= 4;
        others %= 4;
        Sealed[] memory before = new Sealed[](others);
        for (uint256 i; i < others; ++i) {
            before[i] = submit(contest, bob, i, t.limits);
        }
        Sealed memory s = submit(contest, alice, entry, t.limits);
        goTo(contest, Phase.Reveal);
        vm.warp(bound(when, block.timestamp, startOf(contest, Phase.Score) - 1));
        for (uint256 i; i < others; ++i) {
            reveal(before[i]);
        }
        uint256 heldBefore = held(t.asset);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Revealed(contest, alice, others, entry, uint256(others) + 1, s.spec, s.salt);
        uint256 index = reveal(s);

        assertEq(index, others, "index");
        assertEq(balanceOf(t.asset, alice), 0, "what the participant has");
        assertEq(held(t.asset), heldBefore, "held");
        assertEq(bounty.contestOf(contest).revealed, index + 1, "revealed");
        assertEq(bounty.contestOf(contest).standing, index + 1, "standing");
        vm.assertEq(
            abi.encode(bounty.submissionOf(contest, alice, entry)),
            abi.encode(Submission(SubmissionState.Revealed, 0, 0, s.spec)),
            "submissionOf"
        );
        vm.assertEq(
            abi.encode(bounty.revealedAt(contest, index)),
            abi.encode(RevealedSpec(alice, entry, uint32(index + 1), s.spec)),
            "revealedAt"
        );
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Sealed by alice in a contest that is at the first second of revealing.
    function sealedSpec(bytes32 spec, bool inToken) private returns (Sealed memory s) {
        uint256 contest = open(terms(inToken));
        s = submit(contest, alice, uint256(spec) % 4, spec);
        goTo(contest, Phase.Reveal);
    }

    function refuses(bytes32 spec, bytes32 limits, bytes memory reason) private {
        Terms memory t = terms(false);
        t.limits = limits;
        uint256 contest = open(t);
        Sealed memory s = submit(contest, alice, 0, spec);
        goTo(contest, Phase.Reveal);
        vm.expectRevert(reason);
        reveal(s);
    }

    function expectMismatch(Sealed memory s, bytes28 expected) private {
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.CommitmentMismatch.selector, expected, bytes28(commitment(s)))
        );
    }
}
