// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    DisputeView,
    IHyperparameterBounty,
    Panel,
    SeatState,
    Terms
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {World} from "../../foundry/World.sol";

contract OpenPanelTest is World {
    function testFuzz_RevertWhen_ThereAreTermsOfAPanelAndNoMembers(Terms memory raw, Panel memory terms_, uint8 which)
        external
    {
        Terms memory t = valid(raw, false);
        delete t.panel;
        which %= 6;
        if (which == 0) t.panel.challengeBond = uint96(bound(terms_.challengeBond, 1, type(uint96).max));
        if (which == 1) t.panel.fee = uint96(bound(terms_.fee, 1, type(uint96).max));
        if (which == 2) t.panel.tolerance = uint24(bound(terms_.tolerance, 1, type(uint24).max));
        if (which == 3) t.panel.sealSeconds = uint32(bound(terms_.sealSeconds, 1, 73 days));
        if (which == 4) t.panel.openSeconds = uint32(bound(terms_.openSeconds, 1, 73 days));
        if (which == 5) t.panel.memberBond = uint96(bound(terms_.memberBond, 1, type(uint96).max));
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.PanelWithoutMembers.selector));
    }

    function testFuzz_WhenThereIsNoPanel(Terms memory raw, bool inToken) external {
        Terms memory t = valid(raw, inToken);
        delete t.panel;
        DisputeView memory nothing;
        vm.assertEq(abi.encode(bounty.disputeOf(offer(t))), abi.encode(nothing), "disputeOf");
    }

    function testFuzz_RevertWhen_TheNumberOfMembersIsEvenOrTooHigh(Terms memory raw, uint8 count)
        external
        whenThereAreMembers
    {
        Terms memory t = validWithPanel(raw, false);
        count = uint8(bound(count, 2, 40));
        if (count < MOST_MEMBERS) count = count / 2 * 2;
        vm.assume(count != MOST_MEMBERS);
        t.panel.members = members(count);
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.WrongPanelSize.selector, MOST_MEMBERS, count));
    }

    function testFuzz_RevertWhen_AWindowOfThePanelIsShorterThanTenMinutes(Terms memory raw, uint8 which, uint32 secs)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
    {
        Terms memory t = validWithPanel(raw, false);
        secs = secs % 2 == 0 ? 599 : uint32(bound(secs, 0, 599));
        if (which % 3 == 0) t.panel.sealSeconds = secs;
        if (which % 3 == 1) t.panel.openSeconds = secs;
        // None at all would do for a contest without a panel.
        if (which % 3 == 2) t.challengeSeconds = secs = 0;
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.WindowTooShort.selector, 600, secs));
    }

    function testFuzz_RevertWhen_TheToleranceExceedsOneMillion(Terms memory raw, uint24 tolerance)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
    {
        Terms memory t = validWithPanel(raw, false);
        t.panel.tolerance = uint24(bound(tolerance, 1_000_001, type(uint24).max));
        refuses(
            t, abi.encodeWithSelector(IHyperparameterBounty.ToleranceOutOfRange.selector, 1_000_000, t.panel.tolerance)
        );
    }

    function testFuzz_RevertWhen_ABondIsBelowTheFees(Terms memory raw, uint96 fee, uint96[2] memory bonds)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
    {
        Terms memory t = validWithPanel(raw, false);
        t.panel.fee = uint96(bound(fee, 1, type(uint96).max));
        uint256 whole = t.panel.fee * t.panel.members.length;
        (t.evaluatorBond, t.panel.challengeBond) = (bonds[0], bonds[1]);
        // One that falls short by 1 beside one that does not.
        if (bonds[0] % 2 == 0 && 2 * whole <= type(uint96).max) {
            (t.evaluatorBond, t.panel.challengeBond) = (uint96(2 * whole), uint96(2 * whole - 1));
            if (bonds[1] % 2 == 0) {
                (t.evaluatorBond, t.panel.challengeBond) = (uint96(2 * whole - 1), uint96(2 * whole));
            }
        }
        vm.assume(t.evaluatorBond < 2 * whole || t.panel.challengeBond < 2 * whole);
        refuses(
            t,
            abi.encodeWithSelector(
                IHyperparameterBounty.BondBelowFees.selector, whole, t.evaluatorBond, t.panel.challengeBond
            )
        );
    }

    /// @dev The same one twice as well.
    function testFuzz_RevertWhen_AMemberIsNotAboveTheOneBefore(Terms memory raw, uint8 seat, uint160 below)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
        whenWindowsToleranceAndBondsAreInOrder
    {
        Terms memory t = validWithPanel(raw, false);
        vm.assume(t.panel.members.length != 1);
        seat = uint8(bound(seat, 1, t.panel.members.length - 1));
        t.panel.members[seat] = address(uint160(bound(below, 0, uint160(t.panel.members[seat - 1]))));
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.PanelNotAscending.selector, seat));
    }

    function testFuzz_RevertWhen_TheFirstMemberIsZero(Terms memory raw)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
        whenWindowsToleranceAndBondsAreInOrder
    {
        Terms memory t = validWithPanel(raw, false);
        t.panel.members[0] = address(0);
        refuses(t, abi.encodeWithSelector(IHyperparameterBounty.PanelNotAscending.selector, 0));
    }

    function testFuzz_RevertWhen_OrganizerOrEvaluatorIsAmongTheMembers(Terms memory raw, uint8 seat, bool isEvaluator)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
        whenWindowsToleranceAndBondsAreInOrder
    {
        Terms memory t = validWithPanel(raw, false);
        seat = uint8(seat % t.panel.members.length);
        address who = t.panel.members[seat];
        if (isEvaluator) t.evaluator = who;
        uint256 coins = fund(isEvaluator ? organizer : who, NATIVE, due(t));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.PartyOnPanel.selector, who));
        vm.prank(isEvaluator ? organizer : who);
        bounty.open{value: coins}(t);
    }

    function testFuzz_WhenTheBondsAreExactlyTwiceTheFees(Terms memory raw, uint96 fee, bool inToken)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
        whenWindowsToleranceAndBondsAreInOrder
        whenTheMembersAreOthersInAscendingOrder
    {
        Terms memory t = validWithPanel(raw, inToken);
        t.panel.fee = uint96(bound(fee, 0, type(uint96).max / 2 / t.panel.members.length));
        t.evaluatorBond = t.panel.challengeBond = uint96(2 * t.panel.fee * t.panel.members.length);
        assertEq(bounty.disputeOf(offer(t)).panel.fee, t.panel.fee, "fee");
    }

    function testFuzz_WhenThePanelIsInOrder(Terms memory raw, bool inToken)
        external
        whenThereAreMembers
        whenTheNumberOfMembersIsOddAndNotTooHigh
        whenWindowsToleranceAndBondsAreInOrder
        whenTheMembersAreOthersInAscendingOrder
    {
        Terms memory t = validWithPanel(raw, inToken);
        uint256 contest = offer(t);
        DisputeView memory expected;
        expected.panel = t.panel;
        expected.accepted = new bool[](t.panel.members.length);
        expected.seats = new SeatState[](t.panel.members.length);
        expected.agreed = new bool[](t.panel.members.length);
        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(expected), "disputeOf");
        assertEq(held(t.asset), due(t), "held");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Whatever the sender paid would have been enough.
    function refuses(Terms memory t, bytes memory reason) private {
        uint256 coins = fund(organizer, NATIVE, due(t));
        vm.expectRevert(reason);
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }
}
