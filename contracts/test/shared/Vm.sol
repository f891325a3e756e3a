// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Of Foundry's cheat codes, those that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function assume(bool condition) external pure;
    function chainId(uint256 id) external;
    function cool(address who) external;
    function deal(address who, uint256 balance) external;
    function deployCode(string calldata artifact) external returns (address);
    function etch(address who, bytes calldata code) external;
    function expectEmit(address emitter) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectRevert() external;
    function expectRevert(bytes calldata data) external;
    function getRecordedLogs() external returns (Log[] memory);
    function label(address who, string calldata name) external;
    function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
    function parseJsonKeys(string calldata json, string calldata key) external pure returns (string[] memory);
    function prank(address sender) external;
    function readFile(string calldata path) external view returns (string memory);
    function recordLogs() external;
    function roll(uint256 blockNumber) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool done);
    function setBlockhash(uint256 blockNumber, bytes32 hash) external;
    function warp(uint256 timestamp) external;

    function assertEq(uint256 actual, uint256 expected, string calldata what) external pure;
    function assertEq(address actual, address expected, string calldata what) external pure;
    function assertEq(bytes32 actual, bytes32 expected, string calldata what) external pure;
    function assertEq(bytes calldata actual, bytes calldata expected, string calldata what) external pure;
    function assertFalse(bool condition, string calldata what) external pure;
    function assertGe(uint256 actual, uint256 least, string calldata what) external pure;
    function assertLe(uint256 actual, uint256 most, string calldata what) external pure;
    function assertTrue(bool condition, string calldata what) external pure;
}
