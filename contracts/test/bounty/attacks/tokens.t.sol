// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {RebasingToken} from "../../shared/RebasingToken.sol";
import {FeeToken, OddToken} from "../../shared/mocks/Tokens.sol";
import {Vm} from "../../shared/Vm.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed, World} from "../foundry/World.sol";

/// @dev Tokens that are not what they seem, beside contests in the coin and in a good token.
contract TokensTest is World {
    OddToken private _odd;

    function setUp() public override {
        super.setUp();
        _odd = new OddToken();
        _odd.behave(OddToken.Mood.ReturnTrue);
    }

    function test_ATokenThatTakesAFee_CannotBeEscrowed() external {
        FeeToken fee = new FeeToken();
        Terms memory t = terms(address(fee));
        fund(organizer, t.asset, 1.13 ether);
        vm.expectRevert(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 1.13 ether, 1.1187 ether));
        vm.prank(organizer);
        bounty.open(t);
    }

    function test_ATokenThatReturnsFalse_CannotBeEscrowed() external {
        refusesToEscrow(OddToken.Mood.ReturnFalse);
    }

    function test_ATokenThatReturnsTwo_CannotBeEscrowed() external {
        refusesToEscrow(OddToken.Mood.ReturnTwo);
    }

    function test_ATokenThatReverts_CannotBeEscrowed() external {
        refusesToEscrow(OddToken.Mood.Revert);
    }

    function test_ATokenThatReturnsNothing_Works() external {
        _odd.behave(OddToken.Mood.ReturnNothing);
        uint256 contest = scored();
        settle(contest);
        assertEq(_odd.balanceOf(alice), 1 ether, "the prize");
        assertEq(_odd.balanceOf(organizer), 0.1 ether, "the bond");
    }

    function test_ATokenThatReturnsFalseWhenItPays_LeavesCredits() external {
        assertCredits(OddToken.Mood.ReturnFalse);
    }

    function test_ATokenThatReturnsTwoWhenItPays_LeavesCredits() external {
        assertCredits(OddToken.Mood.ReturnTwo);
    }

    function test_ATokenThatRevertsWhenItPays_LeavesCredits() external {
        assertCredits(OddToken.Mood.Revert);
    }

    function test_ATokenThatBurnsAllGasWhenItPays_LeavesCredits() external {
        assertCredits(OddToken.Mood.BurnGas);
    }

    function test_ATokenThatReturnsABombWhenItPays_LeavesCredits() external {
        assertCredits(OddToken.Mood.ReturnBomb);
    }

    function test_ATokenThatReentersWhenItIsPulled_IsTurnedAway() external {
        uint256 other = open(terms(false));
        _odd.reenterWith(address(bounty), abi.encodeCall(bounty.cancel, (other)));
        Terms memory t = terms(address(_odd));
        fund(organizer, t.asset, 1.13 ether);
        vm.expectEmit(address(_odd));
        emit OddToken.Reentered(false, ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        vm.prank(organizer);
        uint256 contest = bounty.open(t);
        assertPhase(contest, Phase.Offer);
        assertEq(held(address(_odd)), 1.13 ether, "held once");
    }

    function test_ATokenThatReentersWhenItPays_IsTurnedAwayAndPaysOnce() external {
        uint256 contest = scored();
        _odd.reenterWith(address(bounty), abi.encodeCall(bounty.settle, (contest)));
        vm.expectEmit(address(_odd));
        emit OddToken.Reentered(false, ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        settle(contest);
        assertEq(_odd.balanceOf(alice), 1 ether, "the prize");
        assertEq(_odd.balanceOf(organizer), 0.1 ether, "the bond");
        assertEq(held(address(_odd)), 0, "held");
    }

    /// @dev Half of its balances gone: some of its own payments wait as credits, no other asset notices.
    function test_ARebaseThatShrinks_HarmsContestsInThatTokenOnly() external {
        RebasingToken rebasing = new RebasingToken();
        Terms memory t = futureTermsIn(address(rebasing));
        t.evaluatorBond = 0; // one payment only
        uint256 shrunk = open(t);
        uint256 native = open(futureTermsIn(NATIVE));
        uint256 plain = open(futureTermsIn(address(token)));
        rebasing.rebase(50);
        settle(shrunk);
        settle(native);
        settle(plain);
        assertEq(rebasing.balanceOf(organizer), 0, "nothing could be paid");
        assertEq(bounty.credits(address(rebasing), organizer), 1.13 ether, "it is owed");
        assertEq(organizer.balance, 1.13 ether, "the coin");
        assertEq(token.balanceOf(organizer), 1.13 ether, "the good token");

        rebasing.rebase(100);
        vm.prank(organizer);
        bounty.withdraw(address(rebasing), organizer);
        assertEq(rebasing.balanceOf(organizer), 1.13 ether, "once it is there again");
    }

    function test_ARebaseThatGrows_LeavesTheSurplusBehind() external {
        RebasingToken rebasing = new RebasingToken();
        uint256 contest = open(futureTermsIn(address(rebasing)));
        rebasing.rebase(200);
        settle(contest);
        assertEq(rebasing.balanceOf(organizer), 1.13 ether, "what was escrowed");
        assertEq(rebasing.balanceOf(address(bounty)), 1.25 ether, "the surplus");
    }

    /// @dev Some tokens refuse to move nothing: whoever owes nothing is not asked for it.
    function testFuzz_ATokenThatRefusesTransfersOfNothing_BlocksNobodyWhoOwesNothing(bool isReplaced) external {
        Terms memory t = terms(address(_odd));
        (t.evaluatorBond, t.evaluatorFee, t.entryFee) = (0, 0, 0);
        uint256 contest = offer(t);
        _odd.behave(OddToken.Mood.Revert);
        acceptAll(contest);
        Sealed memory s = submit(contest, alice, 0, Specs.plain(1));
        if (isReplaced) s = submit(contest, alice, 0, Specs.plain(2));
        goTo(contest, Phase.Reveal);
        reveal(s);
        assertEq(bounty.contestOf(contest).revealed, 1, "revealed");
    }

    /// @dev Nor is anybody paid nothing: a payment is an event that people and indexes count.
    function testFuzz_SettlementsWithNothingDue_PayNobodyNothing(bool inToken, bool won) external {
        Terms memory t = futureTerms(inToken);
        (t.evaluatorBond, t.evaluatorFee, t.entryFee) = (0, 0, 0);
        uint256 contest = open(t);
        play(contest, alice);
        record(contest, won ? 900_000 : 0);
        goTo(contest, Phase.Settle);
        vm.recordLogs();
        bounty.settle(contest);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 payments;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IPayments.Paid.selector) continue;
            ++payments;
            assertTrue(abi.decode(logs[i].data, (uint256)) != 0, "a payment of nothing");
        }
        assertEq(payments, won ? 2 : 1, "the winner, and the organizer");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function futureTermsIn(address asset) private view returns (Terms memory t) {
        t = terms(asset);
        t.holdoutCommitment = 0;
    }

    function scored() private returns (uint256 contest) {
        contest = open(futureTermsIn(address(_odd)));
        play(contest, alice);
        record(contest, 1_000_000);
    }

    function refusesToEscrow(OddToken.Mood mood) private {
        Terms memory t = terms(address(_odd));
        fund(organizer, t.asset, 1.13 ether);
        _odd.behave(mood);
        vm.expectRevert();
        vm.prank(organizer);
        bounty.open(t);
        assertEq(bounty.contestCount(), 0, "contests");
    }

    function assertCredits(OddToken.Mood mood) private {
        uint256 contest = scored();
        _odd.behave(mood);
        settle(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(bounty.credits(address(_odd), alice), 1 ether, "the prize waits");
        assertEq(bounty.credits(address(_odd), organizer), 0.1 ether, "the bond waits");
        _odd.behave(OddToken.Mood.ReturnTrue);
        vm.prank(alice);
        bounty.withdraw(address(_odd), alice);
        assertEq(_odd.balanceOf(alice), 1 ether, "the prize");
    }
}
