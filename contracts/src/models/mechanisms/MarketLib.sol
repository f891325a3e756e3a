// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchLib} from "./BatchLib.sol";
import {IMarketCalls} from "./IMarkets.sol";
import {Market, MarketTerms, Phase} from "./MarketTypes.sol";
import {SlicesLib} from "./SlicesLib.sol";
import {Hot} from "../HotLib.sol";
import {ISharedModels} from "../ISharedModels.sol";
import {Kind} from "../ModelTypes.sol";
import {SamplesLib} from "../SamplesLib.sol";

/// @notice A market's rules: what it may be opened on, when what is done, and who gets how much.
library MarketLib {
    uint256 internal constant PIECE_SAMPLES = 256;
    uint256 private constant MOST_PIECES = 4;
    uint256 private constant MOST_SAMPLES = 64;
    uint256 private constant MOST_FEATURES = 1024;
    uint256 private constant LEAST_PERIOD = 1 hours;
    uint256 private constant MOST_PERIOD = 90 days;
    /// From the opening to the block that draws; and how long its hash is known.
    uint256 private constant DRAW_AFTER = 8;
    uint256 private constant HASHES_KNOWN = 256;

    /// @notice Refuses terms that no market can be held on.
    function check(MarketTerms calldata terms, Hot hot, uint256 refundWait) internal pure {
        require(
            hot.kind() == Kind.SparsePerceptron && hot.features() <= MOST_FEATURES,
            IMarketCalls.NoMarketFor(hot.kind(), hot.features())
        );
        (uint256 bounty, uint256 stake, uint256 size) = (terms.bounty, terms.stake, terms.batchSize);
        uint256 pieces = terms.pieces.length;
        require(
            bounty != 0 && stake != 0 && pieces != 0 && pieces <= MOST_PIECES && size != 0 && size <= MOST_SAMPLES,
            IMarketCalls.MarketTermsOutOfRange(bounty, stake, pieces, size)
        );
        _checkPeriod(terms.startWait, LEAST_PERIOD);
        // Whoever added a sample before can claim with the model as it rests.
        _checkPeriod(terms.contributeWait, LEAST_PERIOD + refundWait);
        _checkPeriod(terms.revealWait, LEAST_PERIOD);
        _checkPeriod(terms.scoreWait, LEAST_PERIOD);
    }

    function _checkPeriod(uint256 period, uint256 least) private pure {
        require(period >= least && period <= MOST_PERIOD, IMarketCalls.PeriodOutOfRange(period, least, MOST_PERIOD));
    }

    function open(Market storage k, MarketTerms calldata terms, Hot hot) internal {
        (k.phase, k.batchSize, k.pieces) = (Phase.Opened, terms.batchSize, uint8(terms.pieces.length));
        (k.token, k.features, k.stake) = (hot.token(), uint16(hot.features()), terms.stake);
        (k.provider, k.bounty, k.bond) = (msg.sender, terms.bounty, terms.bond);
        k.escrow = uint128(uint256(terms.bounty) + terms.bond);
        (k.startWait, k.contributeWait, k.revealWait, k.scoreWait) =
        (terms.startWait, terms.contributeWait, terms.revealWait, terms.scoreWait);
        k.openedBlock = uint64(block.number);
        for (uint256 i; i < terms.pieces.length; ++i) {
            k.hashes[i] = terms.pieces[i];
        }
    }

    /// @notice Where the market stands now, as calls and time left it.
    function phaseNow(Market storage k) internal view returns (Phase phase) {
        phase = k.phase;
        require(phase != Phase.None, IMarketCalls.NoMarket());
        if (k.ended) return phase;
        if (phase == Phase.Opened) {
            return block.number > drawnBy(k) + HASHES_KNOWN ? Phase.NotBegun : phase;
        }
        uint256 until = k.until;
        if (phase == Phase.Drawn) return block.timestamp >= until ? Phase.NotBegun : phase;
        if (block.timestamp < until) return phase;
        until += k.revealWait;
        if (!_allRevealed(k)) return block.timestamp < until ? Phase.Revealing : Phase.Silent;
        if (k.scored == k.batches) return Phase.Scored;
        return block.timestamp < until + k.scoreWait ? Phase.Scoring : Phase.Unscored;
    }

    /// @notice The block whose hash draws.
    function drawnBy(Market storage k) internal view returns (uint256) {
        return k.openedBlock + DRAW_AFTER;
    }

    function draw(Market storage k) internal returns (uint256 piece, uint256 until) {
        uint256 number = drawnBy(k);
        bytes32 hash = blockhash(number); // zero, unless the block is one of the last 256
        require(hash != 0, IMarketCalls.CannotDraw(number, block.number));
        piece = uint256(hash) % k.pieces;
        until = block.timestamp + k.startWait;
        (k.phase, k.drawn, k.until) = (Phase.Drawn, uint8(piece), uint32(until));
    }

    /// @notice Notes that a piece is revealed. The first one begins the taking of batches.
    function markRevealed(Market storage k, uint256 piece, Phase phase) internal {
        require(piece < k.pieces, IMarketCalls.PieceOutOfRange(piece, k.pieces));
        if (phase == Phase.Drawn) {
            require(piece == k.drawn, IMarketCalls.AnotherPieceWasDrawn(k.drawn));
            (k.phase, k.until) = (Phase.Contributing, uint32(block.timestamp + k.contributeWait));
        }
        require(k.revealed >> piece & 1 == 0, IMarketCalls.AlreadyRevealed(piece));
        k.revealed |= uint8(1 << piece);
    }

    function _allRevealed(Market storage k) private view returns (bool) {
        return k.revealed == (1 << k.pieces) - 1;
    }

    /// @notice Refuses what is not the piece; where its labels and then its words for features begin.
    function checkPiece(Market storage k, uint256 piece, bytes calldata data) internal view returns (uint256 labels) {
        uint256 length = 32 * (2 + uint256(k.features));
        require(data.length == length, ISharedModels.WrongLength(length, data.length));
        bytes32 hash = keccak256(data);
        require(hash == k.hashes[piece], IMarketCalls.WrongPiece(piece, hash));
        (labels,) = SamplesLib.range(data);
        labels += 32;
    }

    /// @dev Bits above the highest that differs from the sign are zero where they are kept, and cost nothing.
    function keepMargins(Market storage k, uint256 piece, uint256 place) internal {
        unchecked {
            uint256 last = SlicesLib.wordAt(place + SlicesLib.BYTES - 32);
            for (uint256 i; i < SlicesLib.BITS - 1; ++i) {
                k.margins[piece][i] = SlicesLib.wordAt(place + (i << 5)) ^ last;
            }
            k.margins[piece][SlicesLib.BITS - 1] = last;
        }
    }

    function loadMargins(Market storage k, uint256 piece, uint256 place) internal view {
        unchecked {
            uint256 last = k.margins[piece][SlicesLib.BITS - 1];
            for (uint256 i; i < SlicesLib.BITS - 1; ++i) {
                SlicesLib.set(place + (i << 5), k.margins[piece][i] ^ last);
            }
            SlicesLib.set(place + SlicesLib.BYTES - 32, last);
        }
    }

    /// @notice Takes the batch out; refuses what is not the batch of that number, or was taken out before.
    function take(Market storage k, uint256 index, address author, bytes32 digest) internal {
        require(k.batchIds[index] == BatchLib.id(author, digest), IMarketCalls.WrongBatch(index));
        delete k.batchIds[index];
    }

    /// @notice What a batch is paid with which the model is right on so many hidden samples, and whether it is undone.
    function judge(Market storage k, uint256 right) internal returns (uint256 amount, bool undone) {
        uint256 record = k.record;
        uint256 all = PIECE_SAMPLES * k.pieces;
        uint256 stake = k.stake;
        undone = right < record;
        if (undone) {
            uint256 loss = share(stake, record - right, all);
            k.escrow += uint128(loss);
            return (stake - loss, true);
        }
        uint256 reward = share(k.bounty, right - record, all);
        (k.escrow, k.record) = (k.escrow - uint128(reward), uint16(right));
        return (stake + reward, false);
    }

    /// @notice `amount`, for `part` of `all` samples.
    function share(uint256 amount, uint256 part, uint256 all) internal pure returns (uint256) {
        return amount * part / all;
    }

    /// @notice Ends a market that calls or time have brought there; what the provider gets of it, and nobody.
    function end(Market storage k) internal returns (Phase outcome, uint256 toProvider, uint256 burned) {
        outcome = phaseNow(k);
        require(!k.ended, IMarketCalls.AlreadyEnded());
        require(outcome >= Phase.Scored, IMarketCalls.WrongPhase(Phase.Scored, outcome));
        (k.phase, k.ended) = (outcome, true);
        uint256 kept;
        if (outcome == Phase.NotBegun) (toProvider, burned) = (k.bounty, k.bond);
        else if (outcome == Phase.Silent) (kept, burned) = silence(k.stake, k.escrow, k.batches);
        else toProvider = k.escrow;
        k.escrow = uint128(kept);
    }

    /// @notice Of what a silent provider had put up: what is for the batches, the same for each, and what is for nobody.
    function silence(uint256 stake, uint256 escrow, uint256 batches)
        internal
        pure
        returns (uint256 kept, uint256 burned)
    {
        if (batches == 0) return (0, escrow);
        uint256 each = escrow / batches;
        kept = (each < stake ? each : stake) * batches;
        burned = escrow - kept;
    }

    /// @notice Of an ended market: what each batch gets beside its stake, out of what is kept for it.
    function compensation(Market storage k) internal view returns (uint256 each) {
        if (k.phase != Phase.Silent) return 0;
        (uint256 kept,) = silence(k.stake, uint256(k.bounty) + k.bond, k.batches);
        return k.batches == 0 ? 0 : kept / k.batches;
    }
}
