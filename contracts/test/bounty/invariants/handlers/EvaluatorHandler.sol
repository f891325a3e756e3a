// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../../../src/bounty/IHyperparameterBounty.sol";
import {Game} from "../Game.sol";
import {Store} from "../Store.sol";
import {Handler} from "./Handler.sol";

/// @notice Accepts most offers, and records the truth, or other scores out of a few, so that there are ties and some below the
/// minimum; or says that a contest cannot be scored, or is silent.
contract EvaluatorHandler is Handler {
    constructor(Store store_) Handler(store_) {}

    function accept(uint256 seed) external tokenPlaysAlong audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) != Phase.Offer || (seed >> contest) % 4 == 0) continue;
            Game memory g = store.game(contest);
            if (g.evaluatorAccepted) continue;
            uint256 coins = fund(g.terms.evaluator, g.terms.asset, g.terms.evaluatorBond);
            vm.prank(g.terms.evaluator);
            bounty.accept{value: coins}(contest, type(uint32).max);
            store.accepted(contest);
        }
    }

    function recordScores(uint256 scoresSeed, bytes32 report) external audited {
        for (uint256 contest = 1; contest <= store.count(); ++contest) {
            if (bounty.phaseOf(contest) != Phase.Score) continue;
            // Asked often enough it would answer for every contest: of six, one it never answers for.
            if (uint256(keccak256(abi.encode("silent", contest, store.game(contest).submitEnds))) % 6 == 0) continue;
            recordFor(contest, uint256(keccak256(abi.encode(scoresSeed, contest))), report);
        }
    }

    function recordFor(uint256 contest, uint256 scoresSeed, bytes32 report) private {
        Game memory g = store.game(contest);
        if (g.revealed == 0) return;
        if (g.terms.holdoutCommitment != 0 && !g.keyPublished) {
            // The other half is up to organizers, or never comes.
            if (scoresSeed / 2 % 2 == 0 || block.timestamp >= keyEnds(g)) return;
            vm.prank(g.terms.evaluator);
            bounty.publishHoldoutKey(contest, KEY);
            store.published(contest);
        }
        uint24[] memory scores = new uint24[](scoresSeed / 4 % 8 == 0 ? 0 : g.revealed);
        for (uint256 i; i < scores.length; ++i) {
            scores[i] = scoresSeed % 2 == 0 ? truth(contest, i) : uint24((scoresSeed >> (8 + 8 * i)) % 4);
        }
        vm.prank(g.terms.evaluator);
        bounty.recordScores(contest, report == 0 ? bytes32("report") : report, scores);
        store.recorded(contest, scores);
    }
}
