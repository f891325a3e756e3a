// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "./Specs.sol";
import {Sealed, World} from "./World.sol";

/// @notice What a member of a panel found, with what opens it.
struct Opinion {
    uint256 contest;
    address member;
    uint256 seat;
    bytes32 report;
    bytes32 salt;
    uint24[] scores;
}

/// @notice The steps of a dispute.
abstract contract PanelWorld is World {
    bytes32 internal constant PANEL_REPORT = "the digest of a member's report";

    uint256 private _salts;

    // ---------------------------------------------------------------------------------------------------- up to a phase

    /// @dev Opened on `t` and revealed, as many specs as there are `scores`, which are recorded; stops where
    /// challenging starts.
    function scored(Terms memory t, uint24[] memory scores) internal returns (uint256 contest) {
        contest = scored(t, scores, 0);
    }

    /// @dev With some who submit and never reveal.
    function scored(Terms memory t, uint24[] memory scores, uint256 silent) internal returns (uint256 contest) {
        contest = revealed(t, scores.length, silent);
        record(contest, scores);
        goTo(contest, Phase.Challenge);
    }

    function revealed(Terms memory t, uint256 count, uint256 silent) internal returns (uint256 contest) {
        contest = open(t);
        reveal(contest, count, silent);
    }

    /// @dev Two specs each of as many participants as it takes; stops where scoring starts.
    function reveal(uint256 contest, uint256 count, uint256 silent) internal {
        Sealed[] memory all = new Sealed[](count);
        for (uint256 i; i < count; ++i) {
            all[i] = submit(contest, participant(i / 2), i % 2, Specs.plain(i));
        }
        for (uint256 i; i < silent; ++i) {
            submit(contest, stranger, i, Specs.plain(i));
        }
        goTo(contest, Phase.Reveal);
        for (uint256 i; i < all.length; ++i) {
            reveal(all[i]);
        }
        goTo(contest, Phase.Score);
    }

    /// @dev As `scored`, and challenged; stops where sealing starts.
    function disputed(Terms memory t, uint24[] memory scores) internal returns (uint256 contest) {
        contest = scored(t, scores);
        challenge(contest, challenger);
        goTo(contest, Phase.PanelSeal);
    }

    /// @dev The first seats, as many as there are lists, seal and open what is found for them, none being no scores; stops where
    /// the contest can be resolved.
    function answer(uint256 contest, uint24[][] memory found) internal {
        answer(contest, found, new bool[](found.length));
    }

    /// @dev Without those who are silent.
    function answer(uint256 contest, uint24[][] memory found, bool[] memory silent) internal {
        Opinion[] memory all = new Opinion[](found.length);
        for (uint256 i; i < found.length; ++i) {
            if (silent[i]) continue;
            all[i] = opinion(contest, i, found[i]);
            sealScores(all[i]);
        }
        goTo(contest, Phase.PanelOpen);
        for (uint256 i; i < found.length; ++i) {
            if (!silent[i]) openScores(all[i]);
        }
        goTo(contest, Phase.Settle);
    }

    function resolve(uint256 contest) internal {
        vm.prank(stranger);
        bounty.resolve(contest);
    }

    // ------------------------------------------------------------------------------------------------------ one member's

    /// @dev With a fresh salt; nothing is sent.
    function opinion(uint256 contest, uint256 seat, uint24[] memory scores) internal returns (Opinion memory) {
        address who = bounty.disputeOf(contest).panel.members[seat];
        return Opinion(contest, who, seat, PANEL_REPORT, keccak256(abi.encode("a member's salt", ++_salts)), scores);
    }

    /// @dev What the contract must find, computed without it.
    function sealOf(Opinion memory o) internal view returns (bytes32) {
        return sealOf(o, block.chainid, address(bounty));
    }

    function sealOf(Opinion memory o, uint256 chain, address contractAddress) internal pure returns (bytes32) {
        bytes memory words = bytes.concat(
            bytes32("hyperbounty/panel/1"),
            bytes32(chain),
            bytes32(uint256(uint160(contractAddress))),
            bytes32(o.contest),
            bytes32(uint256(uint160(o.member))),
            o.report,
            o.salt
        );
        bytes32[] memory scores = new bytes32[](o.scores.length);
        for (uint256 i; i < scores.length; ++i) {
            scores[i] = bytes32(uint256(o.scores[i]));
        }
        return sha256(bytes.concat(words, abi.encodePacked(scores)));
    }

    function sealScores(Opinion memory o) internal {
        bytes32 hash = sealOf(o); // before `prank`, which a call of the hash would use up
        vm.prank(o.member);
        bounty.sealScores(o.contest, o.seat, hash);
    }

    function openScores(Opinion memory o) internal {
        vm.prank(o.member);
        bounty.openScores(o.contest, o.seat, o.report, o.salt, o.scores);
    }

    // ------------------------------------------------------------------------------------------------------ lists

    /// @dev `count` scores out of `seed`, each of them in range.
    function someScores(uint256 seed, uint256 count) internal pure returns (uint24[] memory list) {
        list = new uint24[](count);
        for (uint256 i; i < count; ++i) {
            list[i] = uint24(uint256(keccak256(abi.encode(seed, i))) % 1_000_001);
        }
    }

    /// @dev Says that the contest cannot be scored.
    function noScores() internal pure returns (uint24[] memory) {
        return new uint24[](0);
    }

    /// @dev `count` times the same.
    function repeat(uint24[] memory scores, uint256 count) internal pure returns (uint24[][] memory list) {
        list = new uint24[][](count);
        for (uint256 i; i < count; ++i) {
            list[i] = scores;
        }
    }
}
