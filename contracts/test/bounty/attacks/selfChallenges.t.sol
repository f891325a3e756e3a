// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Coalition} from "./Coalition.sol";

/// @dev Challenging oneself, to lose a bond to oneself or to keep others from it. Alice has the best of three specs, Carol is
/// whom the evaluator lies for.
contract SelfChallengesTest is Coalition {
    uint24[] private _truth;
    uint24[] private _lie;

    function setUp() public override {
        super.setUp();
        _truth = scoreList(800_000, 700_000, 600_000);
        _lie = scoreList(800_000, 700_000, 990_000);
    }

    /// @dev The old way to the organizer's bond. Now the bond is the evaluator's own, and half of it is burned.
    function test_AnEvaluatorThatLiesAndChallengesItself_LosesHalfItsBond() external {
        ally(evaluator);
        ally(challenger);
        ally(carol);
        uint256 contest = three(defaults(16, 3));
        dispute(contest, _lie, challenger, repeat(_truth, 3));
        resolve(contest);
        finish(contest);
        assertVerdict(contest, Verdict.Overturned);
        assertWonBy(contest, 0);
        assertLoses(TENTH / 2);
    }

    /// @dev With the whole panel on its side: only half a bond is left to divide among themselves.
    function testFuzz_AnEvaluatorThatChallengesItselfBeforeItsOwnPanel_LosesHalfABond(bool lied) external {
        ally(evaluator);
        ally(challenger);
        for (uint256 i; i < 3; ++i) {
            ally(member(i));
        }
        Terms memory t = defaults(16, 3);
        uint256 contest = three(t);
        dispute(contest, lied ? _lie : _truth, challenger, repeat(_truth, 3));
        resolve(contest);
        finish(contest);
        assertWonBy(contest, 0);
        // Beside the fees of the entries, which an honest evaluator earns as well.
        uint256 fees = lied ? 0 : 3 * t.entryFee;
        vm.assertLe(inHand() + TENTH / 2, putIn() + fees, "half a bond is burned");
    }

    /// @dev Organizer and evaluator are one, keep an honest challenger out by being first, and still cannot pay Carol.
    function test_AnOrganizerThatIsFirstToChallengeItsOwnLie_LosesHalfABond() external {
        ally(organizer);
        ally(evaluator);
        ally(challenger);
        ally(carol);
        uint256 contest = three(defaults(16, 3));
        record(contest, _lie);
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        fund(bob, NATIVE, TENTH);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.AlreadyChallenged.selector, contest, challenger));
        vm.prank(bob);
        bounty.challenge{value: TENTH}(contest);
        goTo(contest, Phase.PanelSeal);
        answer(contest, repeat(_truth, 3));
        resolve(contest);
        finish(contest);
        assertWonBy(contest, 0);
        assertLoses(uint256(REWARD) + TENTH / 2);
    }

    /// @dev Up to three of seven members do not answer. An evaluator that knows so cannot earn by their bonds: they are burned.
    function testFuzz_AnEvaluatorThatChallengesItselfWhileMembersAreAbsent_EarnsNothingByThem(uint8 size, uint8 absent)
        external
    {
        size = 3 + 2 * (size % 3);
        absent = uint8(bound(absent, 1, size / 2));
        ally(evaluator);
        ally(challenger);
        Terms memory t = defaults(16, size);
        uint256 contest = three(t);
        dispute(contest, _truth, challenger, repeat(_truth, size - absent));
        resolve(contest);
        finish(contest);
        assertVerdict(contest, Verdict.Upheld);
        vm.assertLe(inHand() + TENTH / 2, putIn() + 3 * t.entryFee, "half a bond is burned");
    }

    /// @dev Nor can those who hope that it is not decided at all, with entries that would share what is lost.
    function testFuzz_AChallengeBeforeAPanelThatIsSilent_EarnsThoseWhoRevealedNothing(uint8 size, bool lied) external {
        size = 1 + 2 * (size % 4);
        ally(challenger);
        ally(alice);
        ally(bob);
        ally(carol);
        ally(organizer);
        uint256 contest = three(defaults(16, size));
        dispute(contest, lied ? _lie : _truth, challenger, new uint24[][](0));
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        assertGainsNothing();
    }

    /// @dev The challenger is in league with a minority of the panel, and with whom it would pay.
    function test_AChallengerWithAMinorityOfThePanel_LosesItsBond() external {
        ally(challenger);
        ally(carol);
        ally(member(0));
        ally(member(1));
        Terms memory t = defaults(16, 5);
        uint256 contest = three(t);
        uint24[][] memory found = repeat(_truth, 5);
        found[0] = found[1] = _lie;
        dispute(contest, _truth, challenger, found);
        resolve(contest);
        finish(contest);
        assertVerdict(contest, Verdict.Upheld);
        assertLoses(TENTH + t.entryFee);
    }

    function assertVerdict(uint256 contest, Verdict expected) private view {
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(expected), "verdict");
    }

    function assertWonBy(uint256 contest, uint256 index) private view {
        assertOutcome(contest, Outcome.Won);
        assertEq(bounty.contestOf(contest).winners[0], index, "who won");
    }
}
