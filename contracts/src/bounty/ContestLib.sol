// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ContestView, Outcome, Phase} from "./IHyperparameterBounty.sol";
import {Dispute, PanelLib} from "./PanelLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {RankingLib} from "./RankingLib.sol";
import {TermsLib} from "./TermsLib.sol";

/// @notice A contest in storage.
/// @dev Packed by who reads what: a contest in the native coin with one prize and no sponsor takes seven slots to open,
/// and `submit` reads two of them.
struct Contest {
    uint40 deadline; // `acceptEnds` until everybody has accepted, then `submitEnds`; 0: there is no such contest
    uint32 revealSeconds;
    uint32 scoreSeconds;
    uint32 challengeSeconds;
    uint16 maxSubmissions;
    uint16 maxPerAddress;
    uint16 standing;
    uint16 revealed;
    uint32 lastOrdinal;
    Outcome outcome;
    bool accepted;
    bool plain; // in the native coin and without sponsors: the slot of both is empty
    // ---
    address organizer;
    uint96 entryFee;
    // ---
    address evaluator;
    uint96 bond;
    // ---
    uint8 prizes;
    uint8 panelSize; // 0: no panel
    bool keyAwaited; // sealed, and the key not yet published
    bool unscorable;
    uint24 minimumScore;
    uint96 reward;
    uint96 evaluatorFee;
    // ---
    uint32 submitSeconds;
    uint32 entrySeconds;
    uint40 openedAtBlock;
    uint96 evaluatorBond;
    uint32 throughput; // 0: the evaluator has not accepted
    uint8 acceptances; // of evaluator and members together
    // ---
    bytes32 limits;
    bytes32 manifest;
    // --- below, empty in many contests
    bytes32 holdoutCommitment;
    bytes32 report; // 0: no scores
    uint256 ranking; // `RankingLib`
    // ---
    address asset;
    uint96 sponsored;
    // ---
    uint128 shares; // `TermsLib`; 0: one prize
    uint32 extendedAt; // the last ordinal when `extend` was called
    uint32 extended; // seconds in all
    // ---
    uint128 pot; // what those who revealed can claim together
    // ---
    Dispute dispute;
}

/// @notice What follows from a contest's record.
library ContestLib {
    /// @notice Where the contest stands at the block's time.
    function phase(Contest storage c) internal view returns (Phase) {
        uint256 deadline = c.deadline;
        if (deadline == 0) return Phase.None;
        if (c.outcome != Outcome.Pending) return c.outcome == Outcome.Cancelled ? Phase.Cancelled : Phase.Settled;
        if (!c.accepted) return block.timestamp < deadline ? Phase.Offer : Phase.Lapsed;
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

    /// @notice Seconds from `submitEnds` to the last deadline that there can be.
    function lastSeconds(Contest storage c) internal view returns (uint256 secs) {
        secs = uint256(c.revealSeconds) + c.scoreSeconds + c.challengeSeconds;
        if (c.panelSize != 0) secs += uint256(c.dispute.sealSeconds) + c.dispute.openSeconds;
    }

    /// @notice What the organizer put in.
    function escrow(Contest storage c) internal view returns (uint256) {
        return uint256(c.reward) + c.bond + c.evaluatorFee;
    }

    /// @notice What there is to win.
    function prize(Contest storage c) internal view returns (uint256) {
        return uint256(c.reward) + (c.plain ? 0 : c.sponsored);
    }

    /// @notice The asset; spares contests in the native coin, whose calls have gas budgets, the slot that holds it.
    function assetOf(Contest storage c) internal view returns (address) {
        return c.plain ? PaymentLib.NATIVE : c.asset;
    }

    /// @notice How many slots are sold without a surcharge: half of them, rounded up.
    function freeSlots(Contest storage c) internal view returns (uint256) {
        return c.maxSubmissions - c.maxSubmissions / 2;
    }

    /// @notice What the next slot costs.
    /// @return entryFee what everybody pays.
    /// @return surcharge zero for the first half of the slots. From there it rises evenly, slot by slot, so that the second
    /// half costs the whole prize, rounded up: whoever fills a contest pays at least what it can win. Slot j of the m in the
    /// second half costs 2j / (m (m + 1)) of the prize.
    function price(Contest storage c) internal view returns (uint256 entryFee, uint256 surcharge) {
        entryFee = c.entryFee;
        uint256 free = freeSlots(c);
        uint256 standing = c.standing;
        if (standing >= free) {
            uint256 m = c.maxSubmissions / 2;
            uint256 parts = m * (m + 1);
            surcharge = (2 * prize(c) * (standing - free + 1) + parts - 1) / parts;
        }
    }

    /// @notice Everything about the contest, for people and clients.
    function show(Contest storage c) internal view returns (ContestView memory v) {
        v.organizer = c.organizer;
        v.evaluator = c.evaluator;
        v.asset = c.asset;
        v.reward = c.reward;
        v.sponsored = c.sponsored;
        v.bond = c.bond;
        v.evaluatorBond = c.evaluatorBond;
        v.evaluatorFee = c.evaluatorFee;
        v.entryFee = c.entryFee;
        v.minimumScore = c.minimumScore;
        v.shares = new uint16[](c.prizes);
        for (uint256 i; i < v.shares.length; ++i) {
            v.shares[i] = uint16(TermsLib.shareAt(c.shares, i));
        }
        if (c.accepted) v.submitEnds = c.deadline;
        else v.acceptEnds = c.deadline;
        v.submitSeconds = c.submitSeconds;
        v.revealSeconds = c.revealSeconds;
        v.scoreSeconds = c.scoreSeconds;
        v.challengeSeconds = c.challengeSeconds;
        v.openedAtBlock = c.openedAtBlock;
        v.limits = c.limits;
        v.maxSubmissions = c.maxSubmissions;
        v.maxPerAddress = c.maxPerAddress;
        v.entrySeconds = c.entrySeconds;
        v.throughput = c.throughput;
        v.manifest = c.manifest;
        v.holdoutCommitment = c.holdoutCommitment;
        v.standing = c.standing;
        v.revealed = c.revealed;
        v.keyPublished = c.holdoutCommitment != 0 && !c.keyAwaited;
        v.report = c.report;
        v.unscorable = c.unscorable;
        // A challenge that was not decided leaves a ranking behind that nobody won by.
        v.winners = new uint16[](c.outcome == Outcome.Void ? 0 : RankingLib.count(c.ranking));
        for (uint256 i; i < v.winners.length; ++i) {
            v.winners[i] = uint16(RankingLib.indexAt(c.ranking, i));
        }
        v.pot = c.pot;
        v.phase = phase(c);
        v.outcome = c.outcome;
    }
}
