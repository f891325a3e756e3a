// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, IHyperparameterBounty, Terms} from "../../src/interfaces/IHyperparameterBounty.sol";
import {World} from "../foundry/World.sol";

/// @dev Deadlines out of order, or so far that they wrap.
contract DeadlinesTest is World {
    function testFuzz_AnyContestThatOpens_HasItsDeadlinesInOrder(
        uint40 submitEnds,
        uint32 revealSeconds,
        uint32 scoreSeconds,
        uint32 challengeSeconds
    ) external {
        Terms memory t = terms(false);
        (t.submitEnds, t.revealSeconds) = (submitEnds, revealSeconds);
        (t.scoreSeconds, t.challengeSeconds) = (scoreSeconds, challengeSeconds);
        vm.deal(organizer, 1.1 ether);
        vm.prank(organizer);
        try bounty.open{value: 1.1 ether}(t) returns (uint256 contest) {
            ContestView memory v = bounty.contestOf(contest);
            assertTrue(block.timestamp < v.submitEnds, "submitting ends in the future");
            assertTrue(v.submitEnds < v.revealEnds && v.revealEnds < v.scoreEnds, "windows that are not empty");
            assertTrue(v.scoreEnds <= v.challengeEnds, "challenging ends last");
            assertTrue(v.challengeEnds <= block.timestamp + 3650 days, "an end in sight");
        } catch {
            uint256 last = uint256(submitEnds) + revealSeconds + scoreSeconds + challengeSeconds;
            assertTrue(
                submitEnds <= block.timestamp || revealSeconds == 0 || scoreSeconds == 0
                    || last > block.timestamp + 3650 days,
                "good deadlines refused"
            );
        }
    }

    function test_DeadlinesThatWouldWrapAround_AreRefused() external {
        Terms memory t = terms(false);
        t.submitEnds = type(uint40).max;
        (t.revealSeconds, t.scoreSeconds, t.challengeSeconds) = (type(uint32).max, type(uint32).max, type(uint32).max);
        uint256 last = uint256(type(uint40).max) + 3 * uint256(type(uint32).max);
        uint256 latest = block.timestamp + 3650 days;
        uint256 coins = fund(organizer, NATIVE, 1.1 ether);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.DeadlineTooFar.selector, latest, last));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    /// @dev However often it extends, an organizer cannot lock deposits for longer than that from any moment on; and who
    /// does not want to wait withdraws.
    function testFuzz_ExtensionsOneAfterAnother_NeverPassTheLatestDeadlineAndLetParticipantsOut(uint32[8] memory secs)
        external
    {
        uint256 contest = open(terms(false));
        submit(contest, alice);
        for (uint256 i; i < secs.length; ++i) {
            vm.prank(organizer);
            try bounty.extend(contest, secs[i]) {} catch {}
            assertTrue(bounty.contestOf(contest).challengeEnds <= block.timestamp + 3650 days, "the last deadline");
        }
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        assertEq(alice.balance, 0.01 ether, "the deposit");
    }
}
