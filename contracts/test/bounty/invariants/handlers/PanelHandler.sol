// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DisputeView, Phase} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Decision} from "../../foundry/PanelOracle.sol";
import {Game} from "../Game.sol";
import {Store} from "../Store.sol";
import {Handler} from "./Handler.sol";

/// @notice Challenges scores, or that there are none, and does what members of a panel do: most accept; some tell the truth,
/// some repeat the evaluator, some lie, some say that nothing can be scored, some are silent.
contract PanelHandler is Handler {
    bytes32 private constant REPORT = "a member's report";

    constructor(Store store_) Handler(store_) {}

    function acceptSeats(uint256 seed) external tokenPlaysAlong audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) != Phase.Offer) continue;
            Game memory g = store.game(contest);
            for (uint256 seat; seat < g.seatAccepted.length; ++seat) {
                if (g.seatAccepted[seat] || uint256(keccak256(abi.encode(seed, contest, seat))) % 16 == 0) continue;
                address who = g.terms.panel.members[seat];
                uint256 coins = fund(who, g.terms.asset, g.terms.panel.memberBond);
                vm.prank(who);
                bounty.acceptSeat{value: coins}(contest, seat);
                store.acceptedSeat(contest, seat);
            }
        }
    }

    /// @dev Most scores that can be, and most silence, by anybody off the panel.
    function challenge(uint256 seed) external tokenPlaysAlong audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) != Phase.Challenge || (seed >> contest) % 4 == 0) continue;
            Game memory g = store.game(contest);
            if (g.revealed == 0 || g.challenger != address(0) || g.found.length == 0) continue;
            if (g.terms.holdoutCommitment != 0 && !g.keyPublished) continue;
            uint256 k = seed % store.actorCount();
            while (sits(g, actor(k))) ++k;
            uint256 coins = fund(actor(k), g.terms.asset, g.terms.panel.challengeBond);
            vm.prank(actor(k));
            bounty.challenge{value: coins}(contest);
            store.challenged(contest, actor(k));
        }
    }

    /// @dev On every panel, most of those who have not; some who have change their mind.
    function sealScores(uint256 seed) external audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) == Phase.PanelSeal) sealFor(contest, seed);
        }
    }

    function sealFor(uint256 contest, uint256 random) private {
        Game memory g = store.game(contest);
        for (uint256 seat; seat < g.terms.panel.members.length; ++seat) {
            uint256 dice = uint256(keccak256(abi.encode(random, contest, seat))) % 16;
            if (dice >= (g.hasSealed[seat] ? 2 : 14)) continue;
            uint24[] memory scores = found(contest, g, random, seat);
            bytes32 hash = bounty.sealOf(contest, g.terms.panel.members[seat], REPORT, saltOf(contest, seat), scores);
            vm.prank(g.terms.panel.members[seat]);
            bounty.sealScores(contest, seat, hash);
            store.sealedScores(contest, seat, scores);
        }
    }

    function openScores(uint256 seed) external audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) == Phase.PanelOpen) openFor(contest, seed);
        }
    }

    function openFor(uint256 contest, uint256 random) private {
        Game memory g = store.game(contest);
        for (uint256 seat; seat < g.found.length; ++seat) {
            if (!g.hasSealed[seat] || g.opened[seat]) continue;
            if (uint256(keccak256(abi.encode(random, contest, seat))) % 8 == 0) continue;
            vm.prank(g.terms.panel.members[seat]);
            bounty.openScores(contest, seat, REPORT, saltOf(contest, seat), g.found[seat]);
            store.openedScores(contest, seat);
        }
    }

    function resolve(uint256 seed, uint256 sender) external audited {
        uint256 count = store.count();
        for (uint256 i; i < count; ++i) {
            uint256 contest = 1 + (seed % count + i) % count;
            if (bounty.phaseOf(contest) != Phase.Settle || !store.canResolve(contest)) continue;
            vm.prank(actor(sender));
            bounty.resolve(contest);
            store.resolved(contest);
            Decision memory expected = store.decisionOf(contest);
            DisputeView memory d = bounty.disputeOf(contest);
            assertTrue(d.verdict == expected.verdict, "verdict");
            assertEq(keccak256(abi.encode(d.agreed)), keccak256(abi.encode(expected.agreed)), "who agrees");
            uint16[] memory winners = bounty.contestOf(contest).winners;
            assertEq(keccak256(abi.encode(winners)), keccak256(abi.encode(expected.winners)), "who wins");
            assertTrue(bounty.contestOf(contest).unscorable == expected.unscorable, "cannot be scored");
            return;
        }
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function sits(Game memory g, address who) private pure returns (bool) {
        for (uint256 i; i < g.terms.panel.members.length; ++i) {
            if (g.terms.panel.members[i] == who) return true;
        }
        return false;
    }

    function saltOf(uint256 contest, uint256 seat) private pure returns (bytes32) {
        return keccak256(abi.encode("salt", contest, seat));
    }

    /// @dev Three of four tell the truth.
    function found(uint256 contest, Game memory g, uint256 random, uint256 seat)
        private
        pure
        returns (uint24[] memory scores)
    {
        uint256 dice = uint256(keccak256(abi.encode("character", random, seat)));
        if (dice % 8 == 0 && g.recorded) return g.scores;
        if (dice % 32 == 1) return scores;
        scores = new uint24[](g.revealed);
        for (uint256 i; i < scores.length; ++i) {
            scores[i] = dice % 8 == 1 ? uint24((dice >> (8 + 8 * i)) % 4) : truth(contest, i);
        }
    }
}
