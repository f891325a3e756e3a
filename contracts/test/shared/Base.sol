// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @notice The cheat codes, people, and what every test compares.
/// @dev Tests know a contract by its interface only: so it alone is compiled as it will be deployed, and they fast.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address internal constant NATIVE = address(0);
    uint256 internal constant GENESIS = 1_800_000_000;

    /// @dev Deploys the contract of this name.
    /// A filtered run (`--match-path`) compiles only what the chosen tests import, and that is not the contract.
    function deploy(string memory name) internal returns (address) {
        string memory artifact = vm.readFile(artifactOf(name));
        string[] memory sources = vm.parseJsonKeys(artifact, ".metadata.sources");
        for (uint256 i; i < sources.length; ++i) {
            if (bytes4(bytes(sources[i])) != "src/") continue; // packages are pinned
            string memory key = string.concat(".metadata.sources['", sources[i], "'].keccak256");
            bool same = vm.parseJsonBytes32(artifact, key) == keccak256(bytes(vm.readFile(sources[i])));
            vm.assertTrue(same, string.concat(sources[i], " changed since it was compiled: run `forge build`"));
        }
        return vm.deployCode(string.concat(name, ".sol:", name));
    }

    /// @dev Every function of the contract, as the compiler names it.
    function signatures(string memory name) internal view returns (string[] memory) {
        return vm.parseJsonKeys(vm.readFile(artifactOf(name)), ".methodIdentifiers");
    }

    function artifactOf(string memory name) private pure returns (string memory) {
        return string.concat("out/", name, ".sol/", name, ".json");
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
}
