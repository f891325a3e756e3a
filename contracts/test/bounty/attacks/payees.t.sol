// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {Specs} from "../foundry/Specs.sol";
import {World} from "../foundry/World.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev The second of three winners is a contract that does its worst when it is paid.
contract PayeesTest is World {
    Wallet private _wallet;

    function setUp() public override {
        super.setUp();
        _wallet = new Wallet();
    }

    function test_APayeeThatRejects_GetsACreditAndTheOthersTheirPrizes() external {
        assertCredited(Wallet.Mood.Reject);
    }

    function test_APayeeThatBurnsAllGas_GetsACreditAndTheOthersTheirPrizes() external {
        assertCredited(Wallet.Mood.BurnGas);
    }

    function test_APayeeThatReturnsABomb_GetsACreditAndTheOthersTheirPrizes() external {
        assertCredited(Wallet.Mood.ReturnBomb);
    }

    function test_APayeeThatNeedsMostOfItsGas_IsPaid() external {
        assertPaid(Wallet.Mood.NeedGas);
    }

    function testFuzz_APayeeThatReenters_IsTurnedAwayAndPaidOnce(uint256 which) external {
        bytes[] memory calls = everyCall();
        bytes memory message = calls[which % calls.length];
        _wallet.reenterWith(address(bounty), message);
        uint256 contest = scored();
        vm.deal(address(_wallet), 0);
        vm.expectEmit(address(_wallet));
        emit Wallet.Reentered(false, ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        settle(contest);
        assertEq(address(_wallet).balance, 0.3 ether, "the second prize");
        assertEq(address(bounty).balance, 0, "held");
    }

    /// @dev So that no call is left out of the test above.
    function test_TheCallsToReenterAndTheViews_AreAllThereIs() external view {
        string[] memory all = signatures(BOUNTY);
        bytes[] memory calls = everyCall();
        bytes4[13] memory views = everyView();
        assertEq(all.length, calls.length + views.length, "functions");
        for (uint256 i; i < all.length; ++i) {
            bool found;
            for (uint256 j; j < calls.length; ++j) {
                if (bytes4(calls[j]) == selectorOf(all[i])) found = true;
            }
            for (uint256 j; j < views.length; ++j) {
                if (views[j] == selectorOf(all[i])) found = true;
            }
            assertTrue(found, all[i]);
        }
    }

    function testFuzz_AnOrganizerThatRejects_CannotKeepWinnersFromTheirPrize(uint8 mood) external {
        Terms memory t = futureTerms(false);
        uint256 contest = offerAs(address(_wallet), t);
        acceptAll(contest);
        play(contest, alice);
        record(contest, 1_000_000);
        _wallet.behave([Wallet.Mood.Reject, Wallet.Mood.BurnGas, Wallet.Mood.ReturnBomb][mood % 3]);
        settle(contest);
        assertEq(alice.balance, t.reward, "the prize");
        assertEq(bounty.credits(NATIVE, address(_wallet)), t.bond, "the credit of the bond");
    }

    /// @dev Who sends more than the price gets the rest as a credit, where it takes no coins.
    function testFuzz_AParticipantThatRejects_GetsACreditForItsChange(uint8 mood, uint96 change) external {
        uint256 contest = open(futureTerms(false));
        _wallet.behave([Wallet.Mood.Reject, Wallet.Mood.BurnGas, Wallet.Mood.ReturnBomb][mood % 3]);
        uint256 coins = fund(address(_wallet), NATIVE, 0.01 ether + uint256(change));
        vm.prank(address(_wallet));
        bounty.submit{value: coins}(contest, 0, "a commitment");
        assertEq(bounty.contestOf(contest).standing, 1, "standing");
        assertEq(bounty.credits(NATIVE, address(_wallet)), change, "credit");
    }

    function testFuzz_AParticipantThatRejects_GetsACreditForWhatItWithdrawsAndClaims(uint8 mood) external {
        Terms memory t = futureTerms(false);
        uint256 contest = open(t);
        _wallet.behave([Wallet.Mood.Reject, Wallet.Mood.BurnGas, Wallet.Mood.ReturnBomb][mood % 3]);
        submit(contest, address(_wallet), 1, Specs.plain(1));
        extend(contest, 1);
        vm.prank(address(_wallet));
        bounty.withdrawSubmission(contest, 1);
        assertEq(bounty.credits(NATIVE, address(_wallet)), t.entryFee, "the credit of the fee withdrawn");

        play(contest, address(_wallet));
        settle(contest);
        claimAll(contest);
        uint256 owed = 2 * t.entryFee + t.evaluatorBond / 2;
        assertEq(bounty.credits(NATIVE, address(_wallet)), owed, "the credits of both");
        assertEq(address(bounty).balance, owed, "held");
    }

    /// @dev Whoever settles chooses its gas, but not whose payment fails: with any of it, good payees are paid or nothing
    /// happens.
    function testFuzz_ASettlerThatLeavesLittleGas_CannotTurnAPaymentIntoACredit(uint256 gas) external {
        _wallet.behave(Wallet.Mood.NeedGas);
        Terms memory t = futureTerms(false);
        // So that this payment is the last thing that needs gas.
        (t.bond, t.entryFee, t.evaluatorBond, t.evaluatorFee) = (0, 0, 0, 0);
        uint256 contest = open(t);
        play(contest, address(_wallet));
        record(contest, 1_000_000);
        goTo(contest, Phase.Settle);
        gas = bound(gas, 40_000, 140_000);
        (bool ok,) = address(bounty).call{gas: gas}(abi.encodeCall(bounty.settle, (contest)));
        assertPhase(contest, ok ? Phase.Settled : Phase.Settle);
        assertEq(bounty.credits(NATIVE, address(_wallet)), 0, "credit");
        assertEq(address(_wallet).balance, ok ? 1 ether : 0, "paid");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function scored() private returns (uint256 contest) {
        Terms memory t = futureTerms(false);
        t.shares = shares(5000, 3000, 2000);
        contest = open(t);
        Wallet.Mood mood = _wallet.mood();
        _wallet.behave(Wallet.Mood.Accept);
        play(contest, alice, address(_wallet), bob);
        _wallet.behave(mood);
        record(contest, 900_000, 800_000, 700_000);
    }

    function assertCredited(Wallet.Mood mood) private {
        _wallet.behave(mood);
        settle(scored());
        assertEq(alice.balance, 0.5 ether, "the first prize");
        assertEq(bob.balance, 0.2 ether, "the third prize");
        assertEq(organizer.balance, 0.1 ether, "the bond");
        assertEq(bounty.credits(NATIVE, address(_wallet)), 0.3 ether, "the credit of the second prize");

        vm.prank(address(_wallet));
        bounty.withdraw(NATIVE, carol);
        assertEq(carol.balance, 0.3 ether, "what was withdrawn");
        assertEq(address(bounty).balance, 0, "held");
    }

    function assertPaid(Wallet.Mood mood) private {
        _wallet.behave(mood);
        settle(scored());
        assertEq(address(_wallet).balance, 0.3 ether, "the second prize");
        assertEq(address(bounty).balance, 0, "held");
    }

    /// @dev All that changes anything.
    function everyCall() private view returns (bytes[] memory calls) {
        calls = new bytes[](19);
        calls[0] = abi.encodeCall(IHyperparameterBounty.open, (terms(false)));
        calls[1] = abi.encodeCall(IHyperparameterBounty.extend, (1, 1));
        calls[2] = abi.encodeCall(IHyperparameterBounty.cancel, (1));
        calls[3] = abi.encodeCall(IHyperparameterBounty.publishHoldoutKey, (1, KEY));
        calls[4] = abi.encodeCall(IHyperparameterBounty.submit, (1, 0, KEY));
        calls[5] = abi.encodeCall(IHyperparameterBounty.withdrawSubmission, (1, 0));
        calls[6] = abi.encodeCall(IHyperparameterBounty.reveal, (1, 0, KEY, KEY));
        calls[7] = abi.encodeCall(IHyperparameterBounty.recordScores, (1, REPORT, scoreList(1, 2, 3)));
        calls[8] = abi.encodeCall(IHyperparameterBounty.challenge, (1));
        calls[9] = abi.encodeCall(IHyperparameterBounty.sealScores, (1, 0, KEY));
        calls[10] = abi.encodeCall(IHyperparameterBounty.openScores, (1, 0, REPORT, KEY, scoreList(1, 2, 3)));
        calls[11] = abi.encodeCall(IHyperparameterBounty.resolve, (1));
        calls[12] = abi.encodeCall(IHyperparameterBounty.settle, (1));
        calls[13] = abi.encodeCall(IHyperparameterBounty.claim, (1, indexList(0)));
        calls[14] = abi.encodeCall(IPayments.withdraw, (NATIVE, address(this)));
        calls[15] = abi.encodeCall(IHyperparameterBounty.accept, (1, 1));
        calls[16] = abi.encodeCall(IHyperparameterBounty.acceptSeat, (1, 0));
        calls[17] = abi.encodeCall(IHyperparameterBounty.sponsor, (1, 1));
        calls[18] = abi.encodeCall(IHyperparameterBounty.reclaim, (1, address(this)));
    }

    function everyView() private view returns (bytes4[13] memory) {
        return [
            bounty.contestCount.selector,
            bounty.phaseOf.selector,
            bounty.outcomeOf.selector,
            bounty.contestOf.selector,
            bounty.disputeOf.selector,
            bounty.priceOf.selector,
            bounty.sponsorshipOf.selector,
            bounty.submissionOf.selector,
            bounty.revealedAt.selector,
            bounty.credits.selector,
            bounty.commitmentOf.selector,
            bounty.sealOf.selector,
            bounty.checkSpec.selector
        ];
    }
}
