// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    ContestView,
    DisputeView,
    IHyperparameterBounty,
    Phase,
    SeatState,
    Terms,
    Verdict
} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Opinion, PanelWorld} from "../../foundry/PanelWorld.sol";

contract OpenScoresTest is PanelWorld {
    function testFuzz_RevertGiven_TheContestIsInAnotherPhase(
        uint256 seed,
        uint256 seat,
        bytes32 report,
        bytes32 salt,
        uint24[] memory scores
    ) external {
        (uint256 contest, Phase actual) = anotherPhase(Phase.PanelOpen, seed);
        expectWrongPhase(contest, Phase.PanelOpen, actual);
        vm.prank(member(0));
        bounty.openScores(contest, seat, report, salt, scores);
    }

    function testFuzz_RevertGiven_TheLastSecondOfSealing(uint256 seed, bool inToken) external {
        Opinion memory o = sealedOpinion(seed, inToken);
        vm.warp(block.timestamp - 1);
        expectWrongPhase(o.contest, Phase.PanelOpen, Phase.PanelSeal);
        openScores(o);
    }

    function testFuzz_GivenTheFirstOrTheLastSecondOfOpening(uint256 seed, bool inToken, bool last) external {
        Opinion memory o = sealedOpinion(seed, inToken);
        if (last) vm.warp(startOf(o.contest, Phase.Settle) - 1);
        openScores(o);
        assertEq(uint256(bounty.disputeOf(o.contest).seats[o.seat]), uint256(SeatState.Opened), "state");
    }

    function testFuzz_RevertGiven_TheFirstSecondAfterOpening(uint256 seed, bool inToken, uint8 later) external {
        Opinion memory o = sealedOpinion(seed, inToken);
        vm.warp(startOf(o.contest, Phase.Settle) + later % 2);
        expectWrongPhase(o.contest, Phase.PanelOpen, Phase.Settle);
        openScores(o);
    }

    function testFuzz_RevertWhen_ThePanelHasNoSuchSeat(uint256 seed, uint256 seat) external givenThePanelsOpeningPhase {
        Opinion memory o = sealedOpinion(seed, false);
        o.seat = bound(seat, 3, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NoSuchSeat.selector, o.seat, 3));
        openScores(o);
    }

    function testFuzz_RevertWhen_TheSeatIsSomebodyElses(uint256 seed, address sender)
        external
        givenThePanelsOpeningPhase
    {
        Opinion memory o = sealedOpinion(seed, false);
        if (seed % 2 == 0) sender = member((o.seat + 1) % 3);
        vm.assume(sender != o.member);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NotPanelMember.selector, o.member, sender));
        o.member = sender;
        openScores(o);
    }

    function testFuzz_RevertGiven_TheMemberSealedNothing(uint256 seed, uint24[] memory scores)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
    {
        Opinion memory o = sealedOpinion(seed, false);
        uint256 seat = (o.seat + 1) % 3;
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingSealed.selector, o.contest, seat));
        vm.prank(member(seat));
        bounty.openScores(o.contest, seat, o.report, o.salt, scores);
    }

    function testFuzz_RevertGiven_TheMemberHasOpened(uint256 seed, bool same, bytes32 salt, uint24[] memory scores)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
    {
        Opinion memory o = sealedOpinion(seed, false);
        openScores(o);
        if (!same) (o.salt, o.scores) = (salt, scores);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.NothingSealed.selector, o.contest, o.seat));
        openScores(o);
    }

    /// @dev Even if that is what was sealed.
    function testFuzz_RevertWhen_TheReportIsZero(uint256 seed)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
    {
        uint256 contest = disputed(panelTerms(false, 3), someScores(seed, 4));
        Opinion memory o = opinion(contest, seed % 3, someScores(seed, 4));
        o.report = 0;
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ZeroReport.selector));
        openScores(o);
    }

    /// @dev Even if that is what was sealed.
    function testFuzz_RevertWhen_ThereAreNotAsManyScoresAsSpecs(uint256 seed, uint8 count, bool inToken)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
    {
        uint256 contest = disputed(panelTerms(inToken, 3), someScores(seed, 4));
        count = uint8(bound(count, 0, 40));
        vm.assume(count != 4 && count != 0);
        Opinion memory o = opinion(contest, seed % 3, someScores(seed, count));
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.WrongScoreCount.selector, 4, count));
        openScores(o);
    }

    function testFuzz_RevertWhen_TheSaltIsNotTheOneThatWasSealed(uint256 seed, bytes32 salt)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
    {
        Opinion memory o = sealedOpinion(seed, false);
        vm.assume(salt != o.salt);
        bytes32 expected = sealOf(o);
        o.salt = salt;
        expectMismatch(o, expected);
        openScores(o);
    }

    function testFuzz_RevertWhen_TheReportIsNotTheOneThatWasSealed(uint256 seed, bytes32 report)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
    {
        Opinion memory o = sealedOpinion(seed, false);
        vm.assume(report != o.report && report != 0);
        bytes32 expected = sealOf(o);
        o.report = report;
        expectMismatch(o, expected);
        openScores(o);
    }

    function testFuzz_RevertWhen_AScoreIsNotTheOneThatWasSealed(uint256 seed, uint8 which, uint24 wrong)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
    {
        Opinion memory o = sealedOpinion(seed, false);
        vm.assume(wrong != o.scores[which % 4]);
        bytes32 expected = sealOf(o);
        o.scores[which % 4] = wrong;
        expectMismatch(o, expected);
        openScores(o);
    }

    /// @dev Even by a member that was told everything.
    function testFuzz_RevertWhen_AnotherMembersSealWasCopied(uint256 seed, bool ownerFirst)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
    {
        uint256 contest = disputed(panelTerms(false, 3), someScores(seed, 4));
        Opinion memory o = opinion(contest, 0, someScores(seed, 4));
        sealScores(o);
        bytes32 copied = sealOf(o);
        vm.prank(member(1));
        bounty.sealScores(contest, 1, copied);
        goTo(contest, Phase.PanelOpen);
        if (ownerFirst) openScores(o);
        Opinion memory copy = Opinion(contest, member(1), 1, o.report, o.salt, o.scores);
        expectMismatch(copy, copied);
        openScores(copy);
    }

    function testFuzz_RevertWhen_ASealedScoreExceedsOneMillion(uint256 seed, uint8 which, uint24 score)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
        whenTheyAreWhatWasSealed
    {
        uint256 contest = disputed(panelTerms(false, 3), someScores(seed, 4));
        Opinion memory o = opinion(contest, 0, someScores(seed, 4));
        score = uint24(bound(score, 1_000_001, type(uint24).max));
        o.scores[which % 4] = score;
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ScoreOutOfRange.selector, which % 4, score));
        openScores(o);
    }

    /// @dev Sealed and sent as whole words, which no array of the type can hold.
    function testFuzz_RevertWhen_ASealedScoreExceedsItsType(uint256 seed, uint8 which, uint256 score)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
        whenTheyAreWhatWasSealed
    {
        uint256 contest = disputed(panelTerms(false, 3), someScores(seed, 4));
        uint256[] memory words = new uint256[](4);
        words[which % 4] = bound(score, 1 << 24, type(uint256).max);
        bytes memory head = abi.encode(
            bytes32("hyperbounty/panel/1"), block.chainid, bounty, contest, member(0), PANEL_REPORT, bytes32(seed)
        );
        bytes32 hash = sha256(bytes.concat(head, abi.encodePacked(words)));
        vm.prank(member(0));
        bounty.sealScores(contest, 0, hash);
        goTo(contest, Phase.PanelOpen);
        vm.prank(member(0));
        (bool ok,) = address(bounty)
            .call(abi.encodeWithSelector(bounty.openScores.selector, contest, 0, PANEL_REPORT, bytes32(seed), words));
        vm.assertFalse(ok, "opened");
        assertEq(uint256(bounty.disputeOf(contest).seats[0]), uint256(SeatState.Sealed), "state");
    }

    function testFuzz_WhenAMemberOpensWhatItSealed(
        uint8 size,
        uint256 seat,
        uint256 seed,
        bytes32 report,
        bytes32 salt,
        bool inToken,
        uint32 when
    )
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
        whenTheyAreWhatWasSealed
    {
        vm.assume(report != 0);
        size = 1 + 2 * (size % 4);
        uint256 count = 1 + seed % 9;
        uint256 contest = disputed(panelTerms(inToken, size), someScores(seed / 9, count));
        Opinion memory o = opinion(contest, seat % size, someScores(seed, count));
        (o.report, o.salt) = (report, salt);
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        vm.warp(bound(when, block.timestamp, startOf(contest, Phase.Settle) - 1));
        ContestView memory stands = bounty.contestOf(contest);
        DisputeView memory expected = bounty.disputeOf(contest);
        expected.seats[o.seat] = SeatState.Opened;

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.ScoresOpened(contest, o.member, o.report, o.scores);
        openScores(o);

        vm.assertEq(abi.encode(bounty.disputeOf(contest)), abi.encode(expected), "disputeOf");
        vm.assertEq(abi.encode(bounty.contestOf(contest)), abi.encode(stands), "contestOf");
    }

    function testFuzz_WhenAMemberSaysThatTheContestCannotBeScored(uint256 seed, uint8 size, uint8 seat, bool inToken)
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
        whenTheyAreWhatWasSealed
    {
        size = 1 + 2 * (size % 4);
        uint256 contest = disputed(panelTerms(inToken, size), someScores(seed, 3));
        Opinion memory o = opinion(contest, seat % size, noScores());
        sealScores(o);
        goTo(contest, Phase.PanelOpen);

        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.ScoresOpened(contest, o.member, o.report, noScores());
        openScores(o);

        assertEq(uint256(bounty.disputeOf(contest).seats[o.seat]), uint256(SeatState.Opened), "state");
        vm.assertFalse(bounty.contestOf(contest).unscorable, "unscorable");
    }

    /// @dev What the lone member opened is what stands, to the last score.
    function test_GivenAsManySpecsAsAContestTakes()
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
        whenTheyAreWhatWasSealed
    {
        Terms memory t = panelTerms(true, 1);
        (t.maxSubmissions, t.panel.tolerance) = (1024, 0);
        uint24[] memory lie = new uint24[](1024);
        lie[1023] = 1_000_000;
        uint256 contest = disputed(t, lie);
        uint24[] memory scores = someScores(2, 1024);
        scores[1023] = 0;
        answer(contest, repeat(scores, 1));
        vm.expectEmit(address(bounty));
        emit IHyperparameterBounty.Resolved(contest, Verdict.Overturned, scores);
        bounty.resolve(contest);
    }

    /// @dev With more gas each time, through every point at which it can run out; the scores cannot be kept at some.
    function test_WhenLittleGasIsLeftToKeepTheScores()
        external
        givenThePanelsOpeningPhase
        whenTheSeatIsTheSenders
        givenASealThatWasNotOpened
        whenReportAndScoresHaveTheirForm
        whenTheyAreWhatWasSealed
    {
        Terms memory t = panelTerms(false, 1);
        t.maxSubmissions = 120;
        uint24[] memory scores = someScores(1, 120);
        uint256 contest = disputed(t, scores);
        Opinion memory o = opinion(contest, 0, scores);
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        bytes memory data = abi.encodeCall(bounty.openScores, (contest, 0, o.report, o.salt, scores));
        bool notKept;
        bool ok;
        for (uint256 gas = 60_000; !ok; gas += 3000) {
            bytes memory answer_;
            vm.prank(o.member);
            (ok, answer_) = address(bounty).call{gas: gas}(data);
            if (answer_.length != 0 && !ok) notKept = true;
            SeatState expected = ok ? SeatState.Opened : SeatState.Sealed;
            assertEq(uint256(bounty.disputeOf(contest).seats[0]), uint256(expected), "state");
        }
        assertTrue(notKept, "refused where the scores could not be kept");
        goTo(contest, Phase.Settle);
        bounty.resolve(contest);
        assertTrue(bounty.disputeOf(contest).agreed[0], "agreed");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Four scores sealed by a member out of three; at the first second of opening.
    function sealedOpinion(uint256 seed, bool inToken) private returns (Opinion memory o) {
        uint256 contest = disputed(panelTerms(inToken, 3), someScores(seed, 4));
        o = opinion(contest, seed % 3, someScores(seed, 4));
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
    }

    function expectMismatch(Opinion memory o, bytes32 expected) private {
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SealMismatch.selector, expected, sealOf(o)));
    }
}
