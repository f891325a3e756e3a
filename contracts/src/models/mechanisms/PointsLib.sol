// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../ISharedModels.sol";
import {Model} from "../ModelLib.sol";
import {MemberLib} from "./MemberLib.sol";

/// @notice Samples without money: an author adds one at a time, and waits between them.
library PointsLib {
    using MemberLib for uint256;

    /// @notice Refuses more samples than the author may add now, and notes that it adds one.
    function pace(Model storage m, address author, uint256 count) internal {
        uint256 interval = m.minInterval;
        if (interval == 0) return;
        uint256 member = m.members[author];
        uint256 last = member.time();
        uint256 until = last == 0 ? 0 : last + interval;
        require(block.timestamp >= until, ISharedModels.TooSoon(until));
        require(count == 1, ISharedModels.TooSoon(block.timestamp + interval));
        m.members[author] = member.withTime(block.timestamp);
    }
}
