// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice An account in a model, in one word: refunded samples 32 bits from the lowest, number among the members 32, and
/// the time of its last sample 32, which points models keep.
library MemberLib {
    uint256 private constant NUMBER = 32;
    uint256 private constant TIME = 64;

    function valid(uint256 member) internal pure returns (uint256) {
        return uint32(member);
    }

    function number(uint256 member) internal pure returns (uint256) {
        return uint32(member >> NUMBER);
    }

    function time(uint256 member) internal pure returns (uint256) {
        return uint32(member >> TIME);
    }

    function withNumber(uint256 member, uint256 number_) internal pure returns (uint256) {
        return member | number_ << NUMBER;
    }

    function withTime(uint256 member, uint256 time_) internal pure returns (uint256) {
        return uint64(member) | time_ << TIME;
    }
}
