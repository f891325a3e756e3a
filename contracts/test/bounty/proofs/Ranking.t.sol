// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Place, RankingLib} from "../../../src/bounty/RankingLib.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice The ranking that is made in one pass is the plain one: whoever reaches the minimum and has no earlier twin
/// stands behind all that score more, and behind the earlier ones that score the same.
/// @dev Halmos knows no memory at an address that is not a number, which ties lead to. So scores that differ are proved
/// for all values, and ties for every order that scores can be in: values then decide nothing but the order.
contract RankingProof {
    using Branchless for uint256;

    uint256 private constant INDEX_BITS = 11;
    uint256 private constant LANE_BITS = 32;

    struct Entry {
        uint256 score;
        uint32 ordinal;
        bytes32 spec;
    }

    mapping(uint256 => Place) private _places;
    mapping(address => mapping(uint256 => bytes32)) private _submissions;

    function rank(uint256[] memory scores, uint256 minimum, uint256 prizes) external view returns (uint256) {
        return RankingLib.rank(scores, minimum, prizes, _places, _submissions);
    }

    // ------------------------------------------------------------------------------------- all values, none twice

    function check_threeScoresForOnePrize(uint24 a, uint24 b, uint24 c, uint256 minimum) public {
        distinct([a, b, c], minimum, 1);
    }

    function check_threeScoresForTwoPrizes(uint24 a, uint24 b, uint24 c, uint256 minimum) public {
        distinct([a, b, c], minimum, 2);
    }

    function check_threeScoresForEightPrizes(uint24 a, uint24 b, uint24 c, uint256 minimum) public {
        distinct([a, b, c], minimum, 8);
    }

    // ------------------------------------------------------------------------ all orders of scores, ordinals, specs

    /// @param order the scores, each a bit: with ties among three, there are no more than two different ones.
    function check_threeTiesForOnePrize(uint256 order, uint32[3] memory ordinals, bytes32[3] memory specs) public {
        tied(order, 1, ordinals, specs);
    }

    function check_threeTiesForTwoPrizes(uint256 order, uint32[3] memory ordinals, bytes32[3] memory specs) public {
        tied(order, 2, ordinals, specs);
    }

    function check_threeTiesForEightPrizes(uint256 order, uint32[3] memory ordinals, bytes32[3] memory specs) public {
        tied(order, 8, ordinals, specs);
    }

    function distinct(uint24[3] memory scores, uint256 minimum, uint256 prizes) private {
        Entry[] memory entries = new Entry[](scores.length);
        for (uint256 i; i < scores.length; ++i) {
            for (uint256 j; j < i; ++j) {
                if (scores[i] == scores[j]) return;
            }
            entries[i] = Entry(scores[i], uint32(i + 1), bytes32(i + 1));
        }
        compare(entries, minimum, prizes);
    }

    function tied(uint256 order, uint256 prizes, uint32[3] memory ordinals, bytes32[3] memory specs) private {
        for (uint256 i; i < ordinals.length; ++i) {
            // Each submission has an ordinal of its own, from 1.
            if (ordinals[i] == 0) return;
            for (uint256 j; j < i; ++j) {
                if (ordinals[i] == ordinals[j]) return;
            }
        }
        // One path for each order and each minimum, on which they are numbers.
        for (uint256 i; i < 16; ++i) {
            if (order == i) return ranked(i >> 1, i & 1, prizes, ordinals, specs);
        }
    }

    function ranked(uint256 order, uint256 minimum, uint256 prizes, uint32[3] memory ordinals, bytes32[3] memory specs)
        private
    {
        Entry[] memory entries = new Entry[](ordinals.length);
        for (uint256 i; i < entries.length; ++i) {
            entries[i] = Entry(order >> i & 1, ordinals[i], specs[i]);
        }
        compare(entries, minimum, prizes);
    }

    function compare(Entry[] memory entries, uint256 minimum, uint256 prizes) private {
        if (minimum > RankingLib.MAX_SCORE) return; // `open` refuses it
        uint256[] memory scores = new uint256[](entries.length);
        uint256 inRange = 1;
        for (uint256 i; i < entries.length; ++i) {
            scores[i] = entries[i].score;
            inRange &= scores[i].le(RankingLib.MAX_SCORE);
            address participant = address(uint160(i + 1));
            _places[i] = Place(participant, entries[i].ordinal, uint16(i), false);
            _submissions[participant][i] = entries[i].spec;
        }
        uint256 expected = plain(entries, minimum, prizes);
        (bool ok, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.rank, (scores, minimum, prizes)));
        assert(ok == (inRange == 1));
        if (ok) assert(abi.decode(answer, (uint256)) == expected);
    }

    function plain(Entry[] memory entries, uint256 minimum, uint256 prizes) private pure returns (uint256 ranking) {
        uint256[] memory ranks = new uint256[](entries.length);
        for (uint256 i; i < entries.length; ++i) {
            ranks[i] = minimum.le(entries[i].score);
            for (uint256 j; j < entries.length; ++j) {
                ranks[i] &= 1 ^ (before(entries[j], entries[i]) & uint256(entries[j].spec).eq(uint256(entries[i].spec)));
            }
        }
        for (uint256 i; i < entries.length; ++i) {
            uint256 position;
            for (uint256 j; j < entries.length; ++j) {
                uint256 more = entries[i].score.lt(entries[j].score);
                position += ranks[j] & (more | before(entries[j], entries[i]));
            }
            uint256 lane = entries[i].score << INDEX_BITS | (i + 1);
            for (uint256 k; k < prizes && k < entries.length; ++k) {
                ranking |= (ranks[i] & position.eq(k)).pick(lane << (LANE_BITS * k), 0);
            }
        }
    }

    /// @dev Whether `a` has the same score as `b`, and came earlier.
    function before(Entry memory a, Entry memory b) private pure returns (uint256) {
        return a.score.eq(b.score) & uint256(a.ordinal).lt(b.ordinal);
    }
}
