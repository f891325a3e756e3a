// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Coalition} from "./Coalition.sol";

/// @dev Scores that honest machines do not agree on. A dispute is about who is paid, within the tolerance, and not about scores.
contract CloseScoresTest is Coalition {
    /// @dev Carol's spec trains to 49 % on one processor and to 57 % on another. Alice wins by both.
    function testFuzz_ASpecThatTrainsToAnythingAnywhere_OverturnsNobody(uint256 seed) external {
        ally(carol);
        ally(challenger);
        Terms memory t = defaults(16, 3);
        uint256 contest = three(t);
        uint24[][] memory found = new uint24[][](3);
        for (uint256 i; i < 3; ++i) {
            found[i] = scoreList(700_000, 600_000, chaotic(seed, i));
        }
        dispute(contest, scoreList(700_000, 600_000, chaotic(seed, 3)), challenger, found);
        resolve(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(Verdict.Upheld), "verdict");
        finish(contest);
        assertEq(alice.balance, t.reward, "the prize");
        for (uint256 i; i < 3; ++i) {
            assertEq(member(i).balance, TENTH + t.panel.fee, "an honest member is paid");
        }
        assertLoses(TENTH + t.entryFee);
    }

    /// @dev Two specs that honest machines rank one way or the other: what the evaluator found stays, and Bob, whom the medians
    /// would pay, has nothing from the challenge.
    function testFuzz_AChallengeOfAnHonestCloseResult_LeavesItAsItIs(uint24 apart) external {
        apart = uint24(bound(apart, 1, TOLERANCE));
        ally(bob);
        ally(challenger);
        uint256 contest = three(defaults(16, 3));
        dispute(
            contest,
            scoreList(700_000, 700_000 - 1, 0),
            challenger,
            repeat(scoreList(700_000 - 1, 700_000 - 1 + apart, 0), 3)
        );
        resolve(contest);
        finish(contest);
        assertEq(bounty.contestOf(contest).winners[0], 0, "who won");
        assertEq(alice.balance, REWARD, "the prize");
        assertLoses(TENTH);
    }

    /// @dev The other way round: beyond what honest scores can differ by, a lie is a lie, however small.
    function testFuzz_ALieBeyondWhatHonestScoresDifferBy_IsOverturned(uint24 apart) external {
        apart = uint24(bound(apart, 2 * TOLERANCE + 1, 200_000));
        ally(evaluator);
        ally(bob);
        uint256 contest = three(defaults(16, 3));
        uint24[] memory truth = scoreList(700_000 + apart, 700_000, 0);
        dispute(contest, scoreList(700_000, 700_001, 0), challenger, repeat(truth, 3));
        resolve(contest);
        finish(contest);
        assertEq(alice.balance, uint256(REWARD) + bounty.contestOf(contest).entryFee, "the prize, and the fee back");
        assertLoses(TENTH);
    }

    function chaotic(uint256 seed, uint256 machine) private pure returns (uint24) {
        return uint24(490_000 + uint256(keccak256(abi.encode(seed, machine))) % 84_000);
    }
}
