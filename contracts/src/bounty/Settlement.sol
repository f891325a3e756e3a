// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IHyperparameterBounty, Outcome, Phase, Verdict} from "./IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./ContestLib.sol";
import {Dispute, PanelLib} from "./PanelLib.sol";
import {Place, RankingLib} from "./RankingLib.sol";
import {TermsLib} from "./TermsLib.sol";
import {Contests} from "./Contests.sol";
import {Payments} from "../shared/Payments.sol";

/// @title Settlement
/// @notice Who gets what in the end: the calls that anyone may make.
abstract contract Settlement is Contests, Payments {
    using ContestLib for Contest;
    using PanelLib for Dispute;
    using RankingLib for uint256;
    using TermsLib for uint128;

    /// @inheritdoc IHyperparameterBounty
    function settle(uint256 contest) external nonReentrant {
        Contest storage c = _inPhase(contest, Phase.Settle);
        bool challenged = c.challenged();
        Verdict verdict = challenged ? c.dispute.verdict : Verdict.None;
        require(!challenged || verdict != Verdict.None || !c.answered(), NotResolved(contest));
        // The evaluator's scores stand unless somebody challenged them; then the panel's do, if it answered.
        uint256 ranking = c.ranking;
        bool stands = ranking != 0 || c.report != 0;
        if (challenged && verdict == Verdict.None) (ranking, stands) = (0, false);
        bool overturned = verdict == Verdict.Overturned;
        Outcome outcome;
        uint256 pool;
        uint256 toOrganizer;
        if (ranking != 0) {
            (outcome, pool) = (Outcome.Won, c.reward + c.forfeits());
        } else if (stands || c.revealed == 0) {
            (outcome, toOrganizer) = (Outcome.Refunded, c.reward + c.forfeits());
        } else {
            (outcome, pool, toOrganizer) = (Outcome.Void, c.pot(), c.reward);
        }
        uint256 fee = c.feeOf();
        if (!stands || overturned) (toOrganizer, fee) = (toOrganizer + fee, 0);
        uint256 bonds;
        if (outcome != Outcome.Void) bonds = c.bonds() - (challenged ? c.dispute.fees() : 0);
        if (!overturned) (toOrganizer, bonds) = (toOrganizer + bonds, 0);

        c.outcome = outcome;

        emit Settled(contest, outcome, pool, toOrganizer);

        if (outcome == Outcome.Won) _payWinners(contest, c, ranking, pool);
        if (challenged) _payPanel(contest, c);
        if (overturned) _pay(contest, c.asset, c.dispute.challenger, bonds);
        _pay(contest, c.asset, c.evaluator, fee);
        _pay(contest, c.asset, c.organizer, toOrganizer);
    }

    /// @inheritdoc IHyperparameterBounty
    function claim(uint256 contest, uint256 index) external nonReentrant {
        Contest storage c = _contests[contest];
        require(c.outcome == Outcome.Void, WrongOutcome(contest, Outcome.Void, c.outcome));
        uint256 revealed = c.revealed;
        require(index < revealed, NoSuchReveal(index, revealed));
        Place storage place = _places[contest][index];
        require(!place.claimed, AlreadyClaimed(contest, index));
        // The first few get one unit more, so that the shares add up to the pot.
        uint256 pot = c.pot();
        uint256 amount = pot / revealed + (index < pot % revealed ? 1 : 0);
        require(amount != 0, NothingToClaim(contest, index));

        place.claimed = true;

        emit Claimed(contest, index, place.participant, amount);

        _pay(contest, c.asset, place.participant, amount);
    }

    /// @dev Every winner but the best gets its share rounded down; the best gets all the rest, and with it the shares
    /// that no one won.
    function _payWinners(uint256 contest, Contest storage c, uint256 ranking, uint256 pool) private {
        address asset = c.asset;
        uint256 rest = pool;
        for (uint256 i = ranking.count() - 1; i != 0; --i) {
            uint256 amount = pool * c.shares.shareAt(i) / TermsLib.BASIS_POINTS;
            rest -= amount;
            _pay(contest, asset, _places[contest][ranking.indexAt(i)].participant, amount);
        }
        _pay(contest, asset, _places[contest][ranking.indexAt(0)].participant, rest);
    }

    /// @dev The fee to each member that agreed with what stands.
    function _payPanel(uint256 contest, Contest storage c) private {
        Dispute storage d = c.dispute;
        uint256 agreed = d.agreed;
        for (uint256 i; agreed != 0; ++i) {
            if (agreed & 1 == 1) _pay(contest, c.asset, d.seats[i].member, d.fee);
            agreed >>= 1;
        }
    }
}
