// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {World} from "../foundry/World.sol";
import {OddToken} from "../../shared/mocks/Tokens.sol";

/// @dev Contests whose prize is not there.
contract FundingTest is World {
    function test_AnUnfundedContest_CannotBeOpened() external {
        Terms memory t = terms(false);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 1.1 ether, 0));
        vm.prank(organizer);
        bounty.open(t);
    }

    function testFuzz_APartlyFundedContest_CannotBeOpened(uint256 coins) external {
        coins = bound(coins, 1, 1.1 ether - 1);
        vm.deal(organizer, coins);
        Terms memory t = terms(false);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 1.1 ether, coins));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    function testFuzz_APartlyFundedTokenContest_CannotBeOpened(uint256 balance) external {
        balance = bound(balance, 0, 1.1 ether - 1);
        Terms memory t = terms(true);
        fund(organizer, t.asset, balance);
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", organizer, balance, 1.1 ether)
        );
        vm.prank(organizer);
        bounty.open(t);
    }

    function test_AContestInATokenThatOnlyPretendsToMove_CannotBeOpened() external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.PretendToMove);
        Terms memory t = terms(address(odd));
        fund(organizer, t.asset, 1.1 ether);
        vm.expectRevert(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 1.1 ether, 0));
        vm.prank(organizer);
        bounty.open(t);
    }

    /// @dev What another contest holds in the same asset does not count.
    function testFuzz_AnUnfundedContestBesideAFundedOne_CannotBeOpened(bool inToken) external {
        open(terms(inToken));
        Terms memory t = terms(inToken);
        vm.expectRevert();
        vm.prank(stranger);
        bounty.open(t);
        assertEq(bounty.contestCount(), 1, "contests");
    }
}
