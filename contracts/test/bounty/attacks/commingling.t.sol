// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {PanelWorld} from "../foundry/PanelWorld.sol";
import {OddToken} from "../../shared/mocks/Tokens.sol";

/// @dev Paying one contest out of another's money.
contract ComminglingTest is PanelWorld {
    function testFuzz_TwoContestsInOneAsset_EachPaysItsOwnPrizeOnly(uint96 first, uint96 second, bool inToken)
        external
    {
        Terms memory t = futureTerms(inToken);
        t.reward = uint128(bound(first, 1, type(uint96).max));
        uint256 small = open(t);
        t.reward = uint128(bound(second, 1, type(uint96).max));
        uint256 other = open(t);
        uint256 heldByOther = due(t);
        play(small, alice);
        record(small, 1_000_000);
        settle(small);
        assertEq(balanceOf(t.asset, alice), bound(first, 1, type(uint96).max) + t.deposit, "prize and deposit");
        assertEq(held(t.asset), heldByOther, "what the other contest has");
        settle(other);
        assertEq(held(t.asset), 0, "held");
    }

    function testFuzz_AVoidContest_PaysItsOwnBondOnly(uint96 bond, bool inToken) external {
        Terms memory t = terms(inToken);
        open(t);
        t.bond = uint96(bound(bond, 3, type(uint96).max));
        uint256 contest = open(t);
        play(contest, alice, bob, carol);
        settle(contest);
        for (uint256 i; i < 3; ++i) {
            bounty.claim(contest, i);
        }
        uint256 got = balanceOf(t.asset, alice) + balanceOf(t.asset, bob) + balanceOf(t.asset, carol);
        assertEq(got, uint256(t.bond) + 3 * uint256(t.deposit), "bond and deposits");
        assertEq(held(t.asset), 1.1 ether, "what the other contest has");
    }

    /// @dev Whoever wins it, and whatever the panel costs.
    function testFuzz_ADispute_PaysItsOwnBondsOnly(uint96 bond, uint96 fee, uint24 found, uint8 voices, bool inToken)
        external
    {
        Terms memory t = panelTerms(inToken, 3);
        uint256 other = disputed(t, scoreList(700_000));
        t.submitEnds = uint40(block.timestamp + 1000);
        t.panel.fee = uint96(bound(fee, 0, type(uint96).max / 3 - 1));
        t.bond = t.panel.challengeBond = uint96(bound(bond, 3 * t.panel.fee + 1, type(uint96).max));
        uint256 contest = disputed(t, scoreList(700_000));
        answer(contest, repeat(scoreList(found % 1_000_001), voices % 4));
        if (voices % 4 > 1) resolve(contest);
        settle(contest);
        if (bounty.outcomeOf(contest) == Outcome.Void) bounty.claim(contest, 0);
        assertEq(held(t.asset), 1 ether + 0.1 ether + 0.03 ether + 0.2 ether, "what the other contest has");
        settle(other);
        bounty.claim(other, 0);
        assertEq(held(t.asset), 0, "held");
    }

    /// @dev A worthless token, opened in the hope that credits in it can be taken in coins.
    function test_ACreditInAWorthlessToken_CannotBeWithdrawnInCoins() external {
        open(terms(false));
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 contest = openAs(stranger, terms(address(odd)));
        odd.behave(OddToken.Mood.ReturnFalse);
        vm.prank(stranger);
        bounty.cancel(contest);
        assertEq(bounty.credits(address(odd), stranger), 1.1 ether, "credit");
        vm.expectRevert(abi.encodeWithSelector(IPayments.NothingToWithdraw.selector, NATIVE, stranger));
        vm.prank(stranger);
        bounty.withdraw(NATIVE, stranger);
    }

    /// @dev A token that says it moved what it did not: its contests owe what is not there, and only they.
    function test_ATokenThatLies_CannotTouchOtherAssets() external {
        uint256 native = open(futureTerms(false));
        uint256 plain = open(futureTerms(true));
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 lying = openAs(stranger, terms(address(odd)));
        odd.behave(OddToken.Mood.PretendToMove);
        settle(lying);
        assertOutcome(lying, Outcome.Refunded);
        settle(native);
        settle(plain);
        assertEq(organizer.balance, 1.1 ether, "the coin");
        assertEq(token.balanceOf(organizer), 1.1 ether, "the good token");
    }
}
