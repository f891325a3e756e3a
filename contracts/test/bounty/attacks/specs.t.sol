// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed, World} from "../foundry/World.sol";

/// @dev Specs that are no models: each is refused at `reveal`, for good, and its fee is burned.
contract SpecsTest is World {
    function test_AMalformedSpec_IsRefusedAndForfeitsItsFee() external {
        bytes32 spec = Specs.plain(1) | bytes32(uint256(1));
        assertForfeits(spec, Specs.MAXIMA, abi.encodeWithSelector(IHyperparameterBounty.SpecUnusedBits.selector, spec));
    }

    function test_AnEmptySpec_IsRefusedAndForfeitsItsFee() external {
        bytes memory reason = abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, 0, 0, 1, 1);
        assertForfeits(0, Specs.MAXIMA, reason);
    }

    function test_AnAbsurdSpec_IsRefusedAndForfeitsItsFee() external {
        bytes32 spec = Specs.set(Specs.plain(1), Specs.EPOCHS, 4095);
        bytes memory reason =
            abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, Specs.EPOCHS, 4095, 1, 1000);
        assertForfeits(spec, Specs.MAXIMA, reason);
    }

    function test_ASpecAboveTheLimits_IsRefusedAndForfeitsItsFee() external {
        bytes memory reason =
            abi.encodeWithSelector(IHyperparameterBounty.SpecFieldOutOfRange.selector, Specs.EPOCHS, 51, 1, 50);
        assertForfeits(Specs.plain(50), Specs.set(Specs.MAXIMA, Specs.EPOCHS, 50), reason);
    }

    function test_ASpecWithALayerThatIsNotThere_IsRefusedAndForfeitsItsFee() external {
        bytes32 spec = Specs.set(Specs.plain(1), Specs.RECURRENT_LAYERS + 2, 8);
        bytes memory reason = abi.encodeWithSelector(IHyperparameterBounty.SpecLayerMismatch.selector, 4, 8, 1);
        assertForfeits(spec, Specs.MAXIMA, reason);
    }

    function test_ASpecWithAnIneffectiveField_IsRefusedAndForfeitsItsFee() external {
        bytes32 spec = Specs.set(Specs.plain(1), Specs.DENSE_ACTIVATION, 1);
        bytes memory reason =
            abi.encodeWithSelector(IHyperparameterBounty.SpecFieldIneffective.selector, Specs.DENSE_ACTIVATION, 1);
        assertForfeits(spec, Specs.MAXIMA, reason);
    }

    function assertForfeits(bytes32 spec, bytes32 limits, bytes memory reason) private {
        Terms memory t = futureTerms(false);
        t.limits = limits;
        uint256 contest = open(t);
        Sealed memory bad = submit(contest, bob, 0, spec);
        play(contest, alice);
        vm.warp(startOf(contest, Phase.Reveal));
        vm.expectRevert(reason);
        reveal(bad);
        goTo(contest, Phase.Score);
        record(contest, 1_000_000);
        settle(contest);
        assertOutcome(contest, Outcome.Won);
        assertEq(alice.balance, 1 ether, "the prize");
        assertEq(BURN.balance, 0.01 ether, "burned");
        assertEq(bob.balance, 0, "what the other gets");
    }
}
