// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Hot} from "../HotLib.sol";

/// @notice Money behind samples: what they cost, and who gets how much of a deposit.
/// @dev A contribution is one word: what is left 96 bits from the lowest, the deposit 96, a bit for each of the first 63
/// members that has its share, and one that says that it is there.
library StakeLib {
    /// Members whose bit is in the contribution's own word.
    uint256 internal constant NEAR_MEMBERS = 63;
    uint256 private constant DEPOSIT = 96;
    uint256 private constant CLAIMED = 192;
    uint256 private constant EXISTS = 1 << 255;

    /// @notice What `count` samples cost together, `count` not zero: the weight divided by the square root of the seconds
    /// that each had since the last one.
    function price(Hot hot, uint256 count) internal view returns (uint256) {
        uint256 weight = hot.weight();
        uint256 root = Math.sqrt((block.timestamp - hot.time()) / count);
        return count * Math.max(weight / Math.max(root, 1), weight >> hot.floorShift());
    }

    function create(uint256 deposit_) internal pure returns (uint256) {
        return EXISTS | deposit_ << DEPOSIT | deposit_;
    }

    function exists(uint256 contribution) internal pure returns (bool) {
        return contribution & EXISTS != 0;
    }

    function left(uint256 contribution) internal pure returns (uint256) {
        return uint96(contribution);
    }

    function deposit(uint256 contribution) internal pure returns (uint256) {
        return uint96(contribution >> DEPOSIT);
    }

    /// @notice The bit of a near member, by its number less one.
    function bit(uint256 member) internal pure returns (uint256) {
        return 1 << (CLAIMED + member);
    }

    /// @notice What a member with `valid` of `total` refunded samples gets of a sample that the model disagrees with.
    function share(uint256 contribution, uint256 valid, uint256 total) internal pure returns (uint256 amount) {
        uint256 rest = left(contribution);
        // 96 bits and 32.
        unchecked {
            amount = deposit(contribution) * valid / total;
        }
        if (amount == 0 || amount > rest) amount = rest;
    }
}
