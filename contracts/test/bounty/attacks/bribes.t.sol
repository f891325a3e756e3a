// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Coalition} from "./Coalition.sol";

/// @dev A bribed member beside absent ones. Whoever is absent votes for nobody, and the evaluator has no vote. Carol is whom
/// the evaluator lies for; organizer and evaluator are one.
contract BribesTest is Coalition {
    uint24[] private _truth;
    uint24[] private _lie;

    function setUp() public override {
        super.setUp();
        _truth = scoreList(800_000, 700_000, 600_000);
        _lie = scoreList(800_000, 700_000, 1_000_000);
        ally(organizer);
        ally(evaluator);
        ally(carol);
        ally(member(0));
    }

    function testFuzz_OneBribedAndOneAbsentMemberOfThree_CannotUpholdALie(bool ownChallenger) external {
        if (ownChallenger) ally(challenger);
        uint256 contest = three(defaults(16, 3));
        dispute(contest, _lie, challenger, pair(_lie, _truth));
        resolve(contest);
        finish(contest);
        assertNothingDecided(contest);
    }

    /// @dev Even where its candidate is at 100 %, so that the mean of two is its way.
    function testFuzz_OneBribedAndOneAbsentMemberOfThree_CannotOverturnTheTruth(bool ownChallenger) external {
        if (ownChallenger) ally(challenger);
        uint256 contest = three(defaults(16, 3));
        dispute(contest, _truth, challenger, pair(_lie, _truth));
        resolve(contest);
        finish(contest);
        assertNothingDecided(contest);
    }

    function test_OneBribedAndTwoAbsentMembersOfThree_DecideNothing() external {
        ally(challenger);
        uint256 contest = three(defaults(16, 3));
        uint24[][] memory found = new uint24[][](1);
        found[0] = _lie;
        dispute(contest, _lie, challenger, found);
        finish(contest);
        assertNothingDecided(contest);
    }

    /// @dev Up to three of seven lie, whatever they say, and all others are there.
    function testFuzz_AMinorityOfBribedMembers_CannotUpholdALie(uint8 size, uint256 seed) external {
        size = 3 + 2 * (size % 3);
        for (uint256 i = 1; i < size / 2; ++i) {
            ally(member(i));
        }
        uint256 contest = three(defaults(16, size));
        uint24[][] memory found = repeat(_truth, size);
        for (uint256 i; i < size / 2; ++i) {
            found[i] = uint256(keccak256(abi.encode(seed, i))) % 4 == 0
                ? noScores()
                : someScores(uint256(keccak256(abi.encode(seed, i))), 3);
        }
        dispute(contest, _lie, challenger, found);
        resolve(contest);
        finish(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(Verdict.Overturned), "verdict");
        assertEq(bounty.contestOf(contest).winners[0], 0, "who won");
        assertLoses(uint256(REWARD) + TENTH / 2);
    }

    /// @dev The reward stays where it was, entries are free, and silence is all that costs.
    function assertNothingDecided(uint256 contest) private view {
        assertOutcome(contest, Outcome.Void);
        assertEq(bounty.contestOf(contest).winners.length, 0, "nobody won");
        assertGainsNothing();
        assertEq(challenger.balance, TENTH, "who challenged has its bond back");
        assertEq(alice.balance, bounty.contestOf(contest).entryFee, "whoever entered has its fee back");
    }
}
