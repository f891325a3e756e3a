// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Who wins and how much, said the plain way: what the contract's one pass and one word must agree with.
library Oracle {
    /// @notice The indexes that win, best first: higher scores, then earlier ordinals, each equal spec with equal score
    /// once.
    function winners(
        uint24[] memory scores,
        uint256[] memory ordinals,
        bytes32[] memory specs,
        uint256 minimum,
        uint256 prizes
    ) internal pure returns (uint16[] memory list) {
        bool[] memory out = new bool[](scores.length);
        uint256 left;
        for (uint256 i; i < scores.length; ++i) {
            out[i] = scores[i] < minimum;
            for (uint256 j; j < scores.length && !out[i]; ++j) {
                out[i] = specs[j] == specs[i] && scores[j] == scores[i] && ordinals[j] < ordinals[i];
            }
            if (!out[i]) ++left;
        }
        list = new uint16[](left < prizes ? left : prizes);
        for (uint256 place; place < list.length; ++place) {
            uint256 best = scores.length;
            for (uint256 i; i < scores.length; ++i) {
                if (out[i]) continue;
                bool better = best == scores.length || scores[i] > scores[best]
                    || (scores[i] == scores[best] && ordinals[i] < ordinals[best]);
                if (better) best = i;
            }
            out[best] = true;
            list[place] = uint16(best);
        }
    }

    /// @notice What each place gets of `pool`; the best gets what the others leave.
    function amounts(uint256 pool, uint16[] memory shares, uint256 count)
        internal
        pure
        returns (uint256[] memory list)
    {
        list = new uint256[](count);
        list[0] = pool;
        for (uint256 i = 1; i < count; ++i) {
            list[i] = pool * shares[i] / 10_000;
            list[0] -= list[i];
        }
    }

    /// @notice What revealed spec `index` of `count` can claim of `pot`; the first get one unit more while it lasts.
    function claimable(uint256 pot, uint256 count, uint256 index) internal pure returns (uint256) {
        uint256 each = pot / count;
        return index < pot - each * count ? each + 1 : each;
    }
}
