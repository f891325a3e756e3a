// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, DisputeView, IHyperparameterBounty, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
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
        assertInOrder(t);
    }

    function testFuzz_AnyContestWithAPanelThatOpens_HasItsDeadlinesInOrder(
        uint40 submitEnds,
        uint32 challengeSeconds,
        uint32 sealSeconds,
        uint32 openSeconds
    ) external {
        Terms memory t = panelTerms(false, 3);
        (t.submitEnds, t.challengeSeconds) = (submitEnds, challengeSeconds);
        (t.panel.sealSeconds, t.panel.openSeconds) = (sealSeconds, openSeconds);
        assertInOrder(t);
    }

    function assertInOrder(Terms memory t) private {
        uint256 coins = fund(organizer, NATIVE, due(t));
        bool panel = t.panel.members.length != 0;
        vm.prank(organizer);
        try bounty.open{value: coins}(t) returns (uint256 contest) {
            ContestView memory v = bounty.contestOf(contest);
            DisputeView memory d = bounty.disputeOf(contest);
            assertTrue(block.timestamp < v.submitEnds, "submitting ends in the future");
            assertTrue(v.submitEnds < v.revealEnds && v.revealEnds < v.scoreEnds, "windows that are not empty");
            assertTrue(v.scoreEnds <= v.challengeEnds, "challenging ends last");
            if (panel) {
                assertTrue(v.scoreEnds < v.challengeEnds, "time to challenge");
                assertTrue(v.challengeEnds < d.sealEnds && d.sealEnds < d.openEnds, "time for the panel");
            }
            assertTrue(lastDeadline(contest) <= block.timestamp + 3650 days, "an end in sight");
        } catch {
            bool empty = t.revealSeconds == 0 || t.scoreSeconds == 0;
            bool panelEmpty = t.challengeSeconds == 0 || t.panel.sealSeconds == 0 || t.panel.openSeconds == 0;
            assertTrue(
                t.submitEnds <= block.timestamp || empty || (panel && panelEmpty)
                    || t.submitEnds + lastSeconds(t) > block.timestamp + 3650 days,
                "good deadlines refused"
            );
        }
    }

    function test_DeadlinesThatWouldWrapAround_AreRefused() external {
        Terms memory t = panelTerms(false, 3);
        t.submitEnds = type(uint40).max;
        (t.revealSeconds, t.scoreSeconds, t.challengeSeconds) = (type(uint32).max, type(uint32).max, type(uint32).max);
        (t.panel.sealSeconds, t.panel.openSeconds) = (type(uint32).max, type(uint32).max);
        uint256 last = uint256(type(uint40).max) + 5 * uint256(type(uint32).max);
        uint256 latest = block.timestamp + 3650 days;
        uint256 coins = fund(organizer, NATIVE, due(t));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.DeadlineTooFar.selector, latest, last));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    /// @dev However often it extends, an organizer cannot lock deposits for longer than that from any moment on; and who
    /// does not want to wait withdraws.
    function testFuzz_ExtensionsOneAfterAnother_NeverPassTheLatestDeadlineAndLetParticipantsOut(uint32[8] memory secs)
        external
    {
        uint256 contest = open(panelTerms(false, 3));
        submit(contest, alice);
        for (uint256 i; i < secs.length; ++i) {
            vm.prank(organizer);
            try bounty.extend(contest, secs[i]) {} catch {}
            assertTrue(lastDeadline(contest) <= block.timestamp + 3650 days, "the last deadline");
        }
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        assertEq(alice.balance, 0.01 ether, "the deposit");
    }
}
