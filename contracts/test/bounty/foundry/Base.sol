// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase} from "../../src/interfaces/IHyperparameterBounty.sol";
import {Vm} from "./Vm.sol";

/// @notice The cheat codes, the people, and what every test compares.
/// @dev Tests know the contract by its interface only: so it alone is compiled as it will be deployed, and they fast.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address internal constant NATIVE = address(0);
    uint256 internal constant GENESIS = 1_800_000_000;

    IHyperparameterBounty internal bounty;

    /// @dev A filtered run (`--match-path`) compiles only what the chosen tests import, and that is not the contract.
    function deployBounty() internal returns (IHyperparameterBounty) {
        string memory artifact = vm.readFile("out/HyperparameterBounty.sol/HyperparameterBounty.json");
        string[] memory sources = vm.parseJsonKeys(artifact, ".metadata.sources");
        for (uint256 i; i < sources.length; ++i) {
            if (bytes4(bytes(sources[i])) != "src/") continue; // packages are pinned
            string memory key = string.concat(".metadata.sources['", sources[i], "'].keccak256");
            bool same = vm.parseJsonBytes32(artifact, key) == keccak256(bytes(vm.readFile(sources[i])));
            vm.assertTrue(same, string.concat(sources[i], " changed since it was compiled: run `forge build`"));
        }
        return IHyperparameterBounty(vm.deployCode("HyperparameterBounty.sol:HyperparameterBounty"));
    }

    /// @dev Every function of the contract, as the compiler names it.
    function signatures() internal view returns (string[] memory) {
        return
            vm.parseJsonKeys(
                vm.readFile("out/HyperparameterBounty.sol/HyperparameterBounty.json"), ".methodIdentifiers"
            );
    }

    function selectorOf(string memory signature) internal pure returns (bytes4) {
        return bytes4(keccak256(bytes(signature)));
    }

    function person(string memory name) internal returns (address who) {
        who = address(uint160(uint256(keccak256(bytes(name)))));
        vm.label(who, name);
    }

    /// @dev Into `lowest` to `highest`; what is inside stays as it is, so that edges the fuzzer finds are kept.
    function bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        if (value >= lowest && value <= highest) return value;
        uint256 count = highest - lowest + 1;
        return count == 0 ? value : lowest + value % count;
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        vm.assertEq(actual, expected, what);
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        vm.assertEq(actual, expected, what);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        vm.assertEq(actual, expected, what);
    }

    function assertTrue(bool condition, string memory what) internal pure {
        vm.assertTrue(condition, what);
    }

    function assertPhase(uint256 contest, Phase expected) internal view {
        vm.assertEq(uint256(bounty.phaseOf(contest)), uint256(expected), "phase");
    }

    function assertOutcome(uint256 contest, Outcome expected) internal view {
        vm.assertEq(uint256(bounty.outcomeOf(contest)), uint256(expected), "outcome");
    }
}
