// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, Outcome, Phase} from "./IHyperparameterBounty.sol";
import {Dispute, PanelLib} from "./PanelLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {RankingLib} from "./RankingLib.sol";
import {TermsLib} from "./TermsLib.sol";

/// @notice A contest in storage.
/// @dev Packed by who reads what: `submit` needs the first slot only.
struct Contest {
    uint40 submitEnds; // 0: there is no such contest
    uint16 maxSubmissions;
    uint16 maxPerAddress;
    uint32 lastOrdinal;
    uint16 standing;
    uint16 revealed;
    bool native;
    Outcome outcome;
    uint96 deposit;
    // ---
    address organizer;
    uint32 revealSeconds;
    uint32 scoreSeconds;
    uint32 challengeSeconds;
    // ---
    address evaluator;
    uint24 minimumScore;
    uint40 openedAtBlock;
    bool keyAwaited; // sealed, and the key not yet published
    uint8 prizes;
    uint8 panelSize; // 0: no panel
    bool feeDue; // `evaluatorFee` is not 0
    // ---
    address asset;
    uint96 bond;
    // ---
    uint128 reward;
    uint128 shares; // `TermsLib`
    // ---
    bytes32 limits;
    bytes32 manifest;
    bytes32 holdoutCommitment;
    bytes32 report; // 0: no scores
    uint256 ranking; // `RankingLib`
    // ---
    uint96 evaluatorFee;
    // ---
    Dispute dispute;
}

/// @notice What follows from a contest's record.
library ContestLib {
    /// @notice Where the contest stands at the block's time.
    function phase(Contest storage c) internal view returns (Phase) {
        uint256 deadline = c.submitEnds;
        if (deadline == 0) return Phase.None;
        if (c.outcome != Outcome.Pending) return c.outcome == Outcome.Cancelled ? Phase.Cancelled : Phase.Settled;
        if (block.timestamp < deadline) return Phase.Submit;
        deadline += c.revealSeconds;
        if (block.timestamp < deadline) return Phase.Reveal;
        deadline += c.scoreSeconds;
        if (block.timestamp < deadline) return Phase.Score;
        deadline += c.challengeSeconds;
        if (block.timestamp < deadline) return Phase.Challenge;
        if (!challenged(c)) return Phase.Settle;
        deadline += c.dispute.sealSeconds;
        if (block.timestamp < deadline) return Phase.PanelSeal;
        deadline += c.dispute.openSeconds;
        return block.timestamp < deadline ? Phase.PanelOpen : Phase.Settle;
    }

    /// @notice Whether somebody has challenged the scores.
    function challenged(Contest storage c) internal view returns (bool) {
        return c.panelSize != 0 && c.dispute.challenger != address(0);
    }

    /// @notice Whether enough of the panel has opened its scores to decide a challenge.
    function answered(Contest storage c) internal view returns (bool) {
        return c.dispute.opened >= PanelLib.quorum(c.panelSize);
    }

    /// @notice Seconds from `submitEnds` to the last deadline that there can be.
    function lastSeconds(Contest storage c) internal view returns (uint256 secs) {
        secs = uint256(c.revealSeconds) + c.scoreSeconds + c.challengeSeconds;
        if (c.panelSize != 0) secs += uint256(c.dispute.sealSeconds) + c.dispute.openSeconds;
    }

    /// @notice What the organizer put in.
    function escrow(Contest storage c) internal view returns (uint256) {
        return uint256(c.reward) + c.bond + feeOf(c);
    }

    /// @notice The evaluator's fee; spares contests without one the slot.
    function feeOf(Contest storage c) internal view returns (uint256) {
        return c.feeDue ? c.evaluatorFee : 0;
    }

    /// @notice Both bonds.
    function bonds(Contest storage c) internal view returns (uint256) {
        return uint256(c.bond) + (challenged(c) ? c.dispute.bond : 0);
    }

    /// @notice What those who revealed can claim of a void contest, all of them together.
    function pot(Contest storage c) internal view returns (uint256) {
        return bonds(c) + forfeits(c);
    }

    /// @notice The asset; spares native contests, whose calls have gas budgets, the slot that holds it.
    function assetOf(Contest storage c) internal view returns (address) {
        return c.native ? PaymentLib.NATIVE : c.asset;
    }

    /// @notice The deposits of what was never revealed. Final from `revealEnds`.
    function forfeits(Contest storage c) internal view returns (uint256) {
        return uint256(c.deposit) * (c.standing - c.revealed);
    }

    /// @notice Everything about the contest, for people and clients.
    function show(Contest storage c) internal view returns (ContestView memory v) {
        v.organizer = c.organizer;
        v.evaluator = c.evaluator;
        v.asset = c.asset;
        v.reward = c.reward;
        v.bond = c.bond;
        v.evaluatorFee = c.evaluatorFee;
        v.deposit = c.deposit;
        v.minimumScore = c.minimumScore;
        v.shares = new uint16[](c.prizes);
        for (uint256 i; i < v.shares.length; ++i) {
            v.shares[i] = uint16(TermsLib.shareAt(c.shares, i));
        }
        v.submitEnds = c.submitEnds;
        v.revealEnds = v.submitEnds + c.revealSeconds;
        v.scoreEnds = v.revealEnds + c.scoreSeconds;
        v.challengeEnds = v.scoreEnds + c.challengeSeconds;
        v.openedAtBlock = c.openedAtBlock;
        v.limits = c.limits;
        v.maxSubmissions = c.maxSubmissions;
        v.maxPerAddress = c.maxPerAddress;
        v.manifest = c.manifest;
        v.holdoutCommitment = c.holdoutCommitment;
        v.standing = c.standing;
        v.revealed = c.revealed;
        v.keyPublished = c.holdoutCommitment != 0 && !c.keyAwaited;
        v.report = c.report;
        // A challenge that was not answered leaves a ranking behind that nobody won by.
        v.winners = new uint16[](c.outcome == Outcome.Void ? 0 : RankingLib.count(c.ranking));
        for (uint256 i; i < v.winners.length; ++i) {
            v.winners[i] = uint16(RankingLib.indexAt(c.ranking, i));
        }
        v.phase = phase(c);
        v.outcome = c.outcome;
    }
}
