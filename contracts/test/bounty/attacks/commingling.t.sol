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
        t.reward = uint96(bound(first, 1, type(uint96).max));
        uint256 small = open(t);
        t.reward = uint96(bound(second, 1, type(uint96).max));
        uint256 other = open(t);
        uint256 heldByOther = staked(t);
        play(small, alice);
        record(small, 1_000_000);
        settle(small);
        assertEq(balanceOf(t.asset, alice), bound(first, 1, type(uint96).max), "the prize");
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
        claimAll(contest);
        uint256 got = balanceOf(t.asset, alice) + balanceOf(t.asset, bob) + balanceOf(t.asset, carol);
        assertEq(got, uint256(t.bond) / 2 + 3 * uint256(t.entryFee), "half of the bond, and their fees");
        t.bond = 0.1 ether;
        assertEq(held(t.asset), staked(t), "what the other contest has");
    }

    /// @dev Whoever wins it, and whatever the panel costs.
    function testFuzz_ADispute_PaysItsOwnBondsOnly(uint96 bond, uint96 fee, uint24 found, uint8 voices, bool inToken)
        external
    {
        Terms memory t = panelTerms(inToken, 3);
        uint256 other = disputed(t, scoreList(700_000));
        t.acceptEnds = uint40(block.timestamp + 800);
        uint256 heldByOther = staked(t) + t.panel.challengeBond + t.entryFee;
        t.panel.fee = uint96(bound(fee, 0, type(uint96).max / 6 - 1));
        t.panel.challengeBond = uint96(bound(bond, 6 * uint256(t.panel.fee), type(uint96).max));
        (t.bond, t.evaluatorBond, t.panel.memberBond) = (bond, t.panel.challengeBond, bond);
        uint256 contest = disputed(t, scoreList(700_000));
        answer(contest, repeat(scoreList(found % 1_000_001), voices % 4));
        if (voices % 4 > 1) resolve(contest);
        settle(contest);
        if (bounty.contestOf(contest).pot != 0) claimAll(contest);
        assertEq(held(t.asset), heldByOther, "what the other contest has");
        settle(other);
        claimAll(other);
        assertEq(held(t.asset), 0, "held");
    }

    /// @dev A worthless token, opened in the hope that credits in it can be taken in coins.
    function test_ACreditInAWorthlessToken_CannotBeWithdrawnInCoins() external {
        open(terms(false));
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        uint256 contest = offerAs(stranger, terms(address(odd)));
        odd.behave(OddToken.Mood.ReturnFalse);
        vm.prank(stranger);
        bounty.cancel(contest);
        assertEq(bounty.credits(address(odd), stranger), 1.13 ether, "credit");
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
        uint256 lying = offerAs(stranger, terms(address(odd)));
        acceptAll(lying);
        odd.behave(OddToken.Mood.PretendToMove);
        settle(lying);
        assertOutcome(lying, Outcome.Refunded);
        settle(native);
        settle(plain);
        assertEq(organizer.balance, 1.13 ether, "the coin");
        assertEq(token.balanceOf(organizer), 1.13 ether, "the good token");
    }
}
