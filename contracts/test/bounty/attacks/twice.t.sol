// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Phase, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {Specs} from "../foundry/Specs.sol";
import {Opinion, PanelWorld} from "../foundry/PanelWorld.sol";
import {Sealed} from "../foundry/World.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev Doing again what may be done once; another contest in the same asset would pay for it.
contract TwiceTest is PanelWorld {
    function setUp() public override {
        super.setUp();
        open(terms(false));
        open(terms(true));
    }

    function testFuzz_ASecondClaim_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        play(contest, alice);
        settle(contest);
        uint256[] memory twice = new uint256[](2);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyClaimed.selector, contest, 0));
        bounty.claim(contest, twice);
        bounty.claim(contest, indexList(0));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyClaimed.selector, contest, 0));
        bounty.claim(contest, indexList(0));
    }

    function testFuzz_ASecondReclaim_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        sponsor(contest, alice, 1 ether);
        settle(contest);
        bounty.reclaim(contest, alice);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToReclaim.selector, contest, alice));
        bounty.reclaim(contest, alice);
    }

    function testFuzz_ASecondAcceptance_IsRefused(bool seat) external {
        uint256 contest = offer(panelTerms(false, 3));
        if (seat) acceptSeat(contest, 1);
        else accept(contest);
        address who = seat ? member(1) : evaluator;
        vm.deal(who, 0.2 ether);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyAccepted.selector, contest, who));
        vm.prank(who);
        if (seat) bounty.acceptSeat{value: 0.11 ether}(contest, 1);
        else bounty.accept{value: 0.2 ether}(contest, 1_000_000);
    }

    function testFuzz_ASecondSettlement_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        settle(contest);
        expectWrongPhase(contest, Phase.Settle, Phase.Settled);
        bounty.settle(contest);
    }

    function testFuzz_ASecondReveal_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        Sealed memory s = submit(contest, alice, 0, Specs.plain(1));
        goTo(contest, Phase.Reveal);
        reveal(s);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyRevealed.selector, contest, alice, 0));
        reveal(s);
    }

    function testFuzz_ASecondChallenge_IsRefused(bool inToken, bool another) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        challenge(contest, challenger);
        address who = another ? stranger : challenger;
        uint256 coins = fund(who, assetFor(inToken), 0.16 ether);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyChallenged.selector, contest, challenger));
        vm.prank(who);
        bounty.challenge{value: coins}(contest);
    }

    function testFuzz_ASecondOpeningOfPanelScores_IsRefused(bool inToken) external {
        Opinion memory o = opinion(disputed(panelTerms(inToken, 3), scoreList(700_000)), 0, scoreList(1));
        sealScores(o);
        goTo(o.contest, Phase.PanelOpen);
        openScores(o);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingSealed.selector, o.contest, 0));
        openScores(o);
    }

    function testFuzz_ASecondResolution_IsRefused(bool inToken) external {
        uint256 contest = disputed(panelTerms(inToken, 1), scoreList(700_000));
        answer(contest, repeat(scoreList(700_000), 1));
        resolve(contest);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyResolved.selector, contest, Verdict.Upheld));
        bounty.resolve(contest);
    }

    function testFuzz_ASecondSettlementOfADispute_IsRefused(bool inToken, bool answered) external {
        uint256 contest = disputed(panelTerms(inToken, 1), scoreList(700_000));
        if (answered) answer(contest, repeat(scoreList(700_000), 1));
        goTo(contest, Phase.Settle);
        if (answered) resolve(contest);
        settle(contest);
        expectWrongPhase(contest, Phase.Settle, Phase.Settled);
        bounty.settle(contest);
        expectWrongPhase(contest, Phase.Settle, Phase.Settled);
        bounty.resolve(contest);
    }

    function testFuzz_ASecondWithdrawalOfASubmission_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        submit(contest, alice);
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSubmission.selector, contest, alice, 0));
        vm.prank(alice);
        bounty.withdrawSubmission(contest, 0);
    }

    function testFuzz_ASecondCancellation_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        vm.prank(organizer);
        bounty.cancel(contest);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotOpen.selector, contest, Phase.Cancelled));
        vm.prank(organizer);
        bounty.cancel(contest);
    }

    function testFuzz_ASettlementAfterACancellation_IsRefused(bool inToken) external {
        uint256 contest = open(terms(inToken));
        vm.prank(organizer);
        bounty.cancel(contest);
        vm.warp(startOf(contest, Phase.Settle));
        expectWrongPhase(contest, Phase.Settle, Phase.Cancelled);
        bounty.settle(contest);
    }

    function test_ASecondWithdrawalOfACredit_IsRefused() external {
        Wallet wallet = new Wallet();
        uint256 contest = offerAs(address(wallet), terms(false));
        acceptAll(contest);
        wallet.behave(Wallet.Mood.Reject);
        settle(contest);
        vm.prank(address(wallet));
        bounty.withdraw(NATIVE, alice);
        vm.expectRevert(abi.encodeWithSelector(IPayments.NothingToWithdraw.selector, NATIVE, address(wallet)));
        vm.prank(address(wallet));
        bounty.withdraw(NATIVE, alice);
    }

    /// @dev From the recipient, while it is being paid.
    function test_ASecondWithdrawalFromWithinTheFirst_IsRefused() external {
        Wallet wallet = new Wallet();
        uint256 contest = offerAs(address(wallet), terms(false));
        acceptAll(contest);
        wallet.behave(Wallet.Mood.Reject);
        settle(contest);
        wallet.reenterWith(address(bounty), abi.encodeCall(bounty.withdraw, (NATIVE, address(wallet))));
        vm.prank(address(wallet));
        bounty.withdraw(NATIVE, address(wallet));
        assertEq(address(wallet).balance, 1.13 ether, "the credit, once");
        assertEq(address(bounty).balance, 1.25 ether, "what the other contest has");
    }
}
