// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Contest, ContestLib} from "../../../src/bounty/ContestLib.sol";

/// @notice Whoever fills a contest pays at least what there is to win, for every reward and what sponsors added; and nobody
/// pays a surcharge for the first half of the slots.
/// @dev Sums of fractions that round up, of amounts below 2^40 wei: for larger ones the rounding only matters less. For every
/// number of slots, with amounts of every size, see `attacks/filling.t.sol`.
contract PriceProof {
    using ContestLib for Contest;

    Contest private _contest;

    function check_theSecondHalfOfTwoSlotsCostsThePrize(uint40 reward, uint40 sponsored) public {
        filling(2, reward, sponsored);
    }

    function check_theSecondHalfOfFiveSlotsCostsThePrize(uint40 reward, uint40 sponsored) public {
        filling(5, reward, sponsored);
    }

    function check_theSecondHalfOfFourSlotsCostsThePrize(uint40 reward, uint40 sponsored) public {
        filling(4, reward, sponsored);
    }

    function filling(uint16 slots, uint40 reward, uint40 sponsored) private {
        _contest.reward = reward;
        _contest.sponsored = sponsored;
        _contest.maxSubmissions = slots;
        uint256 paid;
        for (uint16 standing; standing < slots; ++standing) {
            _contest.standing = standing;
            (, uint256 surcharge) = _contest.price();
            assert(standing >= slots - slots / 2 || surcharge == 0);
            paid += surcharge;
        }
        assert(paid >= uint256(reward) + sponsored);
    }
}
