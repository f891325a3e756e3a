// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    IHyperparameterBounty,
    Phase,
    Terms,
    Verdict
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {PanelWorld} from "../../foundry/PanelWorld.sol";

contract ChallengeTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(uint256 seed, address sender, uint24[] memory scores)
        external
    {
        (uint256 contest, Phase actual) = anotherPhase(Phase.Challenge, seed);
        expectWrongPhase(contest, Phase.Challenge, actual);
        vm.prank(sender);
        bounty.challenge(contest, scores);
    }

    function testFuzz_RevertGiven_TheLastSecondOfScoring(bool inToken) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        vm.warp(block.timestamp - 1);
        refuses(contest, challenger, scoreList(700_000), wrongPhase(contest, Phase.Score));
    }

    function testFuzz_GivenTheFirstOrTheLastSecondOfChallenging(bool inToken, bool last) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        if (last) vm.warp(startOf(contest, Phase.Settle) - 1);
        challenge(contest, challenger, scoreList(700_000));
        assertEq(bounty.disputeOf(contest).challenger, challenger, "challenger");
    }

    function testFuzz_RevertGiven_TheFirstSecondAfterChallenging(bool inToken, uint32 later) external {
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        vm.warp(startOf(contest, Phase.Settle) + later % 2);
        refuses(contest, challenger, scoreList(700_000), wrongPhase(contest, Phase.Settle));
    }

    function testFuzz_RevertGiven_TheContestHasNoPanel(bool inToken, uint24[] memory scores, bool recorded)
        external
        givenTheChallengePhase
    {
        uint256 contest = open(futureTerms(inToken));
        play(contest, alice);
        if (recorded) record(contest, 1);
        goTo(contest, Phase.Challenge);
        refuses(contest, challenger, scores, abi.encodeWithSelector(IHyperparameterBounty.NoPanel.selector, contest));
    }

    function testFuzz_RevertGiven_NoScoresWereRecorded(bool inToken, uint24[] memory scores, bool revealed)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
    {
        uint256 contest = open(panelTerms(inToken, 3));
        if (revealed) play(contest, alice);
        goTo(contest, Phase.Challenge);
        refuses(contest, challenger, scores, abi.encodeWithSelector(IHyperparameterBounty.NotScored.selector, contest));
    }

    function testFuzz_RevertGiven_TheScoresWereChallenged(bool inToken, address again, uint24 score)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
    {
        vm.assume(again != address(0) && again != address(token));
        uint256 contest = scored(panelTerms(inToken, 3), scoreList(700_000));
        challenge(contest, challenger, scoreList(700_000));
        bytes memory reason =
            abi.encodeWithSelector(IHyperparameterBounty.AlreadyChallenged.selector, contest, challenger);
        refuses(contest, again, scoreList(score), reason);
    }

    function testFuzz_RevertWhen_TheSenderSitsOnThePanel(bool inToken, uint8 size, uint8 seat)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = scored(panelTerms(inToken, size), scoreList(700_000));
        address who = member(seat % size);
        bytes memory reason = abi.encodeWithSelector(IHyperparameterBounty.PartyOnPanel.selector, who);
        refuses(contest, who, scoreList(700_000), reason);
    }

    /// @dev Whole words, so that numbers beyond the type are sent as well.
    function testFuzz_RevertWhen_AScoreIsNotTheOneRecorded(uint256 seed, uint8 count, uint8 which, uint256 wrong)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        uint24[] memory scores = someScores(seed, bound(count, 1, 12));
        uint256 contest = scored(panelTerms(false, 3), scores);
        uint256[] memory words = wordsOf(scores);
        bytes32 expected = keccak256(abi.encodePacked(words));
        vm.assume(wrong != words[which % words.length]);
        words[which % words.length] = wrong;
        fund(challenger, NATIVE, 0.2 ether);
        vm.prank(challenger);
        (bool ok, bytes memory answer) =
            address(bounty).call{value: 0.2 ether}(abi.encodeWithSelector(bounty.challenge.selector, contest, words));
        vm.assertFalse(ok, "challenged");
        vm.assertEq(answer, mismatch(expected, words), "reason");
    }

    function testFuzz_RevertWhen_ThereAreMoreOrFewerScoresThanRecorded(uint256 seed, uint8 count, uint8 given)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        count = uint8(bound(count, 1, 12));
        given = uint8(bound(given, 0, 24));
        vm.assume(given != count);
        uint24[] memory scores = someScores(seed, count);
        uint256 contest = scored(panelTerms(false, 3), scores);
        // The same to start with, so that only the number differs.
        uint24[] memory others = someScores(seed, given);
        bytes32 expected = keccak256(abi.encodePacked(wordsOf(scores)));
        refuses(contest, challenger, others, mismatch(expected, wordsOf(others)));
    }

    function testFuzz_RevertWhen_TheScoresWereReplacedLater(uint256 first, uint256 second)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
    {
        uint24[] memory replaced = someScores(first, 3);
        uint24[] memory last = someScores(second, 3);
        vm.assume(first != second);
        uint256 contest = open(panelTerms(true, 3));
        play(contest, alice, bob, carol);
        record(contest, replaced);
        record(contest, last);
        goTo(contest, Phase.Challenge);
        bytes32 expected = keccak256(abi.encodePacked(wordsOf(last)));
        refuses(contest, challenger, replaced, mismatch(expected, wordsOf(replaced)));
        challenge(contest, challenger, last);
    }

    function testFuzz_RevertWhen_TheCoinsAreNotExactlyTheBond(uint96 bond, uint128 coins)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
        whenTheScoresAreThoseRecordedLast
    {
        Terms memory t = panelTerms(false, 3);
        t.panel.challengeBond = uint96(bound(bond, 3 * t.panel.fee, type(uint96).max));
        vm.assume(coins != t.panel.challengeBond);
        uint256 contest = scored(t, scoreList(700_000));
        vm.deal(challenger, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, t.panel.challengeBond, coins));
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest, scoreList(700_000));
    }

    function testFuzz_RevertWhen_CoinsComeWithATokenContest(uint128 coins)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
        whenTheScoresAreThoseRecordedLast
    {
        uint256 contest = scored(panelTerms(true, 3), scoreList(700_000));
        fund(challenger, address(token), 0.2 ether);
        coins = uint128(bound(coins, 1, type(uint128).max));
        vm.deal(challenger, coins);
        vm.expectRevert(abi.encodeWithSelector(IPayments.WrongAmount.selector, 0, coins));
        vm.prank(challenger);
        bounty.challenge{value: coins}(contest, scoreList(700_000));
    }

    function testFuzz_RevertWhen_TheTokenWasNotApproved(uint256 approved)
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
        whenTheScoresAreThoseRecordedLast
    {
        uint256 contest = scored(panelTerms(true, 3), scoreList(700_000));
        fund(challenger, address(token), 0.2 ether);
        approved = bound(approved, 0, 0.2 ether - 1);
        vm.prank(challenger);
        token.approve(address(bounty), approved);
        vm.expectRevert(
            abi.encodeWithSignature(
                "ERC20InsufficientAllowance(address,uint256,uint256)", address(bounty), approved, 0.2 ether
            )
        );
        vm.prank(challenger);
        bounty.challenge(contest, scoreList(700_000));
    }

    function testFuzz_WhenSomebodyStakesTheBondOnTheScoresRecorded(
        Terms memory raw,
        uint256 seed,
        bool inToken,
        address who,
        uint32 when
    )
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
        whenTheScoresAreThoseRecordedLast
    {
        Terms memory t = validWithPanel(raw, inToken);
        (t.holdoutCommitment, t.maxSubmissions, t.maxPerAddress) = (0, 100, 4);
        t.limits = panelTerms(inToken, 1).limits;
        who = [who, organizer, t.evaluator, participant(0)][seed % 4];
        vm.assume(who != address(0) && who.code.length == 0 && who != address(vm));
        for (uint256 i; i < t.panel.members.length; ++i) {
            vm.assume(who != t.panel.members[i]);
        }
        uint24[] memory scores = someScores(seed, 1 + seed % 9);
        uint256 contest = scored(t, scores);
        uint256 ends = startOf(contest, Phase.Settle);
        vm.warp(bound(when, block.timestamp, ends - 1));
        ContestView memory expected = bounty.contestOf(contest);
        uint256 heldBefore = held(t.asset);
        uint256 coins = fund(who, t.asset, t.panel.challengeBond);
        uint256 hadBefore = balanceOf(t.asset, who);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Challenged(contest, who);
        vm.prank(who);
        bounty.challenge{value: coins}(contest, scores);

        assertEq(held(t.asset), heldBefore + t.panel.challengeBond, "held");
        assertEq(balanceOf(t.asset, who), hadBefore - t.panel.challengeBond, "paid");
        assertEq(bounty.disputeOf(contest).challenger, who, "challenger");
        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(expected), "contestOf");
        vm.warp(ends);
        assertPhase(contest, Phase.PanelSeal);
    }

    /// @dev With more gas each time, through every point at which it can run out; the scores cannot be kept at some.
    function test_WhenLittleGasIsLeftToKeepTheScores()
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
        whenTheScoresAreThoseRecordedLast
    {
        Terms memory t = panelTerms(false, 1);
        t.maxSubmissions = 120;
        uint24[] memory scores = someScores(1, 120);
        uint256 contest = scored(t, scores);
        fund(challenger, NATIVE, 0.2 ether);
        bytes memory data = abi.encodeCall(bounty.challenge, (contest, scores));
        bool notKept;
        bool ok;
        for (uint256 gas = 40_000; !ok; gas += 3000) {
            bytes memory answer_;
            vm.prank(challenger);
            (ok, answer_) = address(bounty).call{value: 0.2 ether, gas: gas}(data);
            if (answer_.length != 0) notKept = true;
            assertEq(bounty.disputeOf(contest).challenger, ok ? challenger : address(0), "challenger");
            assertEq(challenger.balance, ok ? 0 : 0.2 ether, "what the challenger has");
        }
        assertTrue(notKept, "refused where the scores could not be kept");
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(scores, 1));
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Upheld, scores);
        bounty.resolve(contest);
    }

    /// @dev A lone member that says the same to the last score upholds them all.
    function test_GivenAsManySpecsAsAContestTakes()
        external
        givenTheChallengePhase
        givenTheContestHasAPanel
        givenScoresWereRecorded
        givenNobodyHasChallenged
        whenTheSenderDoesNotSitOnThePanel
        whenTheScoresAreThoseRecordedLast
    {
        Terms memory t = panelTerms(false, 1);
        (t.maxSubmissions, t.panel.tolerance) = (1024, 0);
        uint24[] memory scores = someScores(1, 1024);
        uint256 contest = disputed(t, scores);
        answer(contest, repeat(scores, 1));
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Upheld, scores);
        bounty.resolve(contest);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function wordsOf(uint24[] memory scores) private pure returns (uint256[] memory words) {
        words = new uint256[](scores.length);
        for (uint256 i; i < words.length; ++i) {
            words[i] = scores[i];
        }
    }

    function mismatch(bytes32 expected, uint256[] memory words) private pure returns (bytes memory) {
        bytes32 actual = keccak256(abi.encodePacked(words));
        return abi.encodeWithSelector(IHyperparameterBounty.ScoresMismatch.selector, expected, actual);
    }

    function wrongPhase(uint256 contest, Phase actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IHyperparameterBounty.WrongPhase.selector, contest, Phase.Challenge, actual);
    }

    /// @dev Whatever is sent along would have been enough.
    function refuses(uint256 contest, address who, uint24[] memory scores, bytes memory reason) private {
        uint256 coins = fund(who, bounty.contestOf(contest).asset, 0.2 ether);
        vm.expectRevert(reason);
        vm.prank(who);
        bounty.challenge{value: coins}(contest, scores);
    }
}
