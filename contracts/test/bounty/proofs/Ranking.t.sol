// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Place, RankingLib} from "../../../src/bounty/RankingLib.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice The best of three scores, of any size, is the one that wins the only prize.
/// @dev Halmos knows no memory at an address that is not a number, which is where ties are looked up: `exhaustive/Ranking.t.sol`
/// tries every order there is, of up to four specs of anybody.
contract RankingProof {
    using Branchless for uint256;

    uint256 private constant INDEX_BITS = 11;
    uint256 private constant COUNT = 3;

    mapping(uint256 => Place) private _places;

    function rank(uint256[] memory scores, uint256 minimum, uint256 prizes) external view returns (uint256) {
        return RankingLib.rank(scores, minimum, prizes, new uint256[](scores.length), _places);
    }

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
}
