// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    IHyperparameterBounty,
    Outcome,
    Phase,
    SeatState,
    Terms,
    Verdict
} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Opinion, PanelWorld} from "../foundry/PanelWorld.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev Members of a panel that are silent, lazy, bought or hostile.
contract PanelsTest is PanelWorld {
    uint24[] private _truth;
    uint24[] private _lie;

    function setUp() public override {
        super.setUp();
        // The first two specs are one participant's.
        _truth = scoreList(600_000, 800_000, 700_000);
        _lie = scoreList(600_000, 800_000, 990_000);
    }

    /// @dev From whichever step on.
    function testFuzz_APanelThatIsSilent_EndsVoidAndItsBondsAreBurned(bool inToken, uint8 size, bool sealing) external {
        size = 1 + 2 * (size % 4);
        Terms memory t = panelTerms(inToken, size);
        uint256 contest = disputed(t, _lie);
        for (uint256 seat; sealing && seat < size; ++seat) {
            sealScores(opinion(contest, seat, _truth));
        }
        settle(contest);
        claimAll(contest);
        assertOutcome(contest, Outcome.Void);
        assertEq(balanceOf(t.asset, organizer), due(t), "all that it put in");
        assertEq(balanceOf(t.asset, evaluator), t.evaluatorBond, "the evaluator's bond");
        assertEq(balanceOf(t.asset, challenger), t.panel.challengeBond, "the challenger's");
        assertEq(balanceOf(t.asset, BURN), size * uint256(t.panel.memberBond), "the members'");
        assertEq(held(t.asset), 0, "held");
    }

    function testFuzz_FewerThanHalfOfThePanel_DecideNothingAndEarnNothing(uint8 size, uint8 voices) external {
        size = 3 + 2 * (size % 3);
        uint256 contest = disputed(panelTerms(true, size), _lie);
        voices = uint8(bound(voices, 1, size / 2));
        answer(contest, repeat(_truth, voices));
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.QuorumMissed.selector, size / 2 + 1, voices));
        bounty.resolve(contest);
        settle(contest);
        assertOutcome(contest, Outcome.Void);
        for (uint256 seat; seat < size; ++seat) {
            assertEq(token.balanceOf(member(seat)), seat < voices ? 0.11 ether : 0, "a member");
        }
    }

    function test_ALoneMemberOfThree_CannotOverturnAnHonestEvaluator() external {
        uint256 contest = disputed(panelTerms(true, 3), _truth);
        uint24[][] memory opened = repeat(_truth, 3);
        opened[1] = _lie;
        answer(contest, opened);
        resolve(contest);
        assertVerdict(contest, Verdict.Upheld);
        settle(contest);
        assertEq(token.balanceOf(member(1)), 0.11 ether, "who lied earns nothing");
        assertEq(token.balanceOf(member(0)), 0.12 ether, "who did not earns its fee");
    }

    /// @dev What remains: more than half of the panel can put any scores in place. It has the last word.
    function test_AMajorityThatLies_DecidesAndTheOthersEarnNothing() external {
        uint256 contest = disputed(panelTerms(true, 3), _truth);
        uint24[][] memory opened = repeat(_lie, 3);
        opened[2] = _truth;
        answer(contest, opened);
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
        settle(contest);
        assertEq(token.balanceOf(member(2)), 0.11 ether, "who told the truth");
    }

    function test_AMemberThatCopiesASeal_CannotOpenItAndEarnsNothing() external {
        uint256 contest = disputed(panelTerms(true, 3), _lie);
        Opinion memory first = opinion(contest, 0, _truth);
        Opinion memory third = opinion(contest, 2, _truth);
        sealScores(first);
        sealScores(third);
        bytes32 copied = sealOf(first);
        vm.prank(member(1));
        bounty.sealScores(contest, 1, copied);
        goTo(contest, Phase.PanelOpen);
        openScores(first);
        openScores(third);
        Opinion memory copy = Opinion(contest, member(1), 1, first.report, first.salt, first.scores);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SealMismatch.selector, copied, sealOf(copy)));
        openScores(copy);
        goTo(contest, Phase.Settle);
        resolve(contest);
        settle(contest);
        assertEq(token.balanceOf(member(0)), 0.12 ether, "who did the work");
        assertEq(token.balanceOf(member(1)), 0, "who copied loses its bond");
    }

    /// @dev It knows what others opened, and is bound to what it sealed before.
    function testFuzz_AMemberThatWaitsForTheOthers_CannotChangeItsMind(uint256 seed) external {
        uint256 contest = disputed(panelTerms(true, 3), _lie);
        Opinion memory lazy = opinion(contest, 2, someScores(seed, 3));
        sealScores(lazy);
        bytes32 expected = sealOf(lazy);
        Opinion memory honest = opinion(contest, 0, _truth);
        sealScores(honest);
        goTo(contest, Phase.PanelOpen);
        openScores(honest);
        lazy.scores = _truth;
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SealMismatch.selector, expected, sealOf(lazy)));
        openScores(lazy);
        expectWrongPhase(contest, Phase.PanelSeal, Phase.PanelOpen);
        vm.prank(member(2));
        bounty.sealScores(contest, 2, "another seal");
    }

    /// @dev It seals what the evaluator said, unseen. That stands only with a majority that does the same.
    function test_AMemberThatCopiesALyingEvaluator_EarnsNothing() external {
        uint256 contest = disputed(panelTerms(true, 3), _lie);
        uint24[][] memory opened = repeat(_truth, 3);
        opened[0] = _lie;
        answer(contest, opened);
        resolve(contest);
        assertVerdict(contest, Verdict.Overturned);
        settle(contest);
        assertEq(token.balanceOf(member(0)), 0.11 ether, "who copied");
        assertEq(token.balanceOf(challenger), 0.26 ether - 2 * 0.01 ether, "its bond, half the other less two fees");
    }

    /// @dev Its report, with the runs of its own seeds that show that it trained, is sealed with the scores: it cannot be made later,
    /// out of what the others opened. Whose report lacks them is named by `evaluator verify`.
    function testFuzz_AMemberThatSealsCopiedScores_CannotAddARunOfItsOwnLater(bytes32 later) external {
        vm.assume(later != PANEL_REPORT && later != 0);
        uint256 contest = disputed(panelTerms(true, 3), _truth);
        Opinion memory copied = opinion(contest, 1, _truth);
        sealScores(copied);
        bytes32 expected = sealOf(copied);
        goTo(contest, Phase.PanelOpen);
        copied.report = later;
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SealMismatch.selector, expected, sealOf(copied)));
        openScores(copied);
    }

    function testFuzz_ASealReplayedInAnotherContest_CannotBeOpened(uint256 seed) external {
        uint256 first = disputed(panelTerms(true, 3), _lie);
        uint256 second = disputed(panelTerms(true, 3), _lie);
        Opinion memory o = opinion(first, 0, someScores(seed, 3));
        o.contest = second;
        refusesReplay(o, sealOf(Opinion(first, o.member, 0, o.report, o.salt, o.scores)));
    }

    function testFuzz_ASealReplayedOnAnotherChainOrInAnotherContract_CannotBeOpened(uint64 chain, address other)
        external
    {
        uint256 contest = disputed(panelTerms(true, 3), _lie);
        Opinion memory o = opinion(contest, 0, _truth);
        vm.assume(chain != block.chainid || other != address(bounty));
        refusesReplay(o, sealOf(o, chain, other));
    }

    function testFuzz_AStrangerThatSealsOrOpensForAMember_IsRefused(address thief, uint8 seat) external {
        seat %= 3;
        vm.assume(thief != member(seat));
        uint256 contest = disputed(panelTerms(true, 3), _lie);
        Opinion memory o = opinion(contest, seat, _truth);
        bytes32 hash = sealOf(o);
        bytes memory reason = abi.encodeWithSelector(IHyperparameterBounty.NotPanelMember.selector, member(seat), thief);
        vm.expectRevert(reason);
        vm.prank(thief);
        bounty.sealScores(contest, seat, hash);
        sealScores(o);
        goTo(contest, Phase.PanelOpen);
        vm.expectRevert(reason);
        vm.prank(thief);
        bounty.openScores(contest, seat, o.report, o.salt, o.scores);
    }

    /// @dev Members, challenger and evaluator that reject or burn: everybody else is paid, they get credits.
    function testFuzz_AHostileMember_GetsACreditAndTheOthersTheirs(uint8 mood, bool lied, uint8 seat) external {
        (uint256 contest, Terms memory t, Wallet hostile) = hostilePanel(seat % 3, lied ? _lie : _truth);
        answer(contest, repeat(_truth, 3));
        hostile.behave([Wallet.Mood.Reject, Wallet.Mood.BurnGas, Wallet.Mood.ReturnBomb][mood % 3]);
        resolve(contest);
        settle(contest);
        for (uint256 i; i < 3; ++i) {
            bool its = t.panel.members[i] == address(hostile);
            assertEq(t.panel.members[i].balance, its ? 0 : 0.12 ether, "paid");
            assertEq(bounty.credits(NATIVE, t.panel.members[i]), its ? 0.12 ether : 0, "credit");
        }
        // Its bond, half of the other's less three fees; the evaluator its fees as well.
        assertEq(
            lied ? challenger.balance : evaluator.balance, lied ? 0.16 ether + 0.07 ether : 0.31 ether, "who was right"
        );
        assertEq(participant(0).balance, 1 ether, "the prize");
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Three members, one of them a wallet whose address may stand at any seat.
    function hostilePanel(uint8 seat, uint24[] memory scores)
        private
        returns (uint256 contest, Terms memory t, Wallet hostile)
    {
        hostile = new Wallet();
        t = panelTerms(false, 3);
        for (uint256 i; i < 3; ++i) {
            t.panel.members[i] = address(uint160(address(hostile)) + uint160(i) - seat);
        }
        contest = disputed(t, scores);
    }

    function refusesReplay(Opinion memory o, bytes32 replayed) private {
        vm.prank(o.member);
        bounty.sealScores(o.contest, 0, replayed);
        goTo(o.contest, Phase.PanelOpen);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.SealMismatch.selector, replayed, sealOf(o)));
        openScores(o);
        assertEq(uint256(bounty.disputeOf(o.contest).seats[0]), uint256(SeatState.Sealed), "state");
    }

    function assertVerdict(uint256 contest, Verdict expected) private view {
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(expected), "verdict");
    }
}
