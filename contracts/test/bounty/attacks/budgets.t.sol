// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed} from "../foundry/World.sol";
import {Coalition} from "./Coalition.sol";

/// @dev More work than the evaluator can do in time. What an entry may take at most is in the terms, in seconds of a
/// reference core, and whoever accepts says how fast it is.
contract BudgetsTest is Coalition {
    /// @dev All slots at their budget, in three quarters of the time where a key is awaited.
    function testFuzz_AnEvaluatorTooSlowForEveryEntryAtItsBudget_CannotAccept(
        uint16 slots,
        uint32 entrySeconds,
        uint32 scoreSeconds,
        bool keyed
    ) external {
        Terms memory t = keyed ? sealedDefaults(16, 0) : defaults(16, 0);
        t.maxSubmissions = uint16(bound(slots, 16, 1_024));
        t.entrySeconds = uint32(bound(entrySeconds, 1, 1 weeks));
        t.scoreSeconds = uint32(bound(scoreSeconds, 40 minutes, 73 days));
        uint256 least = throughput(t);
        vm.assume(least <= type(uint32).max && least > 1);
        uint256 contest = offer(t);
        uint256 coins = fund(evaluator, NATIVE, t.evaluatorBond);
        vm.expectRevert(abi.encodeWithSelector(IHyperparameterBounty.ThroughputTooLow.selector, least, least - 1));
        vm.prank(evaluator);
        bounty.accept{value: coins}(contest, least - 1);
        vm.prank(evaluator);
        bounty.accept{value: coins}(contest, least);
        assertPhase(contest, Phase.Submit);
    }

    /// @dev Twenty of the slowest, by one who hopes that the evaluator is late, and for half of its bond. It has accepted as many
    /// at that price, is in time, and is paid.
    function test_EntriesThatTakeLongest_PayTheEvaluatorThatHasTimeForThem() external {
        ally(alice);
        Terms memory t = defaults(20, 3);
        uint256 contest = open(t);
        Sealed[] memory all = new Sealed[](20);
        for (uint256 i; i < 20; ++i) {
            all[i] = submit(contest, alice, i, Specs.valid(i));
        }
        revealFirst(contest, all, 20);
        record(contest, new uint24[](20));
        finish(contest);
        assertOutcome(contest, Outcome.Refunded);
        assertEq(evaluator.balance, t.evaluatorBond + 20 * t.entryFee, "bond and fees");
        assertLoses(20 * t.entryFee);
    }

    /// @dev With the evaluator among them: it lets its bond go, and half of it comes back to their entries.
    function testFuzz_AnEvaluatorThatIsLateForItsFriends_LosesHalfOfItsBond(uint8 count) external {
        count = uint8(bound(count, 1, 20));
        ally(alice);
        ally(evaluator);
        uint256 contest = open(defaults(40, 3));
        Sealed[] memory all = new Sealed[](count);
        for (uint256 i; i < count; ++i) {
            all[i] = submit(contest, alice, i, Specs.plain(i));
        }
        revealFirst(contest, all, count);
        finish(contest);
        assertOutcome(contest, Outcome.Void);
        assertLoses(TENTH / 2);
    }
}
