// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms, Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Opinion} from "../foundry/PanelWorld.sol";
import {Coalition} from "./Coalition.sol";

/// @dev Whatever a minority of a panel opens, and whatever scores there are. Honest scores differ by no more than the tolerance;
/// those who lie say anything, or that nothing can be scored, or nothing at all.
contract VerdictsTest is Coalition {
    uint256 private constant SPECS = 4;

    /// @dev One of the honest ones is the evaluator; two specs are of one participant.
    function testFuzz_AnythingThatAMinorityOpens_LeavesAnHonestEvaluatorUpheld(uint256 seed, uint8 size, bool close)
        external
    {
        size = 1 + 2 * (size % 4);
        Terms memory t = defaults(16, size);
        t.shares = shares(5_000, 3_000, 2_000);
        uint256 contest = revealed(t, SPECS, 0);
        uint24[] memory truth = truthOf(seed, close);
        record(contest, honest(truth, seed, size));
        uint16[] memory winners = bounty.contestOf(contest).winners;
        panelAnswers(contest, truth, seed, size);
        resolve(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(Verdict.Upheld), "verdict");
        assertEq(keccak256(abi.encode(bounty.contestOf(contest).winners)), keccak256(abi.encode(winners)), "who wins");
        for (uint256 i; i < size / 2 + 1; ++i) {
            assertTrue(bounty.disputeOf(contest).agreed[i], "an honest member agrees");
        }
    }

    /// @dev It pays another than the best, who leads by more than honest scores can differ by, or says that it cannot be scored.
    function testFuzz_AnythingThatAMinorityOpens_CannotUpholdAnEvaluatorThatLies(uint256 seed, uint8 size) external {
        size = 1 + 2 * (size % 4);
        Terms memory t = defaults(16, size);
        uint256 contest = revealed(t, SPECS, 0);
        uint24[] memory truth = truthOf(seed, true);
        // The first participant has the first two specs.
        uint256 best = seed % SPECS;
        truth[best] = 900_000;
        uint24[] memory lie = someScores(seed, SPECS);
        if (seed % 3 == 0) lie = noScores();
        else lie[(best + 2) % SPECS] = 1_000_000;
        record(contest, lie);
        panelAnswers(contest, truth, seed, size);
        resolve(contest);
        assertEq(uint256(bounty.disputeOf(contest).verdict), uint256(Verdict.Overturned), "verdict");
        finish(contest);
        assertOutcome(contest, Outcome.Won);
        vm.assertGe(participant(best / 2).balance, REWARD, "the best is paid");
        assertEq(evaluator.balance, 0, "who lied");
    }

    /// @dev The first seats, more than half, are honest; the others are not, or silent.
    function panelAnswers(uint256 contest, uint24[] memory truth, uint256 seed, uint256 size) private {
        goTo(contest, Phase.Challenge);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
        uint24[][] memory found = new uint24[][](size);
        bool[] memory silent = new bool[](size);
        for (uint256 i; i < size; ++i) {
            uint256 dice = uint256(keccak256(abi.encode("a liar", seed, i)));
            found[i] = i <= size / 2 ? honest(truth, seed, i) : dice % 3 == 0 ? noScores() : someScores(dice, SPECS);
            silent[i] = i > size / 2 && dice % 4 == 1;
        }
        answer(contest, found, silent);
    }

    /// @dev Any, or all within three tolerances of the minimum and of each other.
    function truthOf(uint256 seed, bool close) private pure returns (uint24[] memory truth) {
        truth = someScores(uint256(keccak256(abi.encode("truth", seed))), SPECS);
        for (uint256 i; i < SPECS && close; ++i) {
            truth[i] = 500_000 - TOLERANCE + truth[i] % (3 * TOLERANCE);
        }
    }

    /// @dev Each half a tolerance from the truth at most, so all within the tolerance of each other.
    function honest(uint24[] memory truth, uint256 seed, uint256 who) private pure returns (uint24[] memory scores) {
        scores = new uint24[](SPECS);
        for (uint256 i; i < SPECS; ++i) {
            uint256 off = uint256(keccak256(abi.encode("honest", seed, who, i))) % (TOLERANCE + 1);
            uint256 score = truth[i] + off < TOLERANCE / 2 ? 0 : truth[i] + off - TOLERANCE / 2;
            scores[i] = uint24(score > 1_000_000 ? 1_000_000 : score);
        }
    }
}
