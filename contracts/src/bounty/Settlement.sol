// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty, Outcome, Phase, Verdict} from "./IHyperparameterBounty.sol";
import {Contest, ContestLib} from "./ContestLib.sol";
import {Contests} from "./Contests.sol";
import {Dispute, PanelLib, Seat} from "./PanelLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";
import {Place, RankingLib} from "./RankingLib.sol";
import {Facts, Split, SplitLib} from "./SplitLib.sol";
import {TermsLib} from "./TermsLib.sol";

/// @title Settlement
/// @notice How a contest ends, and who gets what.
abstract contract Settlement is Contests {
    using ContestLib for Contest;
    using PanelLib for Dispute;
    using RankingLib for uint256;
    using TermsLib for uint128;

    /// After this long without an answer to a challenge that the chain could bear, the contest ends as if there were none.
    uint256 private constant RESOLVE_SECONDS = 30 days;

    /// @inheritdoc IHyperparameterBounty
    function cancel(uint256 contest) external nonReentrant {
        Contest storage c = _contests[contest];
        Phase phase = c.phase();
        require(phase != Phase.None && c.outcome == Outcome.Pending, NotOpen(contest, phase));
        _requireOrganizer(c);
        require(c.standing == 0, SubmissionsStand(c.standing));
        _cancel(contest, c);
    }

    /// @inheritdoc IHyperparameterBounty
    function settle(uint256 contest) external nonReentrant {
        Contest storage c = _contests[contest];
        Phase phase = c.phase();
        if (phase == Phase.Lapsed) {
            _cancel(contest, c);
            return;
        }
        require(phase == Phase.Settle, WrongPhase(contest, Phase.Settle, phase));
        uint256 size = c.panelSize;
        bool challenged = c.challenged();
        if (challenged) _requireResolved(contest, c, size);
        uint256 ranking = c.ranking;
        Facts memory f = _facts(c, ranking, challenged, size);
        Split memory s = SplitLib.split(f);

        c.outcome = s.outcome;
        if (s.pot != 0) c.pot = uint128(s.pot);

        emit Settled(contest, s.outcome, s.prize, s.pot);

        address asset = c.assetOf();
        if (s.outcome == Outcome.Won) _payWinners(contest, c, asset, ranking, s.prize);
        for (uint256 i; i < size; ++i) {
            Seat storage seat = c.dispute.seats[i];
            uint256 amount = challenged && !seat.opened ? 0 : c.dispute.memberBond;
            if (challenged && c.dispute.agreed >> i & 1 == 1) amount += c.dispute.fee;
            _pay(contest, asset, seat.member, amount);
        }
        if (challenged) _pay(contest, asset, c.dispute.challenger, s.toChallenger);
        _pay(contest, asset, c.evaluator, s.toEvaluator);
        _pay(contest, asset, c.organizer, s.toOrganizer);
        _pay(contest, asset, PaymentLib.BURN, s.burned);
    }

    /// @inheritdoc IHyperparameterBounty
    function claim(uint256 contest, uint256[] calldata indexes) external nonReentrant {
        Contest storage c = _contests[contest];
        uint256 pot = c.pot;
        require(pot != 0, NothingToClaim(contest));
        uint256 revealed = c.revealed;
        address asset = c.asset;
        for (uint256 i; i < indexes.length; ++i) {
            uint256 index = indexes[i];
            require(index < revealed, NoSuchReveal(index, revealed));
            Place storage place = _places[contest][index];
            require(!place.claimed, AlreadyClaimed(contest, index));
            // The first few get one unit more, so that the shares add up to the pot.
            uint256 amount = pot / revealed + (index < pot % revealed ? 1 : 0);

            place.claimed = true;

            emit Claimed(contest, index, place.participant, amount);

            _pay(contest, asset, place.participant, amount);
        }
    }

    /// @inheritdoc IHyperparameterBounty
    function reclaim(uint256 contest, address sponsor) external nonReentrant {
        Contest storage c = _contests[contest];
        Outcome outcome = c.outcome;
        require(outcome > Outcome.Won, NotReturned(contest, outcome));
        uint256 amount = _sponsorships[contest][sponsor];
        require(amount != 0, NothingToReclaim(contest, sponsor));

        delete _sponsorships[contest][sponsor];

        emit Reclaimed(contest, sponsor, amount);

        _pay(contest, c.asset, sponsor, amount);
    }

    /// @dev Everybody gets back what it put in; sponsors `reclaim` theirs.
    function _cancel(uint256 contest, Contest storage c) private {
        c.outcome = Outcome.Cancelled;

        emit Cancelled(contest);

        address asset = c.assetOf();
        uint256 size = c.panelSize;
        for (uint256 i; i < size; ++i) {
            Seat storage seat = c.dispute.seats[i];
            if (seat.accepted) _pay(contest, asset, seat.member, c.dispute.memberBond);
        }
        if (c.throughput != 0) _pay(contest, asset, c.evaluator, c.evaluatorBond);
        _pay(contest, asset, c.organizer, c.escrow());
    }

    /// @dev A panel that has answered must be heard, unless nobody could do that in all this time.
    function _requireResolved(uint256 contest, Contest storage c, uint256 size) private view {
        Dispute storage d = c.dispute;
        if (d.verdict != Verdict.None || d.opened < PanelLib.quorum(size)) return;
        uint256 until = uint256(c.deadline) + c.lastSeconds() + RESOLVE_SECONDS;
        require(block.timestamp >= until, NotResolved(contest, until));
    }

    function _facts(Contest storage c, uint256 ranking, bool challenged, uint256 size)
        private
        view
        returns (Facts memory f)
    {
        f.reward = c.reward;
        f.sponsored = c.plain ? 0 : c.sponsored;
        f.bond = c.bond;
        f.evaluatorBond = c.evaluatorBond;
        f.evaluatorFee = c.evaluatorFee;
        uint256 revealed = c.revealed;
        f.fees = c.entryFee * revealed;
        f.forfeits = c.entryFee * (c.standing - revealed);
        f.revealed = revealed != 0;
        f.keyAwaited = c.keyAwaited;
        f.unscorable = c.unscorable;
        f.ranked = ranking != 0;
        f.scored = ranking != 0 || c.report != 0;
        if (!challenged) return f;
        Dispute storage d = c.dispute;
        f.challenged = true;
        f.verdict = d.verdict;
        if (f.verdict == Verdict.Overturned) f.scored = true; // by the panel, where the evaluator was silent
        f.challengeBond = d.bond;
        f.silentBonds = d.memberBond * (size - d.opened);
        for (uint256 agreed = d.agreed; agreed != 0; agreed &= agreed - 1) {
            f.memberFees += d.fee;
        }
    }

    /// @dev Every winner but the best gets its share rounded down; the best gets all the rest, and with it the shares
    /// that no one won.
    function _payWinners(uint256 contest, Contest storage c, address asset, uint256 ranking, uint256 prize) private {
        uint256 rest = prize;
        for (uint256 i = ranking.count() - 1; i != 0; --i) {
            uint256 amount = prize * c.shares.shareAt(i) / TermsLib.BASIS_POINTS;
            rest -= amount;
            _pay(contest, asset, _places[contest][ranking.indexAt(i)].participant, amount);
        }
        _pay(contest, asset, _places[contest][ranking.indexAt(0)].participant, rest);
    }
}
