// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// The contract that the tests of chain access run against; its bytecode is in probe.json.
contract Probe {
    error Refused(uint256 number, uint8 phase, address caller, bytes32 mark, string why);
    error Closed();
    error TooLate(uint256 closes, uint256 time);

    event Stored(address indexed who, uint256 indexed key, uint256 value);

    uint256 public immutable closesAt;
    uint256 public stored;

    constructor(uint256 closesAt_) {
        if (closesAt_ == 0) revert Closed();
        closesAt = closesAt_;
    }

    function store(uint256 key, uint256 value) external payable {
        stored = value;
        emit Stored(msg.sender, key, value);
    }

    function storeInTime(uint256 value) external {
        if (block.timestamp >= closesAt) revert TooLate(closesAt, block.timestamp);
        stored = value;
    }

    function isOpen() external view returns (bool) {
        return block.timestamp < closesAt;
    }

    function time() external view returns (uint256) {
        return block.timestamp;
    }

    /// Fails in one of the ways a contract can.
    function fail(uint256 how) external {
        stored = how;
        if (how == 0) revert Refused(7, 2, msg.sender, bytes32(uint256(0xabcd)), "not yet");
        if (how == 1) revert Closed();
        if (how == 2) revert("plain words");
        if (how == 3) stored = how / (how - 3);
        if (how == 4) revert();
        if (how == 5) assembly { invalid() }
        assembly {
            mstore(0, shl(224, 0xdeadbeef))
            revert(0, 4)
        }
    }

    /// Passes its gas on and carries on where that was too little, as one that pays many does.
    function delegate() external {
        try this.work{gas: 150_000}() { } catch { stored = 1; }
    }

    function work() external {
        for (uint256 i = 0; i < 5; i++) {
            assembly { sstore(add(100, i), 1) }
        }
        stored = 2;
    }
}
