// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Base} from "../../shared/Base.sol";
import {Modifiers} from "./Modifiers.sol";

/// @notice The contract of the bounty, and what every test of it compares.
abstract contract BountyBase is Base, Modifiers {
    string internal constant BOUNTY = "HyperparameterBounty";
    /// Nobody: what is burned goes there.
    address internal constant BURN = 0x000000000000000000000000000000000000dEaD;

    IHyperparameterBounty internal bounty;

    function deployBounty() internal returns (IHyperparameterBounty) {
        return IHyperparameterBounty(deploy(BOUNTY));
    }

    function assertPhase(uint256 contest, Phase expected) internal view {
        vm.assertEq(uint256(bounty.phaseOf(contest)), uint256(expected), "phase");
    }

    function assertOutcome(uint256 contest, Outcome expected) internal view {
        vm.assertEq(uint256(bounty.outcomeOf(contest)), uint256(expected), "outcome");
    }
}
