// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Coalition} from "./Coalition.sol";

/// @dev Naming people who never agreed, so that nobody can answer.
contract ConsentTest is Coalition {
    /// @dev One of those named does not accept: nobody can enter, and everybody gets back what it put in.
    function testFuzz_AContestWithStrangersAsEvaluatorAndPanel_NeverBegins(uint8 size, uint8 missing) external {
        size = 1 + 2 * (size % 4);
        missing = uint8(bound(missing, 0, size)); // the last is the evaluator
        ally(organizer);
        uint256 contest = offer(defaults(16, size));
        for (uint256 i; i < size; ++i) {
            if (i != missing) acceptSeat(contest, i);
        }
        if (missing != size) accept(contest);
        fund(alice, NATIVE, 1 ether);
        expectWrongPhase(contest, Phase.Submit, Phase.Offer);
        vm.prank(alice);
        bounty.submit{value: 1 ether}(contest, 0, "a spec");
        vm.warp(startOf(contest, Phase.Lapsed));
        vm.prank(stranger);
        bounty.settle(contest);
        assertPhase(contest, Phase.Cancelled);
        for (uint256 i; i < size; ++i) {
            assertEq(member(i).balance, i == missing ? 0 : TENTH, "a member's bond");
        }
        assertEq(evaluator.balance, missing == size ? 0 : TENTH, "the evaluator's bond");
        assertEq(organizer.balance, uint256(REWARD) + TENTH, "the organizer");
        assertEq(address(bounty).balance, 0, "held");
        assertGainsNothing();
    }

    /// @dev With its bond, and even with its key's signature on something else: only a call of its own is consent.
    function testFuzz_AcceptingForSomebodyElse_IsRefused(uint160 who, bool seat) external {
        address other = address(uint160(bound(who, 0x100000, type(uint160).max)));
        vm.assume(other != evaluator && other != member(0));
        uint256 contest = offer(defaults(16, 1));
        vm.deal(other, TENTH);
        vm.expectRevert(
            seat
                ? abi.encodeWithSelector(IHyperparameterBounty.NotPanelMember.selector, member(0), other)
                : abi.encodeWithSelector(IHyperparameterBounty.NotEvaluator.selector, evaluator, other)
        );
        vm.prank(other);
        if (seat) bounty.acceptSeat{value: TENTH}(contest, 0);
        else bounty.accept{value: TENTH}(contest, 1_000_000);
    }

    /// @dev Bonds wait no longer than twice the time to submit that their owners agreed to.
    function testFuzz_ExtendingAgainAndAgain_EndsAtTwiceTheTimeToSubmit(uint32 first, uint32 second) external {
        Terms memory t = defaults(16, 3);
        uint256 contest = open(t);
        first = uint32(bound(first, 1, t.submitSeconds));
        second = uint32(bound(second, t.submitSeconds - first + 1, type(uint32).max - first));
        extend(contest, first);
        vm.expectRevert(
            abi.encodeWithSelector(
                IHyperparameterBounty.ExtensionTooLong.selector, t.submitSeconds, uint256(first) + second
            )
        );
        vm.prank(organizer);
        bounty.extend(contest, second);
    }
}
