// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty} from "./IHyperparameterBounty.sol";
import {MemoryLib} from "./MemoryLib.sol";

/// @notice The place of one revealed spec in a contest.
struct Place {
    address participant;
    uint32 ordinal;
    uint16 entry;
    bool claimed;
}

/// @notice The best of a list of scores, one an address, in one word: eight lanes of 32 bits, the best one in the lowest.
/// @dev A lane is [0: 1 bit][score: 20 bits][index + 1: 11 bits]; a lane of 0 is empty. So the whole ranking is one stack slot
/// and one storage slot. While it is made, each of the best is an entry, a word that is greater the better it ranks:
/// [score: 20 bits][2^32 - 1 - ordinal: 32 bits][0: 33 bits][index + 1: 11 bits][participant: 160 bits]; 0 is empty.
library RankingLib {
    using MemoryLib for uint256[];

    uint256 internal constant MAX_SCORE = 1_000_000;
    uint256 internal constant MAX_PRIZES = 8;
    /// So many fit one transaction (EIP-7825: 16.8 million gas) at worst, which is all scores equal, submitted in the reverse
    /// order of reveal, with eight prizes.
    uint256 internal constant MAX_ENTRIES = 1_024;

    uint256 private constant LANE_BITS = 32;
    uint256 private constant INDEX_BITS = 11;
    uint256 private constant ORDINAL_BITS = 32;
    uint256 private constant INDEX_MASK = (1 << INDEX_BITS) - 1;
    uint256 private constant ORDINAL_MASK = (1 << ORDINAL_BITS) - 1;
    // Where the parts of an entry begin, from the right; what is left of the participant's is shifted out.
    uint256 private constant SCORE_SHIFT = 236;
    uint256 private constant ORDINAL_SHIFT = 204;
    uint256 private constant INDEX_SHIFT = 160;
    uint256 private constant PARTICIPANT_LEFT = 96;

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
        uint256[] memory best = new uint256[](prizes);
        uint256 bar = minimum;
        // The parts of an entry and of a lane have their bits to themselves, so nothing overflows.
        unchecked {
            for (uint256 index; index < scores.length; ++index) {
                uint256 score = scores.wordAt(index);
                // The bar is in range, so what is below it is too.
                if (score < bar) continue;
                if (score > MAX_SCORE) revert IHyperparameterBounty.ScoreOutOfRange(index, score);

                uint256 entry = score << SCORE_SHIFT | (index + 1) << INDEX_SHIFT;
                if (prizes != 1) _place(best, _complete(entry, words, places));
                // With one prize nobody needs to look at who it is, nor at ordinals unless they tie.
                else if (score > bar || _isEarlier(entry, best.wordAt(0), words, places)) best.setWord(0, entry);
                uint256 last = best.wordAt(prizes - 1);
                if (last != 0) bar = last >> SCORE_SHIFT;
            }
            for (uint256 i = prizes; i != 0; --i) {
                uint256 entry = best.wordAt(i - 1);
                ranking = ranking << LANE_BITS | entry >> SCORE_SHIFT << INDEX_BITS | _indexOf(entry);
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

    /// @dev Puts `entry` before those that it beats. They move back by one, up to where its participant stood; where that is
    /// before it, nothing moves.
    function _place(uint256[] memory best, uint256 entry) private pure {
        uint256 participant = entry << PARTICIPANT_LEFT;
        uint256 prizes = best.length;
        unchecked {
            for (uint256 i; i < prizes; ++i) {
                uint256 there = best.wordAt(i);
                bool own = there << PARTICIPANT_LEFT == participant;
                if (there < entry) {
                    best.setWord(i, entry);
                    if (own) return;
                    entry = there; // nothing, behind the last one
                } else if (own) {
                    return;
                }
            }
        }
    }

    /// @dev Whether `entry` was submitted before `other`, which scores the same or is empty.
    function _isEarlier(
        uint256 entry,
        uint256 other,
        uint256[] memory words,
        mapping(uint256 index => Place) storage places
    ) private view returns (bool) {
        return other == 0 || _complete(entry, words, places) > _complete(other, words, places);
    }

    /// @dev An entry with participant and ordinal.
    function _complete(uint256 entry, uint256[] memory words, mapping(uint256 index => Place) storage places)
        private
        view
        returns (uint256)
    {
        unchecked {
            uint256 index = _indexOf(entry) - 1;
            uint256 word = words.wordAt(index);
            if (word == 0) words.setWord(index, word = known(places, index));
            return entry | (ORDINAL_MASK - ordinalOf(word)) << ORDINAL_SHIFT | participantOf(word);
        }
    }

    /// @dev The index of an entry, and 1.
    function _indexOf(uint256 entry) private pure returns (uint256) {
        return (entry >> INDEX_SHIFT) & INDEX_MASK;
    }
}
