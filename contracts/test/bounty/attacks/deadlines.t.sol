// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../foundry/World.sol";

/// @dev Deadlines out of order, too close to be in time for, or so far that they wrap.
contract DeadlinesTest is World {
    function testFuzz_AnyContestThatOpens_HasItsDeadlinesInOrder(
        uint40 acceptEnds,
        uint32 submitSeconds,
        uint32 revealSeconds,
        uint32 scoreSeconds,
        uint32 challengeSeconds
    ) external {
        Terms memory t = terms(false);
        (t.acceptEnds, t.submitSeconds, t.revealSeconds) = (acceptEnds, submitSeconds, revealSeconds);
        (t.scoreSeconds, t.challengeSeconds) = (scoreSeconds, challengeSeconds);
        assertInOrder(t);
    }

    function testFuzz_AnyContestWithAPanelThatOpens_HasItsDeadlinesInOrder(
        uint40 acceptEnds,
        uint32 challengeSeconds,
        uint32 sealSeconds,
        uint32 openSeconds
    ) external {
        Terms memory t = panelTerms(false, 3);
        (t.acceptEnds, t.challengeSeconds) = (acceptEnds, challengeSeconds);
        (t.panel.sealSeconds, t.panel.openSeconds) = (sealSeconds, openSeconds);
        assertInOrder(t);
    }

    /// @dev Every window of ten minutes at least, and an end in sight; else it is refused.
    function assertInOrder(Terms memory t) private {
        uint256 coins = fund(organizer, NATIVE, due(t));
        bool panel = t.panel.members.length != 0;
        uint256 least = t.submitSeconds < t.revealSeconds ? t.submitSeconds : t.revealSeconds;
        if (t.holdoutCommitment == 0 ? t.scoreSeconds < least : t.scoreSeconds / 4 < least) {
            least = t.holdoutCommitment == 0 ? t.scoreSeconds : t.scoreSeconds / 4;
        }
        if ((panel || t.challengeSeconds != 0) && t.challengeSeconds < least) least = t.challengeSeconds;
        if (panel && t.panel.sealSeconds < least) least = t.panel.sealSeconds;
        if (panel && t.panel.openSeconds < least) least = t.panel.openSeconds;
        uint256 last = uint256(t.acceptEnds) + 2 * uint256(t.submitSeconds) + lastSeconds(t); // extended to twice
        bool good =
            t.acceptEnds >= block.timestamp + 10 minutes && least >= 10 minutes && last <= block.timestamp + 3650 days;
        vm.prank(organizer);
        try bounty.open{value: coins}(t) {
            assertTrue(good, "bad deadlines taken");
        } catch {
            assertTrue(!good, "good deadlines refused");
        }
    }

    /// @dev So short that only who knows of it is in time: to reveal, to publish the key, to score, to seal, to open.
    function testFuzz_AWindowOfLessThanTenMinutes_IsRefused(uint8 which, uint32 secs) external {
        secs = uint32(bound(secs, 0, 10 minutes - 1));
        Terms memory t = panelTerms(false, 3);
        which %= 7;
        if (which == 0) t.submitSeconds = secs;
        if (which == 1) t.revealSeconds = secs;
        if (which == 2) t.scoreSeconds = secs;
        if (which == 3) t.challengeSeconds = secs == 0 ? 1 : secs;
        if (which == 4) t.panel.sealSeconds = secs;
        if (which == 5) t.panel.openSeconds = secs;
        if (which == 6) {
            secs = uint32(bound(secs, 150, 10 minutes - 1)); // a quarter of a window that is long enough
            (t.holdoutCommitment, t.scoreSeconds) = (KEY, secs * 4);
        }
        uint256 coins = fund(organizer, NATIVE, due(t));
        vm.expectRevert(
            abi.encodeWithSelector(
                IHyperparameterBounty.WindowTooShort.selector, 10 minutes, which == 3 && secs == 0 ? 1 : secs
            )
        );
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    function test_DeadlinesThatWouldWrapAround_AreRefused() external {
        Terms memory t = panelTerms(false, 3);
        (t.acceptEnds, t.submitSeconds) = (type(uint40).max, type(uint32).max);
        (t.revealSeconds, t.scoreSeconds, t.challengeSeconds) = (type(uint32).max, type(uint32).max, type(uint32).max);
        (t.panel.sealSeconds, t.panel.openSeconds) = (type(uint32).max, type(uint32).max);
        uint256 last = uint256(type(uint40).max) + 7 * uint256(type(uint32).max);
        uint256 latest = block.timestamp + 3650 days;
        uint256 coins = fund(organizer, NATIVE, due(t));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.DeadlineTooFar.selector, latest, last));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    /// @dev However often it extends, an organizer cannot double the time to submit more than once; and who does not want to wait
    /// withdraws, with its fee.
    function testFuzz_ExtensionsOneAfterAnother_NeverPassTwiceTheTimeAndLetParticipantsOut(uint32[8] memory secs)
        external
    {
        Terms memory t = panelTerms(false, 3);
        uint256 contest = open(t);
        uint256 latest = bounty.contestOf(contest).submitEnds + t.submitSeconds;
        submit(contest, alice);
        bool extended;
        for (uint256 i; i < secs.length; ++i) {
            vm.prank(organizer);
            try bounty.extend(contest, secs[i] % 2000) {
                extended = true;
            } catch {}
            assertTrue(bounty.contestOf(contest).submitEnds <= latest, "the time to submit");
        }
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        assertEq(alice.balance, extended ? t.entryFee : 0, "the fee");
    }
}
