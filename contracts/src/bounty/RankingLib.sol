// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty} from "./IHyperparameterBounty.sol";

/// @notice The place of one revealed spec in a contest.
struct Place {
    address participant;
    uint32 ordinal;
    uint16 entry;
    bool claimed;
}

/// @notice The best of a list of scores, one an address, in one word: eight lanes of 32 bits, the best one in the lowest.
/// @dev A lane is [guard, always 0: 1 bit][score: 20 bits][index + 1: 11 bits]; a lane of 0 is empty. So the whole
/// ranking is one stack slot and one storage slot, and a score costs the same wherever it lands.
library RankingLib {
    uint256 internal constant MAX_SCORE = 1_000_000;
    uint256 internal constant MAX_PRIZES = 8;
    /// So many fit one transaction (EIP-7825: 16.8 million gas) at worst, which is all scores equal, submitted in the reverse
    /// order of reveal, with eight prizes.
    uint256 internal constant MAX_ENTRIES = 1_024;

    uint256 private constant LANE_BITS = 32;
    uint256 private constant INDEX_BITS = 11;
    uint256 private constant ORDINAL_BITS = 32;
    uint256 private constant LANE_MASK = 0xffffffff;
    uint256 private constant INDEX_MASK = (1 << INDEX_BITS) - 1;
    uint256 private constant ORDINAL_MASK = (1 << ORDINAL_BITS) - 1;
    /// One in each lane.
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant GUARDS = ONES << (LANE_BITS - 1);

    /// @notice The best `prizes` of `scores` that reach `minimum`: best first, ties to the earlier ordinal, and of each
    /// participant only its best.
    /// @param words by index: what `known` gives, as far as it was read; filled from `places` as needed.
    /// @dev One pass; what it keeps is at each step the ranking of the scores seen so far. A spec that is dropped because
    /// its participant has a better one never frees a place: the better one took it.
    function rank(
        uint256[] memory scores,
        uint256 minimum,
        uint256 prizes,
        uint256[] memory words,
        mapping(uint256 index => Place) storage places
    ) internal view returns (uint256 ranking) {
        uint256 bar = minimum;
        uint256 lastShift = LANE_BITS * (prizes - 1);
        uint256 kept = type(uint256).max >> (256 - LANE_BITS - lastShift);
        // Lane arithmetic: positions are at most 8 and lanes below 2^31, so nothing overflows.
        unchecked {
            for (uint256 index; index < scores.length; ++index) {
                uint256 score;
                // Without the compiler's check of the bounds, which the loop keeps. Saves 58 gas a score.
                assembly ("memory-safe") {
                    score := mload(add(add(scores, 0x20), shl(5, index)))
                }
                // The bar is in range, so what is below it is too.
                if (score < bar) continue;
                if (score > MAX_SCORE) revert IHyperparameterBounty.ScoreOutOfRange(index, score);

                uint256 lane = score << INDEX_BITS | (index + 1);
                if (lastShift != 0) {
                    ranking = _place(ranking, lane, _known(words, index, places), words) & kept;
                } else if (ranking == 0 || score != bar || _isEarlier(index, indexAt(ranking, 0), words, places)) {
                    // With one prize, the best needs no look at who it is.
                    ranking = lane;
                }
                uint256 last = ranking >> lastShift;
                if (last != 0) bar = last >> INDEX_BITS;
            }
        }
    }

    /// @notice How many specs rank.
    function count(uint256 ranking) internal pure returns (uint256 ranked) {
        while (ranking != 0) {
            ranking >>= LANE_BITS;
            ++ranked;
        }
    }

    /// @notice The index of the spec at position `position`, 0 being the best.
    function indexAt(uint256 ranking, uint256 position) internal pure returns (uint256) {
        unchecked {
            return ((ranking >> (LANE_BITS * position)) & INDEX_MASK) - 1;
        }
    }

    /// @notice Participant and ordinal of a spec, in one word that is never zero.
    function known(mapping(uint256 index => Place) storage places, uint256 index) internal view returns (uint256) {
        Place storage place = places[index];
        return uint256(uint160(place.participant)) << ORDINAL_BITS | place.ordinal;
    }

    function participantOf(uint256 word) internal pure returns (uint256) {
        return word >> ORDINAL_BITS;
    }

    function ordinalOf(uint256 word) internal pure returns (uint256) {
        return word & ORDINAL_MASK;
    }

    /// @dev Puts in `lane`, of the spec that `own` tells of, behind all that score more, in the order of ordinals among those
    /// that score the same, and in place of one of the same participant that is behind it; not at all if one is before it. The
    /// words of all that are in the ranking are known.
    function _place(uint256 ranking, uint256 lane, uint256 own, uint256[] memory words) private pure returns (uint256) {
        unchecked {
            uint256 score = lane >> INDEX_BITS;
            uint256 shift = LANE_BITS * _countFrom(ranking, score);
            while (shift != 0) {
                uint256 other = (ranking >> (shift - LANE_BITS)) & LANE_MASK;
                if (other >> INDEX_BITS != score || ordinalOf(_wordOf(words, other)) < ordinalOf(own)) break;
                shift -= LANE_BITS;
            }
            uint256 passed;
            for (uint256 rest = ranking; rest != 0; rest >>= LANE_BITS) {
                if (participantOf(_wordOf(words, rest) ^ own) == 0) {
                    if (passed < shift) return ranking;
                    ranking = _remove(ranking, passed);
                    break;
                }
                passed += LANE_BITS;
            }
            return _insert(ranking, shift, lane);
        }
    }

    /// @dev Whether spec `a` was submitted before spec `b`.
    function _isEarlier(
        uint256 a,
        uint256 b,
        uint256[] memory words,
        mapping(uint256 index => Place) storage places
    ) private view returns (bool) {
        return ordinalOf(_known(words, a, places)) < ordinalOf(_known(words, b, places));
    }

    /// @dev The word of the spec in the lowest lane, which is known.
    function _wordOf(uint256[] memory words, uint256 lane) private pure returns (uint256 word) {
        // Indexes in lanes count from 1, so the array's own word is skipped; and each is in range. Saves 500 gas a score.
        uint256 offset = (lane & INDEX_MASK) << 5;
        assembly ("memory-safe") {
            word := mload(add(words, offset))
        }
    }

    function _known(uint256[] memory words, uint256 index, mapping(uint256 index => Place) storage places)
        private
        view
        returns (uint256 word)
    {
        word = words[index];
        if (word == 0) words[index] = word = known(places, index);
    }

    /// @dev How many lanes hold at least `score`. In each lane the guard bit survives the subtraction exactly where
    /// nothing is borrowed, and the product sums the eight bits in the highest lane. An empty lane is below score 0.
    function _countFrom(uint256 ranking, uint256 score) private pure returns (uint256) {
        unchecked {
            uint256 atLeast = ((ranking | GUARDS) - ONES * (score << INDEX_BITS | 1)) & GUARDS;
            return ((atLeast >> (LANE_BITS - 1)) * ONES) >> (256 - LANE_BITS);
        }
    }

    /// @dev Moves the lanes from `shift` bits on by one; a ninth falls off.
    function _insert(uint256 ranking, uint256 shift, uint256 lane) private pure returns (uint256) {
        unchecked {
            uint256 rest = ranking >> shift << shift;
            return (ranking ^ rest) | (lane << shift) | (rest << LANE_BITS);
        }
    }

    /// @dev Moves the lanes behind the one at `shift` bits back by one.
    function _remove(uint256 ranking, uint256 shift) private pure returns (uint256) {
        unchecked {
            uint256 rest = ranking >> shift << shift;
            return (ranking ^ rest) | (rest >> (shift + LANE_BITS) << shift);
        }
    }
}
