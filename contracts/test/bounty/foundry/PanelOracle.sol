// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Verdict} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Oracle} from "./Oracle.sol";

/// @notice What a panel has before it.
struct Question {
    /// By seat: whether nothing was opened, and what was; no scores say that the contest cannot be scored.
    bool[] silent;
    uint24[][] opened;
    uint256 tolerance;
    /// By revealed spec.
    address[] participants;
    uint256[] ordinals;
    uint256 minimum;
    uint16[] shares;
    /// Whether the evaluator says anything, and what: that the contest cannot be scored, or who wins, best first.
    bool recorded;
    bool unscorable;
    uint16[] winners;
}

/// @notice What follows.
struct Decision {
    Verdict verdict;
    bool[] agreed;
    bool unscorable;
    uint16[] winners;
    /// Empty where the payments do not follow from them.
    uint24[] medians;
}

/// @notice How a panel decides, said the plain way.
library PanelOracle {
    function decide(Question memory q) internal pure returns (Decision memory d) {
        uint256 size = q.silent.length;
        (d.unscorable, d.winners, d.agreed) = (q.unscorable, q.winners, new bool[](size));
        bool[] memory denies = new bool[](size);
        bool[] memory speaks = new bool[](size);
        for (uint256 i; i < size; ++i) {
            denies[i] = !q.silent[i] && q.opened[i].length == 0;
            speaks[i] = q.opened[i].length != 0 && !q.silent[i];
        }
        if (isMost(denies)) {
            d.verdict = q.unscorable ? Verdict.Upheld : Verdict.Overturned;
            (d.unscorable, d.winners, d.agreed) = (true, new uint16[](0), denies);
            return d;
        }
        d.verdict = Verdict.Undecided;
        if (!isMost(speaks)) return d;
        bool[] memory bearing;
        if (q.recorded && !q.unscorable) {
            bearing = allBearing(q, speaks, q.winners);
            if (isMost(bearing)) {
                (d.verdict, d.agreed) = (Verdict.Upheld, bearing);
                return d;
            }
        }
        uint24[] memory middle = medians(q, speaks);
        uint16[] memory winners = Oracle.winners(middle, q.ordinals, q.participants, q.minimum, q.shares.length);
        bearing = allBearing(q, speaks, winners);
        if (!isMost(bearing)) return d;
        d.agreed = bearing;
        if (q.recorded && !q.unscorable && paySame(q, winners, q.winners)) {
            d.verdict = Verdict.Upheld;
        } else {
            (d.verdict, d.unscorable, d.winners, d.medians) = (Verdict.Overturned, false, winners, middle);
        }
    }

    function isMost(bool[] memory members) internal pure returns (bool) {
        uint256 count;
        for (uint256 i; i < members.length; ++i) {
            if (members[i]) ++count;
        }
        return 2 * count > members.length;
    }

    function allBearing(Question memory q, bool[] memory speaks, uint16[] memory winners)
        internal
        pure
        returns (bool[] memory list)
    {
        list = new bool[](speaks.length);
        for (uint256 i; i < list.length; ++i) {
            list[i] = speaks[i] && bearsOut(q, q.opened[i], winners);
        }
    }

    /// @notice Whether these scores bear out that `winners` win: pair by pair, all within the tolerance.
    function bearsOut(Question memory q, uint24[] memory scores, uint16[] memory winners) internal pure returns (bool) {
        for (uint256 i; i < winners.length; ++i) {
            if (scores[winners[i]] + q.tolerance < q.minimum) return false;
        }
        for (uint256 spec; spec < scores.length; ++spec) {
            uint256 own = placeOf(q, winners, spec);
            bool wins = own < winners.length;
            if (!wins && winners.length < q.shares.length && scores[spec] >= q.minimum + q.tolerance) return false;
            for (uint256 place; place < own; ++place) {
                if (beats(q, scores, spec, winners[place])) return false;
            }
        }
        return true;
    }

    /// @notice Whether spec `a` should stand before spec `b` whatever honest scores differ by; without a tolerance, an equal
    /// one that is earlier does.
    function beats(Question memory q, uint24[] memory scores, uint256 a, uint256 b) internal pure returns (bool) {
        if (q.tolerance == 0) return Oracle.better(scores, q.ordinals, a, b);
        return scores[a] > scores[b] + 2 * q.tolerance;
    }

    /// @notice The place of a spec's participant, behind all where it has none.
    function placeOf(Question memory q, uint16[] memory winners, uint256 spec) internal pure returns (uint256 place) {
        while (place < winners.length && q.participants[winners[place]] != q.participants[spec]) ++place;
    }

    /// @notice Whether everybody gets as many basis points by one list as by the other.
    function paySame(Question memory q, uint16[] memory a, uint16[] memory b) internal pure returns (bool) {
        for (uint256 spec; spec < q.participants.length; ++spec) {
            if (basisPoints(q, a, placeOf(q, a, spec)) != basisPoints(q, b, placeOf(q, b, spec))) return false;
        }
        return true;
    }

    /// @notice The best gets what the others leave.
    function basisPoints(Question memory q, uint16[] memory winners, uint256 place)
        internal
        pure
        returns (uint256 part)
    {
        if (place == winners.length) return 0;
        if (place != 0) return q.shares[place];
        part = 10_000;
        for (uint256 i = 1; i < winners.length; ++i) {
            part -= q.shares[i];
        }
    }

    function medians(Question memory q, bool[] memory speaks) internal pure returns (uint24[] memory list) {
        list = new uint24[](q.participants.length);
        for (uint256 spec; spec < list.length; ++spec) {
            uint256[] memory sorted = new uint256[](speaks.length);
            uint256 count;
            for (uint256 i; i < speaks.length; ++i) {
                if (!speaks[i]) continue;
                uint256 place = count++;
                for (; place != 0 && sorted[place - 1] > q.opened[i][spec]; --place) {
                    sorted[place] = sorted[place - 1];
                }
                sorted[place] = q.opened[i][spec];
            }
            list[spec] = uint24((sorted[(count - 1) / 2] + sorted[count / 2]) / 2);
        }
    }
}
