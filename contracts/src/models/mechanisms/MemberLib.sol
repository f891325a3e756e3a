// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice An account in a model, in one word: refunded samples 32 bits from the lowest, number among the members 32, the
/// time of its last sample 32, which points models keep, and the model's `refundWait` 32: a copy of what never changes, which
/// spares the claims of members a slot.
library MemberLib {
    uint256 private constant NUMBER = 32;
    uint256 private constant TIME = 64;
    uint256 private constant WAIT = 96;

    function valid(uint256 member) internal pure returns (uint256) {
        return uint32(member);
    }

    function number(uint256 member) internal pure returns (uint256) {
        return uint32(member >> NUMBER);
    }

    function time(uint256 member) internal pure returns (uint256) {
        return uint32(member >> TIME);
    }

    /// @notice The model's `refundWait`; zero for who is no member.
    function refundWait(uint256 member) internal pure returns (uint256) {
        return uint32(member >> WAIT);
    }

    /// @notice An account that becomes a member.
    function join(uint256 member, uint256 number_, uint256 wait) internal pure returns (uint256) {
        return member | number_ << NUMBER | wait << WAIT;
    }

    function withTime(uint256 member, uint256 time_) internal pure returns (uint256) {
        return member & ~(uint256(type(uint32).max) << TIME) | time_ << TIME;
    }
}
