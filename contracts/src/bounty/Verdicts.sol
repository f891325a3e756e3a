// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Verdict} from "./IHyperparameterBounty.sol";
import {MemoryLib} from "./MemoryLib.sol";
import {Place, RankingLib} from "./RankingLib.sol";
import {ScoresLib} from "./ScoresLib.sol";
import {TermsLib} from "./TermsLib.sol";

/// @notice All that decides a dispute.
struct Case {
    /// By member of the panel: where the scores that it opened are kept (`ScoresLib`); zero where it opened none.
    address[] arrays;
    uint256 tolerance;
    /// By revealed spec: participant and ordinal (`RankingLib.known`).
    uint256[] places;
    uint256 minimum;
    uint256 prizes;
    uint128 shares;
    /// Whether the evaluator recorded anything. Where it did not, there is nothing to uphold.
    bool recorded;
    /// What is paid by the evaluator: nobody, since the contest cannot be scored, or who ranks.
    bool unscorable;
    uint256 ranking;
}

/// @notice What a panel finds, and what is paid by it.
struct Finding {
    Verdict verdict;
    /// Bit i: member i says what the panel says.
    uint256 agreed;
    bool unscorable;
    uint256 ranking;
    /// Of the scores that the members opened, by index of revealed spec, where the payments follow from them; else none.
    uint256[] medians;
}

/// @title Verdicts
/// @notice How a panel decides whether an evaluator's payments can stand. It keeps nothing and holds no money: a contract of
/// its own because one contract's code has a limit (EIP-170).
/// @dev A dispute is about payments. A member's own scores *bear out* a ranking if honest scores that differ from them by no
/// more than the tolerance could have made it: everybody in it reaches the minimum, nobody in it is beaten by somebody
/// behind, and nobody outside it should be in it, all within the tolerance. The payments stand if the scores of more than
/// half of the whole panel bear them out. If not, the medians pay others, and that stands if the scores of more than half of
/// the whole panel bear it out. If neither is so, the panel has not decided. So a lie needs the votes of more than half of
/// the panel: who is absent votes for nobody, and the evaluator has no vote. An evaluator that recorded nothing pays nobody,
/// and no member bears that out: only what the panel finds can stand.
///
/// The scores of one spec lie in one word, a lane of 32 bits for each member that opened any, the highest bit of each lane a
/// guard.
contract Verdicts {
    using MemoryLib for uint256[];

    uint256 private constant LANE_BITS = 32;
    uint256 private constant LANE_MASK = 0xffffffff;
    /// One in each lane.
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant GUARDS = ONES << (LANE_BITS - 1);
    /// The highest number in each lane: no score reaches it.
    uint256 private constant TOPS = GUARDS - ONES;

    /// Stays empty: the words of all places come with the case.
    mapping(uint256 index => Place) private _none;

    /// @dev What the members opened.
    struct Bench {
        uint256 half; // of the whole panel, rounded down
        uint256 voices; // members that opened scores
        uint256[] seats; // by lane
        uint256[] lanes; // by spec
    }

    /// @dev A ranking, as each member scores it.
    struct Podium {
        uint256 count;
        uint256[] participants; // best first, and a word for `_find`
        uint256[] ordinals;
        /// What a spec must not exceed to stand behind the first `i`: the least of theirs, and twice the tolerance.
        uint256[] bounds;
        /// A spec that reaches this has to be looked at.
        uint256 watch;
        /// The guard bits of the voices by which all of it reach the minimum.
        uint256 held;
    }

    /// @notice Decides a case.
    function decide(Case memory p) external view returns (Finding memory f) {
        (Bench memory b, uint256 deniers) = _open(p);
        (f.unscorable, f.ranking) = (p.unscorable, p.ranking);
        if (_isMost(deniers, b.half)) {
            f.verdict = p.unscorable ? Verdict.Upheld : Verdict.Overturned;
            (f.agreed, f.unscorable, f.ranking) = (deniers, true, 0);
            return f;
        }
        f.verdict = Verdict.Undecided;
        if (b.voices <= b.half) return f;
        bool ranks = p.recorded && !p.unscorable;
        if (ranks) {
            uint256 bearing = _bearing(b, p, p.ranking);
            if (_isMost(bearing, b.half)) {
                (f.verdict, f.agreed) = (Verdict.Upheld, bearing);
                return f;
            }
        }
        uint256[] memory medians = _medians(b);
        uint256 ranking = RankingLib.rank(medians, p.minimum, p.prizes, p.places, _none);
        uint256 agreed = _bearing(b, p, ranking);
        if (!_isMost(agreed, b.half)) return f;
        f.agreed = agreed;
        if (ranks && _paysTheSame(p, ranking)) {
            f.verdict = Verdict.Upheld;
        } else {
            (f.verdict, f.unscorable, f.ranking, f.medians) = (Verdict.Overturned, false, ranking, medians);
        }
    }

    /// @return b the scores that members opened.
    /// @return deniers bit i: member i says that the contest cannot be scored.
    function _open(Case memory p) private view returns (Bench memory b, uint256 deniers) {
        uint256 size = p.arrays.length;
        uint256 specs = p.places.length;
        b.half = size / 2;
        b.seats = new uint256[](size);
        b.lanes = new uint256[](specs);
        for (uint256 i; i < size; ++i) {
            if (p.arrays[i] == address(0)) continue;
            bytes memory packed = ScoresLib.load(p.arrays[i]);
            if (ScoresLib.count(packed) == 0) {
                deniers |= 1 << i;
                continue;
            }
            uint256 shift = LANE_BITS * b.voices;
            b.seats[b.voices++] = i;
            uint256[] memory lanes = b.lanes;
            unchecked {
                for (uint256 spec; spec < specs; ++spec) {
                    lanes.setWord(spec, lanes.wordAt(spec) | ScoresLib.scoreAt(packed, spec) << shift);
                }
            }
        }
    }

    /// @dev The members, by bit, whose scores bear `ranking` out.
    function _bearing(Bench memory b, Case memory p, uint256 ranking) private pure returns (uint256 seats) {
        uint256 held = _holdAgainst(b, p, _podium(b, p, ranking));
        unchecked {
            for (uint256 j; j < b.voices; ++j) {
                if (held >> (LANE_BITS * (j + 1) - 1) & 1 == 1) seats |= 1 << b.seats[j];
            }
        }
    }

    function _podium(Bench memory b, Case memory p, uint256 ranking) private pure returns (Podium memory w) {
        uint256 count = RankingLib.count(ranking);
        w.count = count;
        w.held = GUARDS >> (256 - LANE_BITS * b.voices);
        w.participants = new uint256[](count + 1);
        w.ordinals = new uint256[](count);
        w.bounds = new uint256[](count + 1);
        w.bounds[0] = TOPS;
        // Lane arithmetic: scores and tolerances are below 2^20, so nothing overflows, nor does it borrow from the next lane.
        unchecked {
            for (uint256 i; i < count; ++i) {
                uint256 index = RankingLib.indexAt(ranking, i);
                uint256 lanes = b.lanes[index];
                w.participants[i] = RankingLib.participantOf(p.places[index]);
                w.ordinals[i] = RankingLib.ordinalOf(p.places[index]);
                w.held &= _atLeast(lanes + ONES * p.tolerance, ONES * p.minimum);
                w.bounds[i + 1] = _least(w.bounds[i], lanes + ONES * (2 * p.tolerance));
            }
            // With a place left, whoever reaches the minimum by more than the tolerance should have it.
            w.watch = count == p.prizes ? w.bounds[count] : ONES * (p.minimum + p.tolerance);
        }
    }

    /// @dev The guard bits of the voices that no spec speaks against.
    function _holdAgainst(Bench memory b, Case memory p, Podium memory w) private pure returns (uint256 held) {
        held = w.held;
        unchecked {
            for (uint256 spec; spec < p.places.length; ++spec) {
                uint256 lanes = b.lanes.wordAt(spec);
                uint256 reached = _atLeast(lanes, w.watch) & held;
                if (reached == 0) continue;
                uint256 own = p.places.wordAt(spec);
                uint256 position = _find(w.participants, w.count, RankingLib.participantOf(own));
                if (position == w.count && position != p.prizes) {
                    held &= ~reached; // it should have a place
                } else if (position != 0) {
                    // It must not beat those before it; of equals the earlier one does.
                    bool earlier = p.tolerance == 0 && RankingLib.ordinalOf(own) < w.ordinals.wordAt(position - 1);
                    held &= ~_atLeast(lanes, w.bounds.wordAt(position) + (earlier ? 0 : ONES));
                }
            }
        }
    }

    /// @dev Where `participant` is among the first `count` of `ranked`; behind them where it is not. There is one word more, in
    /// which it is always found.
    function _find(uint256[] memory ranked, uint256 count, uint256 participant)
        private
        pure
        returns (uint256 position)
    {
        ranked.setWord(count, participant);
        unchecked {
            while (ranked.wordAt(position) != participant) ++position;
        }
    }

    /// @dev For each spec the median; of an even number of scores the middle two are averaged, rounded down.
    function _medians(Bench memory b) private pure returns (uint256[] memory medians) {
        uint256 specs = b.lanes.length;
        medians = new uint256[](specs);
        uint256 voices = b.voices;
        unchecked {
            for (uint256 spec; spec < specs; ++spec) {
                uint256 lanes = b.lanes.wordAt(spec);
                uint256 lower; // the highest that more than half of the scores reach
                uint256 upper; // the highest that just half of them reach
                for (uint256 rest = lanes; rest != 0; rest >>= LANE_BITS) {
                    uint256 score = rest & LANE_MASK;
                    if (score <= lower) continue;
                    // The product sums the eight guard bits in the highest lane.
                    uint256 reach = (_atLeast(lanes, ONES * score) >> (LANE_BITS - 1)) * ONES >> (256 - LANE_BITS);
                    if (2 * reach > voices) lower = score;
                    else if (2 * reach == voices && score > upper) upper = score;
                }
                medians.setWord(spec, (lower + (upper > lower ? upper : lower)) / 2);
            }
        }
    }

    /// @dev Whether `ranking` pays the same participants the same shares as what is paid now.
    function _paysTheSame(Case memory p, uint256 ranking) private pure returns (bool) {
        uint256 ranked = RankingLib.count(ranking);
        if (ranked != RankingLib.count(p.ranking)) return false;
        // The best gets what the others leave, shares that nobody won included.
        uint256 best = TermsLib.BASIS_POINTS;
        for (uint256 i = 1; i < ranked; ++i) {
            best -= TermsLib.shareAt(p.shares, i);
        }
        for (uint256 i; i < ranked; ++i) {
            uint256 own = p.places[RankingLib.indexAt(ranking, i)];
            uint256 j;
            while (j < ranked && RankingLib.participantOf(p.places[RankingLib.indexAt(p.ranking, j)] ^ own) != 0) ++j;
            if (j == ranked) return false;
            uint256 before = j == 0 ? best : TermsLib.shareAt(p.shares, j);
            if (before != (i == 0 ? best : TermsLib.shareAt(p.shares, i))) return false;
        }
        return true;
    }

    /// @dev Whether more than half of the panel is in `members`, a bit each.
    function _isMost(uint256 members, uint256 half) private pure returns (bool) {
        uint256 count;
        for (; members != 0; members &= members - 1) {
            ++count;
        }
        return count > half;
    }

    /// @dev The guard bit of each lane of `lanes` that holds at least what `least` has there: it survives exactly where
    /// nothing is borrowed.
    function _atLeast(uint256 lanes, uint256 least) private pure returns (uint256) {
        unchecked {
            return ((lanes | GUARDS) - least) & GUARDS;
        }
    }

    /// @dev The smaller number of each lane.
    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        unchecked {
            uint256 guards = _atLeast(a, b);
            uint256 mask = guards - (guards >> (LANE_BITS - 1)); // all but the guard, where a is at least b
            return a ^ ((a ^ b) & mask);
        }
    }
}
