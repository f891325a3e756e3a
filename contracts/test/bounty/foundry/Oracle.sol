// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Who wins and how much, said the plain way: what the contract's one pass and one word must agree with.
library Oracle {
    /// @notice The indexes that win, best first: of each participant its best, and of those the best; higher scores first,
    /// of equal ones the earlier submission.
    function winners(
        uint24[] memory scores,
        uint256[] memory ordinals,
        address[] memory participants,
        uint256 minimum,
        uint256 prizes
    ) internal pure returns (uint16[] memory list) {
        bool[] memory out = new bool[](scores.length);
        uint256 left;
        for (uint256 i; i < scores.length; ++i) {
            out[i] = scores[i] < minimum;
            for (uint256 j; j < scores.length && !out[i]; ++j) {
                out[i] = participants[j] == participants[i] && better(scores, ordinals, j, i);
            }
            if (!out[i]) ++left;
        }
        list = new uint16[](left < prizes ? left : prizes);
        for (uint256 place; place < list.length; ++place) {
            uint256 best = scores.length;
            for (uint256 i; i < scores.length; ++i) {
                if (!out[i] && (best == scores.length || better(scores, ordinals, i, best))) best = i;
            }
            out[best] = true;
            list[place] = uint16(best);
        }
    }

    /// @notice Whether spec `a` comes before spec `b`.
    function better(uint24[] memory scores, uint256[] memory ordinals, uint256 a, uint256 b)
        internal
        pure
        returns (bool)
    {
        return scores[a] > scores[b] || (scores[a] == scores[b] && ordinals[a] < ordinals[b]);
    }

    /// @notice What each place gets of `prize`; the best gets what the others leave.
    function amounts(uint256 prize, uint16[] memory shares, uint256 count)
        internal
        pure
        returns (uint256[] memory list)
    {
        list = new uint256[](count);
        list[0] = prize;
        for (uint256 i = 1; i < count; ++i) {
            list[i] = prize * shares[i] / 10_000;
            list[0] -= list[i];
        }
    }

    /// @notice What the slots beyond the free half cost beside the entry fee, when `standing` are taken: slot j of the m in the
    /// second half costs j of 1 + 2 + ... + m parts of the prize, rounded up.
    function surcharge(uint256 prize, uint256 slots, uint256 standing) internal pure returns (uint256) {
        uint256 half = slots / 2;
        uint256 free = slots - half;
        if (standing < free) return 0;
        uint256 parts;
        for (uint256 j = 1; j <= half; ++j) {
            parts += j;
        }
        uint256 share = prize * (standing - free + 1);
        return share % parts == 0 ? share / parts : share / parts + 1;
    }

    /// @notice What revealed spec `index` of `count` can claim of `pot`; the first get one unit more while it lasts.
    function claimable(uint256 pot, uint256 count, uint256 index) internal pure returns (uint256) {
        uint256 each = pot / count;
        return index < pot - each * count ? each + 1 : each;
    }
}
