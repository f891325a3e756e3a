// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, IHyperparameterBounty, Phase, Terms} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract ChallengeTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, address sender) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Challenge, seed);
        expectWrongPhase(contest, Phase.Challenge, actual);
        vm.prank(sender);
        bounty.challenge(contest);
    }

    function testFuzz_RevertGiven_TheLastSecondOfScoring(bool inToken) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        vm.warp(block.timestamp - 1);
        refuses(contest, challenger, wrongPhase(contest, Phase.Score));
    }

    function testFuzz_GivenTheFirstOrTheLastSecondOfChallenging(bool inToken, bool last) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        if (last) vm.warp(startOf(contest, Phase.Settle) - 1);
        challenge(contest, challenger);
        assertEq(bounty.disputeOf(contest).challenger, challenger, "challenger");
    }

    function testFuzz_RevertGiven_TheFirstSecondAfterChallenging(bool inToken, uint32 later) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        vm.warp(startOf(contest, Phase.Settle) + later % 2);
        refuses(contest, challenger, wrongPhase(contest, Phase.Settle));
    }

    function testFuzz_RevertGiven_TheContestHasNoPanel(bool inToken, bool recorded) external givenTheChallengePhase {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice);
        if (recorded) record(contest, 1);
        goTo(contest, Phase.Challenge);
        refuses(contest, challenger, abi.encodeWithSelector(IHyperparameterBounty.NoPanel.selector, contest));
    }

    function testFuzz_RevertGiven_NothingWasRevealed(bool inToken, bool sealedMode)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
    {
        uint256 contest = open(withKey(inToken, sealedMode));
        submit(contest, alice);
        goTo(contest, Phase.Challenge);
        refuses(contest, challenger, abi.encodeWithSelector(IHyperparameterBounty.NothingRevealed.selector, contest));
    }

    function testFuzz_RevertGiven_TheKeyWasWithheld(bool inToken)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
    {
        uint256 contest = open(withKey(inToken, true));
        play(contest, alice);
        goTo(contest, Phase.Challenge);
        refuses(contest, challenger, abi.encodeWithSelector(IHyperparameterBounty.KeyNotPublished.selector, contest));
    }

    function testFuzz_RevertGiven_TheScoresWereChallenged(bool inToken, address again)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
        givenNoKeyIsAwaited
    {
        vm.assume(again != address(0) && again != address(token));
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        challenge(contest, challenger);
        bytes memory reason =
            abi.encodeWithSelector(IHyperparameterBounty.AlreadyChallenged.selector, contest, challenger);
        refuses(contest, again, reason);
    }

    function testFuzz_RevertWhen_TheSenderSitsOnThePanel(bool inToken, uint8 size, uint8 seat)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
        givenNoKeyIsAwaited
        givenNobodyHasChallenged
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = scored(panelTerms(inToken, size), scoreList(700_000));
        address who = member(seat % size);
        bytes memory reason = abi.encodeWithSelector(IHyperparameterBounty.PartyOnPanel.selector, who);
        refuses(contest, who, reason);
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyTheBond(uint96 bond, uint128 coins)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
        givenNoKeyIsAwaited
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        Terms memory t = panelTerms(false, 3);
        t.panel.challengeBond = uint96(bound(bond, 6 * t.panel.fee, type(uint96).max));
        vm.assume(coins != t.panel.challengeBond);
        uint256 contest = scored(t, scoreList(700_000));
        vm.deal(challenger, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, t.panel.challengeBond, coins));
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest);
    }

    function testFuzz_RevertWhen_CoinsComeWithATokenContest(uint128 coins)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
        givenNoKeyIsAwaited
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        uint256 contest = scored(panelTerms(true, 3), scoreList(700_000));
        fund(challenger, address(token), 0.16 ether);
        coins = uint128(bound(coins, 1, type(uint128).max));
        vm.deal(challenger, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 0, coins));
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest);
    }

    function testFuzz_RevertWhen_TheTokenWasNotApproved(uint256 approved)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
        givenNoKeyIsAwaited
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        uint256 contest = scored(panelTerms(true, 3), scoreList(700_000));
        fund(challenger, address(token), 0.16 ether);
        approved = bound(approved, 0, 0.16 ether - 1);
        vm.prank(challenger);
        token.approve(address(bounty), approved);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), approved, 0.16 ether
            )
        );
        vm.prank(challenger);
        bounty.challenge(contest);
    }

    function testFuzz_WhenSomebodyStakesTheBond(Terms memory raw, uint256 seed, bool inToken, address who, uint32 when)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenSpecsWereRevealed
        givenNoKeyIsAwaited
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        Terms memory t = validWithPanel(raw, inToken);
        bool sealedMode = t.holdoutCommitment != 0;
        if (sealedMode) t.holdoutCommitment = sha256(abi.encode(KEY));
        (t.maxSubmissions, t.maxPerAddress) = (100, 4);
        (t.evaluator, t.limits) = (evaluator, panelTerms(inToken, 1).limits);
        who = [who, organizer, t.evaluator, participant(0)][seed % 4];
        vm.assume(who != address(0) && who.code.length == 0 && who != address(vm));
        for (uint256 i; i < t.panel.members.length; ++i) {
            vm.assume(who != t.panel.members[i]);
        }
        uint256 contest = revealed(t, 1 + seed % 9, 0);
        if (sealedMode) publish(contest);
        if (seed % 5 != 0) record(contest, seed % 5 == 1 ? noScores() : someScores(seed, 1 + seed % 9));
        goTo(contest, Phase.Challenge);
        uint256 ends = startOf(contest, Phase.Settle);
        vm.warp(bound(when, block.timestamp, ends - 1));
        ContestView memory expected = bounty.contestOf(contest);
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(who, t.asset, t.panel.challengeBond);
        uint256 hadBefore = balanceOf(t.asset, who);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Challenged(contest, who);
        vm.prank(who);
        bounty.challenge{value: coins}(contest);

        assertEq(held(t.asset), heldBefore + t.panel.challengeBond, "held");
        assertEq(balanceOf(t.asset, who), hadBefore - t.panel.challengeBond, "paid");
        assertEq(bounty.disputeOf(contest).challenger, who, "challenger");
        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        vm.warp(ends);
        assertPhase(contest, Phase.PanelSeal);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function wrongPhase(uint256 contest, Phase actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IHyperparameterBounty.WrongPhase.selector, contest, Phase.Challenge, actual);
    }

    function withKey(bool inToken, bool sealedMode) private view returns (Terms memory t) {
        t = panelTerms(inToken, 3);
        if (sealedMode) t.holdoutCommitment = sha256(abi.encode(KEY));
    }

    /// @dev Whatever is sent along would have been enough.
    function refuses(uint256 contest, address who, bytes memory reason) private {
        uint256 coins = fund(who, bounty.contestOf(contest).asset, 0.16 ether);
        vm.expectRevert(reason);
        vm.prank(who);
        bounty.challenge{value: coins}(contest);
    }
}
