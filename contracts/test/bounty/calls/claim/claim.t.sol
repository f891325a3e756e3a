// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Oracle} from "../../foundry/Oracle.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract ClaimTest is PanelWorld {
    function testFuzz_RevertGiven_ThereIsNoPot(uint256 seed, uint256 index, uint24 score) external {
        uint256 contest;
        if (seed % 2 == 0) {
            (contest,) = anotherPhase(Phase.Reveal, seed / 2);
        } else {
            contest = open(futureTerms(false));
            play(contest, alice);
            record(contest, score % 1_000_001);
            settle(contest);
        }
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingToClaim.selector, contest));
        claim(contest, index);
    }

    function testFuzz_RevertWhen_NoSpecHasAnIndex(uint256 index, bool inToken) external givenThereIsAPot {
        uint256 contest = voided(terms(inToken), 0);
        index = bound(index, 3, type(uint256).max);
        uint256[] memory indexes = new uint256[](2);
        indexes[1] = index;
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSuchReveal.selector, index, 3));
        bounty.claim(contest, indexes);
    }

    function testFuzz_RevertGiven_AShareThatWasClaimed(uint256 index, bool inToken, address sender)
        external
        givenThereIsAPot
        whenEveryIndexHasASpec
    {
        uint256 contest = voided(terms(inToken), 0);
        index = bound(index, 0, 2);
        claim(contest, index);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyClaimed.selector, contest, index));
        vm.prank(sender);
        bounty.claim(contest, indexList(index));
    }

    function testFuzz_RevertWhen_AnIndexIsThereTwice(uint256 index, bool inToken)
        external
        givenThereIsAPot
        whenEveryIndexHasASpec
    {
        uint256 contest = voided(terms(inToken), 0);
        uint256[] memory indexes = new uint256[](3);
        indexes[0] = indexes[2] = index = bound(index, 0, 2);
        indexes[1] = (index + 1) % 3;
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyClaimed.selector, contest, index));
        bounty.claim(contest, indexes);
    }

    function testFuzz_WhenThereIsNoIndex(bool inToken, address sender)
        external
        givenThereIsAPot
        whenEveryIndexHasASpec
    {
        uint256 contest = voided(terms(inToken), 0);
        uint256 heldBefore = held(assetFor(inToken));
        vm.prank(sender);
        bounty.claim(contest, new uint256[](0));
        assertEq(held(assetFor(inToken)), heldBefore, "held");
    }

    function testFuzz_GivenSharesThatWereNotClaimed(
        uint96 bond,
        uint96 entryFee,
        uint8[3] memory how,
        bool inToken,
        address sender
    ) external givenThereIsAPot whenEveryIndexHasASpec {
        Terms memory t = terms(inToken);
        (t.bond, t.entryFee) = (uint96(bound(bond, 6, type(uint96).max)), entryFee);
        uint256 contest = voided(t, how[0] % 3);
        uint256 pot = t.bond / 2 + 3 * uint256(entryFee);
        uint256[3] memory before;
        for (uint256 i; i < 3; ++i) {
            before[i] = balanceOf(t.asset, claimer(i));
        }
        // Some in one call and the rest in the next.
        uint256 first = how[1] % 4;
        for (uint256 i; i < first; ++i) {
            expectClaim(contest, (how[2] + i) % 3, pot);
        }
        vm.prank(sender);
        bounty.claim(contest, rotated(how[2], 0, first));
        bounty.claim(contest, rotated(how[2], first, 3));

        for (uint256 i; i < 3; ++i) {
            assertEq(balanceOf(t.asset, claimer(i)) - before[i], Oracle.claimable(pot, 3, i), "share");
        }
        assertEq(held(t.asset), 0, "held");
    }

    function testFuzz_GivenAPotSmallerThanTheNumberOfSpecs(uint8 pot, bool inToken)
        external
        givenThereIsAPot
        whenEveryIndexHasASpec
    {
        Terms memory t = terms(inToken);
        pot = uint8(bound(pot, 1, 2));
        (t.bond, t.entryFee) = (2 * pot, 0);
        uint256 contest = voided(t, 0);
        claimAll(contest);
        assertEq(balanceOf(t.asset, alice), 1, "the first");
        assertEq(balanceOf(t.asset, bob), pot - 1, "the second");
        assertEq(balanceOf(t.asset, carol), 0, "the third");
        assertEq(held(t.asset), 0, "held");
    }

    function testFuzz_GivenAnEvaluatorThatWasOverturned(uint96 entryFee, bool inToken)
        external
        givenThereIsAPot
        whenEveryIndexHasASpec
    {
        Terms memory t = panelTerms(inToken, 3);
        t.entryFee = uint96(bound(entryFee, 1, type(uint96).max));
        uint256 contest = disputed(t, scoreList(0, 0, 600_000));
        answer(contest, repeat(scoreList(700_000, 0, 600_000), 3));
        resolve(contest);
        settle(contest);
        assertOutcome(contest, Outcome.Won);
        claimAll(contest);
        assertEq(balanceOf(t.asset, participant(0)), t.reward + 2 * uint256(t.entryFee), "prize and fees");
        assertEq(balanceOf(t.asset, participant(1)), t.entryFee, "the other's fee");
        assertEq(held(t.asset), 0, "held");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function expectClaim(uint256 contest, uint256 index, uint256 pot) private {
        uint256 amount = Oracle.claimable(pot, 3, index);
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Claimed(contest, index, claimer(index), amount);
        vm.expectEmit(address(bounty));
        emit IPayments.Paid(contest, claimer(index), amount);
    }

    function claimer(uint256 index) private view returns (address) {
        return [alice, bob, carol][index];
    }

    /// @dev Of all three indexes, beginning with `start`, those from place `from` on.
    function rotated(uint256 start, uint256 from, uint256 to) private pure returns (uint256[] memory indexes) {
        indexes = new uint256[](to - from);
        for (uint256 i; i < indexes.length; ++i) {
            indexes[i] = (start + from + i) % 3;
        }
    }

    /// @dev Void, with alice, bob and carol as those who revealed; the key was withheld.
    function voided(Terms memory t, uint256 silent) private returns (uint256 contest) {
        contest = open(t);
        for (uint256 i; i < silent; ++i) {
            submit(contest, participant(i));
        }
        play(contest, alice, bob, carol);
        settle(contest);
        assertOutcome(contest, Outcome.Void);
    }
}
