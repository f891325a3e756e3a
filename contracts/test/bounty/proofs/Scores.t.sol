// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RankingLib} from "../../../src/bounty/RankingLib.sol";
import {ScoresLib} from "../../../src/bounty/ScoresLib.sol";

/// @notice Scores that are kept as code come back as they were, for arrays of up to four.
contract ScoresProof {
    uint256 private constant MOST = 4;

    function keep(uint256[] calldata scores) external returns (address) {
        return ScoresLib.keep(scores);
    }

    function read(uint24[] calldata scores) external pure returns (uint256[] memory) {
        return ScoresLib.read(scores);
    }

    function check_scoresInRangeAreKeptAndComeBack(uint256[MOST] memory scores) public {
        for (uint256 count; count <= MOST; ++count) {
            uint256[] memory list = new uint256[](count);
            bool inRange = true;
            for (uint256 i; i < count; ++i) {
                list[i] = scores[i];
                inRange = inRange && list[i] <= RankingLib.MAX_SCORE;
            }
            (bool kept, bytes memory answer) = address(this).call(abi.encodeCall(this.keep, (list)));
            assert(kept == inRange);
            if (!kept) return; // no longer array is kept either
            address where = abi.decode(answer, (address));
            assert(where.code.length == 1 + 3 * count);
            assert(where.code[0] == 0); // STOP: nothing there can run
            bytes memory packed = ScoresLib.load(where);
            for (uint256 i; i < count; ++i) {
                assert(ScoresLib.scoreAt(packed, i) == list[i]);
            }
        }
    }

    function check_scoresAreReadAsTheyCame(uint24 a, uint24 b, uint24 c) public view {
        uint24[] memory scores = new uint24[](3);
        (scores[0], scores[1], scores[2]) = (a, b, c);
        uint256[] memory list = this.read(scores);
        assert(list.length == 3);
        assert(list[0] == a && list[1] == b && list[2] == c);
    }
}
