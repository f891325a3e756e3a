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
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 1.13 ether, 0));
        vm.prank(organizer);
        bounty.open(t);
    }

    function testFuzz_APartlyFundedContest_CannotBeOpened(uint256 coins) external {
        coins = bound(coins, 1, 1.13 ether - 1);
        vm.deal(organizer, coins);
        Terms memory t = terms(false);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 1.13 ether, coins));
        vm.prank(organizer);
        bounty.open{value: coins}(t);
    }

    function testFuzz_APartlyFundedTokenContest_CannotBeOpened(uint256 balance) external {
        balance = bound(balance, 0, 1.13 ether - 1);
        Terms memory t = terms(true);
        fund(organizer, t.asset, balance);
        vm.expectRevert(
            abi.encodeWithSignature("ERC20InsufficientBalance(address,uint256,uint256)", organizer, balance, 1.13 ether)
        );
        vm.prank(organizer);
        bounty.open(t);
    }

    function test_AContestInATokenThatOnlyPretendsToMove_CannotBeOpened() external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.PretendToMove);
        Terms memory t = terms(address(odd));
        fund(organizer, t.asset, 1.13 ether);
        vm.expectRevert(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 1.13 ether, 0));
        vm.prank(organizer);
        bounty.open(t);
    }

    /// @dev What another contest holds in the same asset does not count.
    function testFuzz_AnUnfundedContestBesideAFundedOne_CannotBeOpened(bool inToken) external {
        open(terms(inToken));
        Terms memory t = terms(inToken);
        vm.expectRevert(); // by the contract, or by the token
        vm.prank(stranger);
        bounty.open(t);
        assertEq(bounty.contestCount(), 1, "contests");
    }

    /// @dev Nor does what another bond or fee brought: everybody pays its own.
    function testFuzz_AnAcceptanceWithoutItsBond_IsRefused(bool seat, uint256 coins) external {
        Terms memory t = panelTerms(false, 3);
        uint256 contest = offer(t);
        uint256 bond = seat ? t.panel.memberBond : t.evaluatorBond;
        coins = bound(coins, 0, bond - 1);
        address who = seat ? member(1) : evaluator;
        vm.deal(who, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, bond, coins));
        vm.prank(who);
        if (seat) bounty.acceptSeat{value: coins}(contest, 1);
        else bounty.accept{value: coins}(contest, 1_000_000);
    }

    function testFuzz_ASponsorshipWithoutItsMoney_IsRefused(uint96 amount, uint256 coins) external {
        amount = uint96(bound(amount, 1, type(uint96).max));
        coins = bound(coins, 0, amount - 1);
        uint256 contest = open(terms(false));
        vm.deal(stranger, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, amount, coins));
        vm.prank(stranger);
        bounty.sponsor{value: coins}(contest, amount);
    }

    function testFuzz_AnEntryWithoutItsPrice_IsRefused(uint8 standing, uint256 coins) external {
        uint256 contest = open(terms(false));
        for (uint256 i; i < standing % 16; ++i) {
            submit(contest, participant(i));
        }
        (uint256 fee, uint256 surcharge) = bounty.priceOf(contest);
        coins = bound(coins, 0, fee + surcharge - 1);
        vm.deal(stranger, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, fee + surcharge, coins));
        vm.prank(stranger);
        bounty.submit{value: coins}(contest, 0, "a commitment");
    }
}
