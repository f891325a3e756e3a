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

/// @notice The best of a list of scores, in one word: eight lanes of 32 bits, the best one in the lowest.
/// @dev A lane is [guard, always 0: 1 bit][score: 20 bits][index + 1: 11 bits]; a lane of 0 is empty. So the whole
/// ranking is one stack slot and one storage slot, and a score costs the same wherever it lands.
library RankingLib {
    uint256 internal constant MAX_SCORE = 1_000_000;
    uint256 internal constant MAX_PRIZES = 8;
    /// At worst (all scores equal, submitted in the reverse order of reveal, eight prizes) a spec costs `recordScores`
    /// some 10,000 gas: 1,024 of them take 10.3 of the 16.8 million that a transaction may use (EIP-7825).
    uint256 internal constant MAX_ENTRIES = 1_024;

    uint256 private constant LANE_BITS = 32;
    uint256 private constant INDEX_BITS = 11;
    uint256 private constant LANE_MASK = 0xffffffff;
    uint256 private constant INDEX_MASK = (1 << INDEX_BITS) - 1;
    /// One in each lane.
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant GUARDS = ONES << (LANE_BITS - 1);

    /// @dev What ties need from storage, by index of the spec; filled as needed. Ordinals count from 1.
    struct Loaded {
        uint256[] ordinals;
        bytes32[] specs;
    }

    /// @notice The best `prizes` of `scores` that reach `minimum`: best first, ties to the earlier ordinal, and of equal
    /// specs with equal scores only the earliest.
    /// @dev One pass; what it keeps is at each step the ranking of the scores seen so far.
    function rank(
        uint256[] memory scores,
        uint256 minimum,
        uint256 prizes,
        mapping(uint256 index => Place) storage places,
        mapping(address participant => mapping(uint256 entry => bytes32)) storage submissions
    ) internal view returns (uint256 ranking) {
        Loaded memory loaded;
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
                if (score >= bar) {
                    if (score > MAX_SCORE) revert IHyperparameterBounty.ScoreOutOfRange(index, score);

                    uint256 base = score << INDEX_BITS;
                    uint256 lane = base | (index + 1);
                    if (base > ranking & LANE_MASK) {
                        ranking = ranking << LANE_BITS | lane;
                    } else {
                        ranking = _insertBehind(ranking, lane, loaded, scores.length, places, submissions);
                    }
                    ranking &= kept;
                    uint256 last = ranking >> lastShift;
                    if (last != 0) bar = last >> INDEX_BITS;
                }
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

    /// @dev Puts in `lane` behind all that score more, and in the order of ordinals among those that score the same.
    function _insertBehind(
        uint256 ranking,
        uint256 lane,
        Loaded memory loaded,
        uint256 total,
        mapping(uint256 index => Place) storage places,
        mapping(address participant => mapping(uint256 entry => bytes32)) storage submissions
    ) private view returns (uint256) {
        uint256 score = lane >> INDEX_BITS;
        uint256 position = _countFrom(ranking, score);
        if (position == 0 || _scoreAt(ranking, position - 1) != score) return _insert(ranking, position, lane);

        if (loaded.specs.length == 0) {
            loaded.specs = new bytes32[](total);
            loaded.ordinals = new uint256[](total);
        }
        uint256[] memory ordinals = loaded.ordinals;
        bytes32[] memory specs = loaded.specs;
        (uint256 ordinal, bytes32 spec) = _load((lane & INDEX_MASK) - 1, ordinals, specs, places, submissions);
        uint256 twin = MAX_PRIZES;
        unchecked {
            uint256 i = position;
            do {
                uint256 other = indexAt(ranking, --i);
                uint256 otherOrdinal = ordinals[other];
                if (otherOrdinal == 0) (otherOrdinal,) = _load(other, ordinals, specs, places, submissions);
                bool same = spec == specs[other];
                if (ordinal < otherOrdinal) {
                    position = i;
                    if (same) twin = i;
                } else if (same) {
                    return ranking;
                }
            } while (i != 0 && _scoreAt(ranking, i - 1) == score);
        }
        if (twin != MAX_PRIZES) ranking = _remove(ranking, twin);
        return _insert(ranking, position, lane);
    }

    function _load(
        uint256 index,
        uint256[] memory ordinals,
        bytes32[] memory specs,
        mapping(uint256 index => Place) storage places,
        mapping(address participant => mapping(uint256 entry => bytes32)) storage submissions
    ) private view returns (uint256 ordinal, bytes32 spec) {
        Place storage place = places[index];
        ordinal = ordinals[index] = place.ordinal;
        spec = specs[index] = submissions[place.participant][place.entry];
    }

    /// @dev How many lanes hold at least `score`. In each lane the guard bit survives the subtraction exactly where
    /// nothing is borrowed, and the product sums the eight bits in the highest lane. An empty lane is below score 0.
    function _countFrom(uint256 ranking, uint256 score) private pure returns (uint256) {
        unchecked {
            uint256 atLeast = ((ranking | GUARDS) - ONES * (score << INDEX_BITS | 1)) & GUARDS;
            return ((atLeast >> (LANE_BITS - 1)) * ONES) >> (256 - LANE_BITS);
        }
    }

    /// @dev The score at `position`.
    function _scoreAt(uint256 ranking, uint256 position) private pure returns (uint256) {
        unchecked {
            return ((ranking >> (LANE_BITS * position)) & LANE_MASK) >> INDEX_BITS;
        }
    }

    /// @dev Moves the lanes from `position` on by one; a ninth falls off.
    function _insert(uint256 ranking, uint256 position, uint256 lane) private pure returns (uint256) {
        unchecked {
            uint256 shift = LANE_BITS * position;
            uint256 rest = ranking >> shift << shift;
            return (ranking ^ rest) | (lane << shift) | (rest << LANE_BITS);
        }
    }

    /// @dev Moves the lanes behind `position` back by one.
    function _remove(uint256 ranking, uint256 position) private pure returns (uint256) {
        unchecked {
            uint256 shift = LANE_BITS * position;
            uint256 rest = ranking >> shift << shift;
            return (ranking ^ rest) | (rest >> (shift + LANE_BITS) << shift);
        }
    }
}
