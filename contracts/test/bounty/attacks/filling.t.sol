// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "../foundry/Oracle.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed} from "../foundry/World.sol";
import {Coalition} from "./Coalition.sol";

/// @dev Taking all slots, so that nobody else can enter. The second half of them costs at least what there is to win.
contract FillingTest is Coalition {
    uint16 private constant SLOTS = 256;

    /// @dev It withdraws all but one in the last second, so that the evaluator has one to score.
    function test_AllSlotsTakenAndAllButOneWithdrawn_CostTheRewardAndTheFees() external {
        ally(alice);
        uint256 contest = open(defaults(SLOTS, 3));
        Sealed[] memory all = fill(contest, SLOTS);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.TooManySubmissions.selector, SLOTS));
        vm.prank(bob);
        bounty.submit(contest, 0, "an honest one");
        vm.warp(startOf(contest, Phase.Reveal) - 1);
        for (uint256 i = 1; i < SLOTS; ++i) {
            withdrawSubmission(all[i]);
        }
        revealFirst(contest, all, 1);
        record(contest, 1_000_000);
        finish(contest);
        assertLoses(uint256(TENTH) / SLOTS * SLOTS);
    }

    /// @dev The evaluator gets the fees of all entries back for itself, but not the surcharge.
    function test_AllSlotsTakenByTheEvaluator_CostTheReward() external {
        ally(alice);
        ally(evaluator);
        uint256 contest = open(defaults(SLOTS, 3));
        Sealed[] memory all = fill(contest, SLOTS);
        revealFirst(contest, all, SLOTS);
        record(contest, firstIsBest(SLOTS));
        finish(contest);
        assertGainsNothing();
    }

    /// @dev All three are one, and after what an honest sponsor added; nobody can add after the surcharge was paid.
    function testFuzz_AllSlotsTakenByOrganizerAndEvaluatorTogether_CostTheRewardAndWhatSponsorsAdded(
        uint96 amount,
        uint16 slots
    ) external {
        amount = uint96(bound(amount, 1, 1_000 ether));
        slots = uint16(bound(slots, 2, 40));
        ally(alice);
        ally(evaluator);
        ally(organizer);
        uint256 contest = open(defaults(slots, 3));
        uint256 free = (uint256(slots) + 1) / 2;
        Sealed[] memory all = new Sealed[](slots);
        for (uint256 i; i < slots; ++i) {
            if (i == free) sponsor(contest, bob, amount);
            all[i] = submit(contest, alice, i, Specs.plain(i));
        }
        fund(bob, NATIVE, 1);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.TooFullToSponsor.selector, free, slots));
        vm.prank(bob);
        bounty.sponsor{value: 1}(contest, 1);
        revealFirst(contest, all, slots);
        record(contest, firstIsBest(slots));
        finish(contest);
        assertLoses(REWARD); // the organizer's own money, which it has burned
    }

    /// @dev Whatever is to be won, for every number of slots.
    function testFuzz_AllSlotsTaken_CostTheWholePrize(uint16 slots, uint96 reward, uint96 added) external {
        slots = uint16(bound(slots, 2, 1_024));
        Terms memory t = defaults(slots, 0);
        t.reward = uint96(bound(reward, 1, type(uint96).max));
        t.entryFee = 0;
        uint256 contest = open(t);
        if (added != 0) sponsor(contest, bob, added);
        fill(contest, slots);
        vm.assertGe(BURN.balance, uint256(t.reward) + added, "burned");
    }

    /// @dev It takes what is left when others are in already: as many parts of the reward burned as it takes of the tickets,
    /// and more.
    function testFuzz_TheLastSlotsTaken_CostMoreThanTheirPartOfThePrize(uint16 slots, uint16 others) external {
        slots = uint16(bound(slots, 2, 300));
        others = uint16(bound(others, (uint256(slots) + 1) / 2, slots - 1));
        uint256 contest = open(defaults(slots, 0));
        for (uint256 i; i < others; ++i) {
            submit(contest, bob, i, Specs.plain(i));
        }
        uint256 before = BURN.balance;
        for (uint256 i = others; i < slots; ++i) {
            submit(contest, alice, i, Specs.plain(i));
        }
        vm.assertGe((BURN.balance - before) * slots, uint256(REWARD) * (slots - others), "its part of the slots");
    }

    /// @dev An organizer that fills its own contest extends it by a second, and withdraws: the fees come back to it, the
    /// surcharge does not.
    function test_AllSlotsTakenAndWithdrawnAfterAnExtension_CostTheReward() external {
        ally(alice);
        ally(organizer);
        uint256 contest = open(defaults(SLOTS, 3));
        Sealed[] memory all = fill(contest, SLOTS);
        extend(contest, 1);
        for (uint256 i; i < SLOTS; ++i) {
            withdrawSubmission(all[i]);
        }
        vm.prank(organizer);
        bounty.cancel(contest);
        assertLoses(REWARD);
    }

    /// @dev So that a sponsor comes in at the price of before.
    function test_SlotsGivenBackForASponsor_CostThePriceOfAfterToTakeAgain() external {
        ally(alice);
        uint256 contest = open(defaults(16, 3));
        Sealed[] memory all = fill(contest, 16);
        for (uint256 i = 8; i < 16; ++i) {
            withdrawSubmission(all[i]);
        }
        sponsor(contest, bob, 10 ether);
        for (uint256 i = 8; i < 16; ++i) {
            all[i] = submit(contest, alice, i, Specs.plain(i));
        }
        revealFirst(contest, all, 16);
        record(contest, firstIsBest(16));
        finish(contest);
        assertLoses(REWARD);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function fill(uint256 contest, uint256 slots) private returns (Sealed[] memory all) {
        all = new Sealed[](slots);
        for (uint256 i; i < slots; ++i) {
            all[i] = submit(contest, alice, i, Specs.plain(i));
        }
    }

    function firstIsBest(uint256 count) private pure returns (uint24[] memory scores) {
        scores = new uint24[](count);
        scores[0] = 1_000_000;
    }
}
