// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Place, RankingLib} from "../../../src/bounty/RankingLib.sol";
import {Base} from "../../shared/Base.sol";

/// @notice The ranking that is made in one pass is the plain one, for up to four specs of anybody.
/// @dev The ranking only compares: scores with each other and with the minimum, ordinals, participants. So whether it is right
/// follows from their order alone, and there are few orders: all of them are tried. Solvers find no end where participants are
/// symbols.
contract RankingOrders is Base {
    uint256 private constant INDEX_BITS = 11;
    uint256 private constant LANE_BITS = 32;

    mapping(uint256 => Place) private _places;
    uint256[] private _scores;
    uint256 private _tried;

    function test_threeSpecsInEveryOrder() external {
        everyOrder(3, 3, true);
        // Weak orders of three scores and a minimum, partitions into participants, orders of submission, prizes.
        assertEq(_tried, 75 * 5 * 6 * 3, "orders");
    }

    function test_fourSpecsInEveryOrder() external {
        everyOrder(4, 3, false);
        assertEq(_tried, 75 * 15 * 24 * 3, "orders");
    }

    // ------------------------------------------------------------------------------------------------------------ orders

    /// @dev Ranks are numbers from 0 with none left out. With `bar`, the minimum has a rank of its own; else all reach it.
    function everyOrder(uint256 specs, uint256 prizes, bool bar) private {
        uint256 ranked = bar ? specs + 1 : specs;
        for (uint256 order; order < ranked ** ranked; ++order) {
            (uint256[] memory ranks, bool dense) = digits(order, ranked);
            if (!dense) continue;
            uint256 minimum = bar ? ranks[specs] : 0;
            _scores = new uint256[](specs);
            for (uint256 i; i < specs; ++i) {
                _scores[i] = ranks[i];
            }
            everySubmission(minimum, prizes);
        }
    }

    function everySubmission(uint256 minimum, uint256 prizes) private {
        uint256 specs = _scores.length;
        for (uint256 p; p < specs ** specs; ++p) {
            (uint256[] memory ordinals, bool dense) = digits(p, specs);
            if (!dense || !distinct(ordinals)) continue;
            this.everyOwner(ordinals, minimum, prizes);
        }
    }

    /// @dev A call of its own, whose memory is free when it ends.
    function everyOwner(uint256[] memory ordinals, uint256 minimum, uint256 prizes) external {
        uint256[] memory scores = _scores;
        for (uint256 q; q < scores.length ** scores.length; ++q) {
            (uint256[] memory owners,) = digits(q, scores.length);
            // Each partition once: a new participant has the next number.
            if (!inOrder(owners)) continue;
            for (uint256 k = 1; k <= prizes; ++k) {
                compare(scores, ordinals, owners, minimum, k);
            }
        }
    }

    function compare(
        uint256[] memory scores,
        uint256[] memory ordinals,
        uint256[] memory owners,
        uint256 minimum,
        uint256 prizes
    ) private {
        for (uint256 i; i < scores.length; ++i) {
            _places[i] = Place(address(uint160(owners[i] + 1)), uint32(ordinals[i] + 1), uint16(i), false);
        }
        uint256 made = RankingLib.rank(scores, minimum, prizes, new uint256[](scores.length), _places);
        assertEq(made, plain(scores, ordinals, owners, minimum, prizes), "ranking");
        ++_tried;
    }

    /// @dev Of those that reach the minimum and whose participant has no place yet, the best one takes the next place.
    function plain(
        uint256[] memory scores,
        uint256[] memory ordinals,
        uint256[] memory owners,
        uint256 minimum,
        uint256 prizes
    ) private pure returns (uint256 ranking) {
        uint256 placed;
        for (uint256 place; place < prizes; ++place) {
            uint256 best = scores.length;
            for (uint256 i; i < scores.length; ++i) {
                if (scores[i] < minimum || placed >> owners[i] & 1 == 1) continue;
                if (best != scores.length) {
                    if (scores[i] < scores[best]) continue;
                    if (scores[i] == scores[best] && ordinals[i] > ordinals[best]) continue;
                }
                best = i;
            }
            if (best == scores.length) break;
            placed |= 1 << owners[best];
            ranking |= (scores[best] << INDEX_BITS | (best + 1)) << (LANE_BITS * place);
        }
    }

    // ------------------------------------------------------------------------------------------------------------ digits

    /// @return list the digits of a number in the base of their count.
    /// @return dense whether no digit below the greatest is left out.
    function digits(uint256 number, uint256 count) private pure returns (uint256[] memory list, bool dense) {
        list = new uint256[](count);
        uint256 seen;
        for (uint256 i; i < count; ++i) {
            list[i] = number % count;
            number /= count;
            seen |= 1 << list[i];
        }
        dense = seen & (seen + 1) == 0;
    }

    function distinct(uint256[] memory list) private pure returns (bool) {
        uint256 seen;
        for (uint256 i; i < list.length; ++i) {
            seen |= 1 << list[i];
        }
        return seen == (1 << list.length) - 1;
    }

    function inOrder(uint256[] memory list) private pure returns (bool) {
        uint256 next;
        for (uint256 i; i < list.length; ++i) {
            if (list[i] > next) return false;
            if (list[i] == next) ++next;
        }
        return true;
    }
}
