// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeView, IHyperparameterBounty, Panel, SeatState, Verdict} from "./IHyperparameterBounty.sol";
import {RankingLib} from "./RankingLib.sol";
import {ScoresLib} from "./ScoresLib.sol";

uint256 constant MAX_MEMBERS = 7;

/// @notice The place of one member of a panel, in storage.
struct Seat {
    address member;
    bool opened;
    // ---
    bytes32 word; // what was sealed; once opened, where the scores are kept (`ScoresLib`)
}

/// @notice The panel of a contest and its dispute, in storage. Contests without a panel never touch it.
struct Dispute {
    uint96 bond;
    uint96 fee;
    uint24 tolerance;
    uint8 opened; // how many members did
    uint8 agreed; // bit i: member i agrees with the scores that stand
    Verdict verdict;
    // ---
    address challenger; // 0: nobody has challenged
    uint32 sealSeconds;
    uint32 openSeconds;
    // ---
    bytes32 scores; // digest of the evaluator's; once challenged, where they are kept
    // ---
    Seat[MAX_MEMBERS] seats;
}

/// @notice What a panel is, and how it decides.
/// @dev The scores of one spec lie in one word, eight lanes of 32 bits, that of the evaluator's array in the lowest, the
/// highest bit of each lane a guard. So the largest dispute costs `resolve` 13.4 of the 16.8 million gas that a transaction
/// may use (EIP-7825), the ranking included; with more, a contest could never end.
library PanelLib {
    uint256 private constant LANE_BITS = 32;
    uint256 private constant LANE_MASK = 0xffffffff;
    /// One in each lane.
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;
    uint256 private constant GUARDS = ONES << (LANE_BITS - 1);

    /// @notice Checks the terms of a panel and writes them down; reverts, naming what is wrong.
    /// @param bond the organizer's, which pays the fees if the evaluator was wrong.
    function appoint(Dispute storage d, Panel calldata panel, uint256 challengeSeconds, uint256 bond, address evaluator)
        internal
    {
        uint256 count = panel.members.length;
        require(count % 2 == 1 && count <= MAX_MEMBERS, IHyperparameterBounty.WrongPanelSize(MAX_MEMBERS, count));
        require(
            challengeSeconds != 0 && panel.sealSeconds != 0 && panel.openSeconds != 0,
            IHyperparameterBounty.EmptyPanelWindow(challengeSeconds, panel.sealSeconds, panel.openSeconds)
        );
        require(
            panel.tolerance <= RankingLib.MAX_SCORE,
            IHyperparameterBounty.ToleranceOutOfRange(RankingLib.MAX_SCORE, panel.tolerance)
        );
        uint256 whole = panel.fee * count;
        require(
            bond >= whole && panel.challengeBond >= whole,
            IHyperparameterBounty.BondBelowFees(whole, bond, panel.challengeBond)
        );

        d.bond = panel.challengeBond;
        d.fee = panel.fee;
        d.tolerance = panel.tolerance;
        d.sealSeconds = panel.sealSeconds;
        d.openSeconds = panel.openSeconds;
        address last;
        for (uint256 i; i < count; ++i) {
            address member = panel.members[i];
            require(member > last, IHyperparameterBounty.PanelNotAscending(i));
            require(member != msg.sender && member != evaluator, IHyperparameterBounty.PartyOnPanel(member));
            d.seats[i].member = member;
            last = member;
        }
    }

    /// @notice Reverts unless the panel's terms are all zero, as they must be where it has no members.
    function requireNone(Panel calldata panel) internal pure {
        uint256 any = panel.challengeBond | panel.fee | panel.tolerance | panel.sealSeconds | panel.openSeconds;
        require(any == 0, IHyperparameterBounty.PanelWithoutMembers());
    }

    /// @notice Reverts if `who` sits on the panel. It may do so under another name: that cannot be known.
    function requireOutsider(Dispute storage d, uint256 size, address who) internal view {
        for (uint256 i; i < size; ++i) {
            require(d.seats[i].member != who, IHyperparameterBounty.PartyOnPanel(who));
        }
    }

    /// @notice What the members that agreed have earned; nobody has before the panel decided.
    function fees(Dispute storage d) internal view returns (uint256 total) {
        for (uint256 agreed = d.agreed; agreed != 0; agreed &= agreed - 1) {
            total += d.fee;
        }
    }

    /// @notice How many of `size` members must open for the panel to decide: more than half.
    function quorum(uint256 size) internal pure returns (uint256) {
        return size / 2 + 1;
    }

    /// @notice The scores that stand by the panel, for each of `count` specs the median.
    /// @return medians by index of revealed spec.
    /// @return agreed bit i: all scores of member i lie within the tolerance of the medians.
    /// @return upheld whether the evaluator's do.
    function decide(Dispute storage d, uint256 size, uint256 count)
        internal
        view
        returns (uint256[] memory medians, uint256 agreed, bool upheld)
    {
        // The evaluator's comes first; it has a say where that makes the number odd, and is measured in any case.
        bytes[] memory arrays = new bytes[](1 + d.opened);
        uint256[] memory seats = new uint256[](arrays.length);
        arrays[0] = ScoresLib.load(address(uint160(uint256(d.scores))));
        uint256 found = 1;
        for (uint256 i; i < size; ++i) {
            Seat storage seat = d.seats[i];
            if (!seat.opened) continue;
            arrays[found] = ScoresLib.load(address(uint160(uint256(seat.word))));
            seats[found++] = i;
        }
        uint256 tolerance = d.tolerance;
        medians = new uint256[](count);
        uint256 missed; // the guard bit of lane j: by array j
        // Lane arithmetic: scores are below 2^20, so nothing overflows, nor does it borrow from the next lane.
        unchecked {
            // An even number of arrays has no median: then the first does not count.
            uint256 skipped = found % 2 == 1 ? 0 : LANE_BITS;
            for (uint256 spec; spec < count; ++spec) {
                uint256 lanes;
                for (uint256 j = found; j != 0; --j) {
                    lanes = lanes << LANE_BITS | ScoresLib.scoreAt(arrays[j - 1], spec);
                }
                uint256 median = medians[spec] = _median(lanes >> skipped, (found - 1) / 2);
                missed |= _atLeast(lanes, median + tolerance + 1) | ~_atLeast(lanes + ONES * tolerance, median);
            }
            for (uint256 j = 1; j < found; ++j) {
                if (missed >> (LANE_BITS * (j + 1) - 1) & 1 == 0) agreed |= 1 << seats[j];
            }
            upheld = missed >> (LANE_BITS - 1) & 1 == 0;
        }
    }

    /// @notice Everything about the panel, for people and clients.
    function show(Dispute storage d, uint256 size, uint256 challengeEnds) internal view returns (DisputeView memory v) {
        if (size == 0) return v;
        v.panel.members = new address[](size);
        v.panel.challengeBond = d.bond;
        v.panel.fee = d.fee;
        v.panel.tolerance = d.tolerance;
        v.panel.sealSeconds = d.sealSeconds;
        v.panel.openSeconds = d.openSeconds;
        v.sealEnds = uint40(challengeEnds + d.sealSeconds);
        v.openEnds = v.sealEnds + d.openSeconds;
        v.challenger = d.challenger;
        v.verdict = d.verdict;
        v.seats = new SeatState[](size);
        v.agreed = new bool[](size);
        for (uint256 i; i < size; ++i) {
            Seat storage seat = d.seats[i];
            v.panel.members[i] = seat.member;
            if (seat.word != 0) v.seats[i] = seat.opened ? SeatState.Opened : SeatState.Sealed;
            v.agreed[i] = d.agreed & (1 << i) != 0;
        }
    }

    /// @dev The highest of the scores that more than half reach; `half` is half of their odd number, rounded down. Empty
    /// lanes are no higher than any score, so they change nothing.
    function _median(uint256 lanes, uint256 half) private pure returns (uint256 median) {
        unchecked {
            for (uint256 rest = lanes; rest != 0; rest >>= LANE_BITS) {
                uint256 score = rest & LANE_MASK;
                // The product sums the eight guard bits in the highest lane.
                uint256 reach = (_atLeast(lanes, score) >> (LANE_BITS - 1)) * ONES >> (256 - LANE_BITS);
                if (reach > half && score > median) median = score;
            }
        }
    }

    /// @dev The guard bit of each lane that holds at least `score`: it survives exactly where nothing is borrowed.
    function _atLeast(uint256 lanes, uint256 score) private pure returns (uint256) {
        unchecked {
            return ((lanes | GUARDS) - ONES * score) & GUARDS;
        }
    }
}
