// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract ReclaimTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestHasNotEndedOrWasWon(uint256 seed, uint96 amount, bool inToken) external {
        uint256 contest;
        if (seed % 3 == 0) {
            contest = inPhase(Phase(seed % 10), seed);
        } else {
            amount = uint96(bound(amount, 1, type(uint96).max));
            contest = open(futureTerms(inToken));
            sponsor(contest, alice, amount);
            play(contest, alice);
            record(contest, 1_000_000);
            if (seed % 3 == 1) settle(contest);
        }
        vm.expectRevert(
            abi.encodeWithSelector(IHyperparameterBounty.NotReturned.selector, contest, bounty.outcomeOf(contest))
        );
        bounty.reclaim(contest, alice);
    }

    function testFuzz_RevertGiven_SomebodyWhoIsNoSponsor(uint8 how, bool inToken, address who, uint96 amount)
        external
        givenTheContestEndedWithoutAWinner
    {
        vm.assume(who != alice && who != bob);
        uint256 contest = unwon(how, inToken, uint96(bound(amount, 1, 1 << 93)), 1);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToReclaim.selector, contest, who));
        bounty.reclaim(contest, who);
    }

    function testFuzz_RevertGiven_ASponsorThatHasReclaimed(uint8 how, bool inToken, uint96 amount)
        external
        givenTheContestEndedWithoutAWinner
    {
        uint256 contest = unwon(how, inToken, uint96(bound(amount, 1, 1 << 93)), 1);
        bounty.reclaim(contest, alice);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToReclaim.selector, contest, alice));
        bounty.reclaim(contest, alice);
    }

    function testFuzz_GivenASponsorThatHasNotReclaimed(
        uint8 how,
        bool inToken,
        uint96[2] memory amounts,
        address sender
    ) external givenTheContestEndedWithoutAWinner {
        (amounts[0], amounts[1]) = (uint96(bound(amounts[0], 1, 1 << 93)), uint96(bound(amounts[1], 1, 1 << 93)));
        uint256 contest = unwon(how, inToken, amounts[0], amounts[1]);
        address asset = assetFor(inToken);
        if (bounty.contestOf(contest).pot != 0) claimAll(contest);
        assertEq(held(asset), 2 * uint256(amounts[0]) + amounts[1], "held before");
        uint256 before = balanceOf(asset, alice);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Reclaimed(contest, alice, 2 * uint256(amounts[0]));
        vm.expectEmit(address(bounty));
        emit IPayments.Paid(contest, alice, 2 * uint256(amounts[0]));
        vm.prank(sender);
        bounty.reclaim(contest, alice);

        assertEq(balanceOf(asset, alice) - before, 2 * uint256(amounts[0]), "what comes back");
        assertEq(bounty.sponsorshipOf(contest, alice), 0, "sponsorshipOf");
        assertEq(bounty.sponsorshipOf(contest, bob), amounts[1], "the other's");
        bounty.reclaim(contest, bob);
        assertEq(held(asset), 0, "held");
    }

    /// @dev Cancelled, refunded or void; alice added the first amount twice, and bob the second.
    function unwon(uint8 how, bool inToken, uint96 first, uint96 second) private returns (uint256 contest) {
        contest = open(futureTerms(inToken));
        sponsor(contest, alice, first);
        sponsor(contest, bob, second);
        sponsor(contest, alice, first);
        if (how % 4 == 0) {
            vm.prank(organizer);
            bounty.cancel(contest);
            return contest;
        }
        play(contest, carol);
        if (how % 4 == 1) record(contest, 0);
        if (how % 4 == 2) record(contest, noScores());
        settle(contest);
        assertOutcome(contest, how % 4 == 1 ? Outcome.Refunded : Outcome.Void);
    }
}
