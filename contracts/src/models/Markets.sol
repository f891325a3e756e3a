// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "./HotLib.sol";
import {Model, ModelLib} from "./ModelLib.sol";
import {Models} from "./Models.sol";
import {BatchLib} from "./mechanisms/BatchLib.sol";
import {IMarketCalls} from "./mechanisms/IMarkets.sol";
import {MarketLib} from "./mechanisms/MarketLib.sol";
import {Batch, BatchKey, Market, MarketTerms, Phase} from "./mechanisms/MarketTypes.sol";
import {Bench, ScoringLib} from "./mechanisms/ScoringLib.sol";
import {SlicesLib} from "./mechanisms/SlicesLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";

/// @title Markets
/// @notice See `IMarkets`. A contract of its own because one contract's code has a limit (EIP-170). `SharedModels` runs its code
/// on what it keeps itself (`MarketCalls`): models, markets and money are all there. By itself this contract knows no
/// model, and takes nothing.
/// @dev The model rests from the opening to the end, so margins that are kept stay those of its weights.
contract Markets is IMarketCalls, Models {
    using MarketLib for Market;
    using ModelLib for Model;
    using ScoringLib for Bench;

    /// @inheritdoc IMarketCalls
    function openMarket(uint256 model, MarketTerms calldata terms)
        external
        payable
        nonReentrant
        returns (uint256 market)
    {
        (Model storage m, Hot hot) = _live(model);
        _requireCreator(m);
        MarketLib.check(terms, hot, m.refundWait);
        market = ++m.markets;
        _markets[model][market].open(terms, hot);
        m.hot = hot.withRest(true);

        emit MarketOpened(model, market, msg.sender, terms);

        PaymentLib.pull(m.assetOf(hot), msg.sender, uint256(terms.bounty) + terms.bond);
    }

    /// @inheritdoc IMarketCalls
    function draw(uint256 model, uint256 market) external nonReentrant {
        Market storage k = _in(model, market, Phase.Opened);
        (uint256 piece, uint256 until) = k.draw();

        emit Drawn(model, market, piece, until);
    }

    /// @inheritdoc IMarketCalls
    function reveal(uint256 model, uint256 market, uint256 piece, bytes calldata data) external nonReentrant {
        Market storage k = _markets[model][market];
        Phase phase = k.phaseNow();
        require(phase == Phase.Drawn || phase == Phase.Revealing, WrongPhase(Phase.Revealing, phase));
        k.markRevealed(piece, phase);
        uint256 labels = k.checkPiece(piece, data);
        Model storage m = _models[model];
        Bench memory b = ScoringLib.load(m, m.hot, 1);
        b.columns[0] = labels + 32;
        b.weigh(k.features);
        k.keepMargins(piece, b.margins);
        uint256 right = b.right(0);
        k.record += uint16(right);

        emit Revealed(model, market, piece, right, data);
    }

    /// @inheritdoc IMarketCalls
    function contribute(uint256 model, uint256 market, bytes calldata samples) external payable nonReentrant {
        Market storage k = _in(model, market, Phase.Contributing);
        BatchLib.check(samples, k.features, k.batchSize);
        uint256 index = k.batches++;
        k.batchIds[index] = BatchLib.id(msg.sender, keccak256(samples));

        emit Contributed(model, market, msg.sender, index, samples);

        PaymentLib.pull(k.token ? _models[model].asset : PaymentLib.NATIVE, msg.sender, k.stake);
    }

    /// @inheritdoc IMarketCalls
    function score(uint256 model, uint256 market, uint256 first, bytes[] calldata pieces, Batch[] calldata batches)
        external
        nonReentrant
    {
        Market storage k = _in(model, market, Phase.Scoring);
        require(first == k.scored, OutOfOrder(k.scored, first));
        require(pieces.length == k.pieces, PieceCountIs(k.pieces, pieces.length));
        Model storage m = _models[model];
        Bench memory b = ScoringLib.load(m, m.hot, pieces.length);
        for (uint256 i; i < pieces.length; ++i) {
            b.columns[i] = k.checkPiece(i, pieces[i]) + 32;
            k.loadMargins(i, b.margins + i * SlicesLib.BYTES);
        }
        uint256[] memory amounts = new uint256[](batches.length);
        for (uint256 j; j < batches.length; ++j) {
            Batch calldata batch = batches[j];
            k.take(first + j, batch.author, keccak256(batch.samples));
            int256 bias = b.bias;
            b.keep();
            b.learn(batch.samples);
            uint256 right;
            for (uint256 i; i < pieces.length; ++i) {
                right += b.right(i);
            }
            bool undone;
            (amounts[j], undone) = k.judge(right);
            if (undone) {
                b.undo();
                b.bias = bias;
            }

            emit Scored(model, market, batch.author, first + j, right, amounts[j], undone);
        }
        k.scored = uint32(first + batches.length);
        for (uint256 i; i < pieces.length; ++i) {
            k.keepMargins(i, b.margins + i * SlicesLib.BYTES);
        }
        b.store(m);
        Hot hot = m.hot.withBias(b.bias);
        m.hot = hot;
        address asset = m.assetOf(hot);
        for (uint256 j; j < batches.length; ++j) {
            _payOut(model, asset, batches[j].author, amounts[j]);
        }
    }

    /// @inheritdoc IMarketCalls
    function endMarket(uint256 model, uint256 market) external nonReentrant {
        Market storage k = _markets[model][market];
        (Phase outcome, uint256 toProvider, uint256 burned) = k.end();
        Model storage m = _models[model];
        Hot hot = m.hot.withRest(false);
        m.hot = hot;

        emit MarketEnded(model, market, outcome, toProvider, burned);

        address asset = m.assetOf(hot);
        _payOut(model, asset, k.provider, toProvider);
        _payOut(model, asset, PaymentLib.BURN, burned);
    }

    /// @inheritdoc IMarketCalls
    function repay(uint256 model, uint256 market, BatchKey[] calldata batches) external nonReentrant {
        Market storage k = _markets[model][market];
        require(k.ended, WrongPhase(Phase.Unscored, k.phaseNow()));
        uint256 more = k.compensation();
        uint256 amount = k.stake + more;
        for (uint256 i; i < batches.length; ++i) {
            k.take(batches[i].index, batches[i].author, batches[i].digest);

            emit Repaid(model, market, batches[i].author, batches[i].index, amount);
        }
        k.escrow -= uint128(more * batches.length);
        Model storage m = _models[model];
        address asset = m.assetOf(m.hot);
        for (uint256 i; i < batches.length; ++i) {
            _payOut(model, asset, batches[i].author, amount);
        }
    }

    function _in(uint256 model, uint256 market, Phase expected) private view returns (Market storage k) {
        k = _markets[model][market];
        Phase phase = k.phaseNow();
        require(phase == expected, WrongPhase(expected, phase));
    }
}
