// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Place, RankingLib} from "../../../src/bounty/RankingLib.sol";
import {ScoresLib} from "../../../src/bounty/ScoresLib.sol";

/// @notice The ranking over places and specs that the caller makes up; meant for `eth_call`, which keeps nothing.
contract RankingHarness {
    mapping(uint256 => Place) private _places;
    mapping(address => mapping(uint256 => bytes32)) private _submissions;

    function rank(
        uint24[] calldata scores,
        uint32[] calldata ordinals,
        bytes32[] calldata specs,
        uint256 minimum,
        uint256 prizes
    ) external returns (uint256[] memory winners) {
        for (uint256 i; i < specs.length; ++i) {
            _places[i] = Place(msg.sender, ordinals[i], uint16(i), false);
            _submissions[msg.sender][i] = specs[i];
        }
        uint256 ranking = RankingLib.rank(ScoresLib.read(scores), minimum, prizes, _places, _submissions);
        winners = new uint256[](RankingLib.count(ranking));
        for (uint256 i; i < winners.length; ++i) {
            winners[i] = RankingLib.indexAt(ranking, i);
        }
    }
}
