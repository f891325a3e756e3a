// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../src/interfaces/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed, World} from "../foundry/World.sol";

/// @dev A second decides.
contract LatenessTest is World {
    uint256 private _contest;
    Sealed private _sealed;

    function setUp() public override {
        super.setUp();
        _contest = open(terms(false));
        _sealed = submit(_contest, alice, 0, Specs.plain(1));
    }

    function test_ASubmissionInTheLastSecond_IsTaken() external {
        vm.warp(startOf(_contest, Phase.Reveal) - 1);
        submit(_contest, bob);
    }

    function test_ASubmissionOneSecondLate_IsRefused() external {
        Sealed memory s = seal(_contest, bob, 0, Specs.plain(2));
        bytes32 commitment_ = commitment(s);
        uint256 coins = fund(bob, NATIVE, 0.01 ether);
        goTo(_contest, Phase.Reveal);
        expectWrongPhase(_contest, Phase.Submit, Phase.Reveal);
        vm.prank(bob);
        bounty.submit{value: coins}(_contest, 0, commitment_);
    }

    function test_ARevealOneSecondEarly_IsRefused() external {
        vm.warp(startOf(_contest, Phase.Reveal) - 1);
        expectWrongPhase(_contest, Phase.Reveal, Phase.Submit);
        reveal(_sealed);
    }

    function test_ARevealInTheLastSecond_IsTaken() external {
        vm.warp(startOf(_contest, Phase.Score) - 1);
        reveal(_sealed);
    }

    function test_ARevealOneSecondLate_IsRefused() external {
        goTo(_contest, Phase.Score);
        expectWrongPhase(_contest, Phase.Reveal, Phase.Score);
        reveal(_sealed);
    }

    function test_AKeyOneSecondEarly_IsRefused() external {
        vm.warp(startOf(_contest, Phase.Score) - 1);
        expectWrongPhase(_contest, Phase.Score, Phase.Reveal);
        vm.prank(organizer);
        bounty.publishHoldoutKey(_contest, KEY);
    }

    function test_AKeyOneSecondLate_IsRefused() external {
        goTo(_contest, Phase.Challenge);
        expectWrongPhase(_contest, Phase.Score, Phase.Challenge);
        vm.prank(organizer);
        bounty.publishHoldoutKey(_contest, KEY);
    }

    function test_ScoresInTheLastSecond_AreTaken() external {
        toScoring();
        vm.warp(startOf(_contest, Phase.Challenge) - 1);
        record(_contest, 1);
    }

    function test_ScoresOneSecondEarly_AreRefused() external {
        goTo(_contest, Phase.Reveal);
        reveal(_sealed);
        vm.warp(startOf(_contest, Phase.Score) - 1);
        expectWrongPhase(_contest, Phase.Score, Phase.Reveal);
        vm.prank(evaluator);
        bounty.recordScores(_contest, REPORT, scoreList(1));
    }

    function test_ScoresOneSecondLate_AreRefused() external {
        toScoring();
        goTo(_contest, Phase.Challenge);
        expectWrongPhase(_contest, Phase.Score, Phase.Challenge);
        vm.prank(evaluator);
        bounty.recordScores(_contest, REPORT, scoreList(1));
    }

    function test_ASettlementOneSecondEarly_IsRefused() external {
        vm.warp(startOf(_contest, Phase.Settle) - 1);
        expectWrongPhase(_contest, Phase.Settle, Phase.Challenge);
        bounty.settle(_contest);
    }

    function toScoring() private {
        goTo(_contest, Phase.Reveal);
        reveal(_sealed);
        goTo(_contest, Phase.Score);
        publish(_contest);
    }
}
