// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Place, RankingLib} from "../../../src/bounty/RankingLib.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice The ranking that is made in one pass is the plain one: of each participant its best spec, and of these whoever
/// reaches the minimum behind all that score more, and behind the earlier ones that score the same.
/// @dev Halmos knows no memory at an address that is not a number. So scores are numbers here, in every order that three of
/// them and the minimum can be in: their values decide nothing but the order. Participants and ordinals may be any.
contract RankingProof {
    using Branchless for uint256;

    uint256 private constant INDEX_BITS = 11;
    uint256 private constant LANE_BITS = 32;
    uint256 private constant COUNT = 3;

    struct Entry {
        uint256 score;
        uint256 ordinal;
        uint256 participant;
    }

    mapping(uint256 => Place) private _places;

    function rank(uint256[] memory scores, uint256 minimum, uint256 prizes) external view returns (uint256) {
        return RankingLib.rank(scores, minimum, prizes, new uint256[](scores.length), _places);
    }

    // ------------------------------------------------------------------------------------------- all values, one prize

    /// @dev With one prize and no tie nobody asks who it is.
    function check_threeScoresForOnePrize(uint24 a, uint24 b, uint24 c, uint256 minimum) public {
        if (minimum > RankingLib.MAX_SCORE) return; // `open` refuses it
        if (a == b || b == c || c == a) return;
        uint256[] memory scores = new uint256[](COUNT);
        (scores[0], scores[1], scores[2]) = (a, b, c);
        uint256 inRange = scores[0].le(RankingLib.MAX_SCORE) & scores[1].le(RankingLib.MAX_SCORE)
            & scores[2].le(RankingLib.MAX_SCORE);
        uint256 best;
        for (uint256 i; i < COUNT; ++i) {
            _places[i] = Place(address(uint160(i + 1)), uint32(i + 1), uint16(i), false);
            uint256 lane = scores[i] << INDEX_BITS | (i + 1);
            best = (minimum.le(scores[i]) & best.lt(lane)).pick(lane, best);
        }
        (bool ok, bytes memory answer) = address(this).staticcall(abi.encodeCall(this.rank, (scores, minimum, 1)));
        assert(ok == (inRange == 1));
        if (ok) assert(abi.decode(answer, (uint256)) == best);
    }

    // ------------------------------------------------------------------- all orders of scores, ordinals and participants

    function check_threeSpecsForOnePrize(uint256 order, bool bar, uint32[3] memory ordinals, address[3] memory who)
        public
    {
        inEveryOrder(order, bar ? 1 : 0, 1, ordinals, who);
    }

    function check_threeSpecsForTwoPrizes(uint256 order, bool bar, uint32[3] memory ordinals, address[3] memory who)
        public
    {
        inEveryOrder(order, bar ? 1 : 0, 2, ordinals, who);
    }

    function check_threeSpecsForEightPrizes(uint256 order, bool bar, uint32[3] memory ordinals, address[3] memory who)
        public
    {
        inEveryOrder(order, bar ? 1 : 0, 8, ordinals, who);
    }

    function inEveryOrder(
        uint256 order,
        uint256 minimum,
        uint256 prizes,
        uint32[3] memory ordinals,
        address[3] memory who
    ) private {
        for (uint256 i; i < COUNT; ++i) {
            // Each submission has an ordinal of its own, from 1.
            if (ordinals[i] == 0) return;
            for (uint256 j; j < i; ++j) {
                if (ordinals[i] == ordinals[j]) return;
            }
        }
        // One path for each order, on which the scores are numbers: 0, 1 or 2, below and above a minimum of 0 or 1.
        for (uint256 i; i < 27; ++i) {
            if (order == i) return compare(i, minimum, prizes, ordinals, who);
        }
    }

    function compare(uint256 order, uint256 minimum, uint256 prizes, uint32[3] memory ordinals, address[3] memory who)
        private
    {
        uint256[] memory scores = new uint256[](COUNT);
        Entry[] memory entries = new Entry[](COUNT);
        for (uint256 i; i < COUNT; ++i) {
            scores[i] = order % 3;
            order /= 3;
            _places[i] = Place(who[i], ordinals[i], uint16(i), false);
            entries[i] = Entry(scores[i], ordinals[i], uint256(uint160(who[i])));
        }
        uint256 expected = plain(entries, minimum, prizes);
        assert(this.rank(scores, minimum, prizes) == expected);
    }

    function plain(Entry[] memory entries, uint256 minimum, uint256 prizes) private pure returns (uint256 ranking) {
        uint256[] memory ranks = new uint256[](COUNT);
        for (uint256 i; i < COUNT; ++i) {
            ranks[i] = minimum.le(entries[i].score);
            for (uint256 j; j < COUNT; ++j) {
                ranks[i] &= 1 ^ (before(entries[j], entries[i]) & entries[j].participant.eq(entries[i].participant));
            }
        }
        for (uint256 i; i < COUNT; ++i) {
            uint256 position;
            for (uint256 j; j < COUNT; ++j) {
                position += ranks[j] & before(entries[j], entries[i]);
            }
            uint256 lane = entries[i].score << INDEX_BITS | (i + 1);
            for (uint256 k; k < prizes && k < COUNT; ++k) {
                ranking |= (ranks[i] & position.eq(k)).pick(lane << (LANE_BITS * k), 0);
            }
        }
    }

    /// @dev Whether `a` scores more than `b`, or the same and came earlier.
    function before(Entry memory a, Entry memory b) private pure returns (uint256) {
        return b.score.lt(a.score) | (a.score.eq(b.score) & a.ordinal.lt(b.ordinal));
    }
}
