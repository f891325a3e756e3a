// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Coalition} from "./Coalition.sol";

/// @dev A dispute that no transaction of the chain can resolve. Thirty days later it ends without one.
contract WayOutTest is Coalition {
    uint256 private constant WAIT = 30 days;

    function testFuzz_ADisputeThatNobodyCanResolve_EndsVoidAfterThirtyDays(uint8 size, bool lied) external {
        size = 1 + 2 * (size % 4);
        ally(evaluator);
        ally(organizer);
        ally(challenger);
        ally(carol);
        Terms memory t = defaults(16, size);
        uint256 contest = three(t);
        uint24[] memory truth = scoreList(800_000, 700_000, 600_000);
        dispute(contest, lied ? scoreList(0, 0, 900_000) : truth, challenger, repeat(truth, size));
        uint256 until = startOf(contest, Phase.Settle) + WAIT;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotResolved.selector, contest, until));
        bounty.settle(contest);
        vm.warp(until);
        bounty.settle(contest);
        claimAll(contest);
        assertOutcome(contest, Outcome.Void);
        for (uint256 i; i < size; ++i) {
            assertEq(member(i).balance, TENTH, "a member that answered has its bond back");
        }
        assertEq(address(bounty).balance, 0, "held");
        assertGainsNothing();
    }

    /// @dev As long as it can be resolved, anybody can; and nobody can settle past an answer.
    function testFuzz_AnOrganizerThatSettlesBeforeThePanelIsHeard_IsRefused(uint32 later) external {
        uint256 contest = three(defaults(16, 3));
        uint24[] memory truth = scoreList(800_000, 700_000, 600_000);
        dispute(contest, scoreList(0, 0, 900_000), challenger, repeat(truth, 3));
        uint256 until = startOf(contest, Phase.Settle) + WAIT;
        vm.warp(bound(later, block.timestamp, until - 1));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotResolved.selector, contest, until));
        vm.prank(organizer);
        bounty.settle(contest);
        resolve(contest);
        finish(contest);
        assertEq(bounty.contestOf(contest).winners[0], 0, "who won");
    }

    /// @dev Whatever it comes to in which phase, by the clock alone: nobody has to do anything but settle.
    function testFuzz_AContestThatEverybodyLeaves_EndsByTheClock(uint256 seed, uint8 step) external {
        Phase phase = Phase(bound(step, uint256(Phase.Offer), uint256(Phase.Settle)));
        uint256 contest = inPhase(phase, seed);
        uint256 last = lastDeadline(contest);
        vm.warp(phase <= Phase.Lapsed ? startOf(contest, Phase.Lapsed) + seed % 1 weeks : last + WAIT);
        vm.prank(stranger);
        bounty.settle(contest);
        if (bounty.contestOf(contest).pot != 0) claimAll(contest);
        assertEq(held(bounty.contestOf(contest).asset), 0, "held");
    }
}
