// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Phase, Terms} from "../../../src/bounty/IHyperparameterBounty.sol";
import {Specs} from "../foundry/Specs.sol";
import {Sealed} from "../foundry/World.sol";
import {Coalition} from "./Coalition.sol";

/// @dev Several prizes for one idea: of each address only its best spec ranks.
contract PlacesTest is Coalition {
    /// @dev They are the best seven of eight; their owner gets the share of the first place, and Bob that of the second.
    function testFuzz_SevenNearEqualSpecsOfOneAddress_GetOnePrize(uint256 seed) external {
        Terms memory t = defaults(16, 3);
        t.shares = new uint16[](8);
        for (uint256 i; i < 8; ++i) {
            t.shares[i] = 1_250;
        }
        uint256 contest = open(t);
        Sealed[] memory all = new Sealed[](9);
        for (uint256 i; i < 7; ++i) {
            all[i] = submit(contest, alice, i, Specs.plain(i));
        }
        all[7] = submit(contest, bob, 0, Specs.plain(20));
        all[8] = submit(contest, carol, 0, Specs.plain(21));
        revealFirst(contest, all, 9);
        uint24[] memory scores = new uint24[](9);
        for (uint256 i; i < 7; ++i) {
            scores[i] = uint24(800_000 + uint256(keccak256(abi.encode(seed, i))) % 100);
        }
        (scores[7], scores[8]) = (700_000, 600_000);
        record(contest, scores);
        finish(contest);
        assertEq(bounty.contestOf(contest).winners.length, 3, "places");
        assertEq(bob.balance, uint256(REWARD) / 8, "the second place");
        assertEq(carol.balance, uint256(REWARD) / 8, "the third place");
        // The best gets the shares that no one won, as the best of three would whoever it is.
        assertEq(alice.balance, uint256(REWARD) * 6 / 8, "the first place");
    }

    /// @dev The same before a panel: members that rank another of the seven first pay the same people.
    function testFuzz_NearEqualSpecsOfOneAddress_CannotOverturnWhoPaysIt(uint256 seed) external {
        ally(challenger);
        Terms memory t = defaults(16, 3);
        (t.shares, t.panel.tolerance) = (shares(5_000, 3_000, 2_000), 0);
        uint256 contest = open(t);
        Sealed[] memory all = new Sealed[](4);
        for (uint256 i; i < 3; ++i) {
            all[i] = submit(contest, alice, i, Specs.plain(i));
        }
        all[3] = submit(contest, bob, 0, Specs.plain(20));
        revealFirst(contest, all, 4);
        uint24[][] memory found = new uint24[][](3);
        for (uint256 i; i < 3; ++i) {
            found[i] = near(seed, i);
        }
        dispute(contest, near(seed, 3), challenger, found);
        resolve(contest);
        finish(contest);
        assertEq(bob.balance, uint256(REWARD) * 3 / 10, "the second place");
        assertLoses(TENTH);
    }

    function near(uint256 seed, uint256 who) private pure returns (uint24[] memory scores) {
        scores = new uint24[](4);
        for (uint256 i; i < 3; ++i) {
            scores[i] = uint24(800_000 + uint256(keccak256(abi.encode(seed, who, i))) % 100);
        }
        scores[3] = 700_000;
    }
}
