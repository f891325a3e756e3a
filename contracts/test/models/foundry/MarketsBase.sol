// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarketCalls} from "../../../src/models/mechanisms/IMarkets.sol";
import {Batch, BatchKey, MarketTerms, MarketView, Phase} from "../../../src/models/mechanisms/MarketTypes.sol";
import {Kind, Terms} from "../../../src/models/ModelTypes.sol";
import {Minds} from "./Minds.sol";
import {Mind, Oracle} from "./Oracle.sol";

/// @notice A market, its pieces and its batches, beside what the oracle makes of them.
struct Fair {
    uint256 model;
    uint256 market;
    address asset;
    MarketTerms terms;
    bytes[] pieces;
    Batch[] batches;
}

/// @notice The steps of markets, and what they come to in plain numbers.
abstract contract MarketsBase is Minds {
    uint256 internal constant FEATURES = 20;
    uint256 internal constant SAMPLES = 256;
    uint256 internal constant DRAW_AFTER = 8;
    uint256 internal constant HASHES_KNOWN = 256;

    /// @dev Pieces of random samples, each with a tenth to a half of the features.
    function drawPiece(uint256 features) internal returns (bytes memory data) {
        data = abi.encodePacked(draw(type(uint256).max), draw(type(uint256).max));
        bool sparse = draw(2) == 0;
        for (uint256 i; i < features; ++i) {
            uint256 column = draw(type(uint256).max);
            if (sparse) column &= draw(type(uint256).max) & draw(type(uint256).max);
            data = bytes.concat(data, bytes32(column));
        }
    }

    function marketTerms(bytes[] memory pieces) internal pure returns (MarketTerms memory t) {
        (t.bounty, t.bond, t.stake, t.batchSize) = (100 ether, 10 ether, 1 ether, 2);
        (t.startWait, t.contributeWait, t.revealWait, t.scoreWait) = (2 hours, 3 * DAY, DAY, 2 * DAY);
        t.pieces = new bytes32[](pieces.length);
        for (uint256 i; i < pieces.length; ++i) {
            t.pieces[i] = keccak256(pieces[i]);
        }
    }

    /// @dev A market of usual terms on a perceptron of usual terms.
    function opened(uint256 count, bool inToken) internal returns (Fair memory f) {
        bytes[] memory pieces = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            pieces[i] = drawPiece(FEATURES);
        }
        return openOn(perceptron(inToken), pieces, marketTerms(pieces));
    }

    function openOn(uint256 model, bytes[] memory pieces, MarketTerms memory terms_) internal returns (Fair memory f) {
        uint256 coins = fund(creator, models.modelOf(model).asset, uint256(terms_.bounty) + terms_.bond);
        (f.asset, f.model) = (models.modelOf(model).asset, model);
        vm.prank(creator);
        f.market = models.openMarket{value: coins}(model, terms_);
        (f.terms, f.pieces) = (terms_, pieces);
    }

    function drawnOf(Fair memory f) internal returns (uint256) {
        vm.roll(models.marketOf(f.model, f.market).openedBlock + DRAW_AFTER + 1);
        models.draw(f.model, f.market);
        return models.marketOf(f.model, f.market).drawn;
    }

    function reveal(Fair memory f, uint256 piece) internal {
        models.reveal(f.model, f.market, piece, f.pieces[piece]);
    }

    /// @dev Draws, and reveals what is drawn.
    function started(uint256 count, bool inToken) internal returns (Fair memory f) {
        f = opened(count, inToken);
        reveal(f, drawnOf(f));
    }

    /// @dev Some batch of the model, as the terms say.
    function drawBatch(Fair memory f) internal returns (bytes memory data) {
        Mind memory mind;
        (mind.kind, mind.features) = (Kind.SparsePerceptron, models.modelOf(f.model).features);
        for (uint256 i; i < f.terms.batchSize; ++i) {
            (int256[] memory x, bytes memory packed) = drawSample(mind);
            data = bytes.concat(data, bytes2(uint16(x.length | draw(2) << 15)), packed);
        }
    }

    function contribute(Fair memory f, address who, bytes memory data) internal {
        contribute(f, who, data, fund(who, f.asset, f.terms.stake));
    }

    function contribute(Fair memory f, address who, bytes memory data, uint256 coins) internal {
        vm.prank(who);
        models.contribute{value: coins}(f.model, f.market, data);
        Batch[] memory more = new Batch[](f.batches.length + 1);
        for (uint256 i; i < f.batches.length; ++i) {
            more[i] = f.batches[i];
        }
        more[f.batches.length] = Batch(who, data);
        f.batches = more;
    }

    function toReveals(Fair memory f) internal {
        vm.warp(models.marketOf(f.model, f.market).until);
    }

    function revealRest(Fair memory f) internal {
        for (uint256 i; i < f.pieces.length; ++i) {
            if (models.marketOf(f.model, f.market).revealed >> i & 1 == 0) reveal(f, i);
        }
    }

    /// @dev A market with so many batches, to be scored.
    function scoring(uint256 pieces, uint256 batches, bool inToken) internal returns (Fair memory f) {
        f = started(pieces, inToken);
        for (uint256 i; i < batches; ++i) {
            contribute(f, i % 2 == 0 ? alice : bob, drawBatch(f));
        }
        toReveals(f);
        revealRest(f);
    }

    function some(Batch[] memory all, uint256 first, uint256 end) internal pure returns (Batch[] memory part) {
        part = new Batch[](end - first);
        for (uint256 i = first; i < end; ++i) {
            part[i - first] = all[i];
        }
    }

    function score(Fair memory f, uint256 first, uint256 end) internal {
        vm.prank(stranger);
        models.score(f.model, f.market, first, f.pieces, some(f.batches, first, end));
    }

    function keyOf(Fair memory f, uint256 index) internal pure returns (BatchKey[] memory keys) {
        keys = new BatchKey[](1);
        keys[0] = BatchKey(uint32(index), f.batches[index].author, keccak256(f.batches[index].samples));
    }

    function endMarket(Fair memory f) internal {
        vm.prank(stranger);
        models.endMarket(f.model, f.market);
    }

    function phaseOf(Fair memory f) internal view returns (Phase) {
        return models.marketOf(f.model, f.market).phase;
    }

    function expectWrongPhase(Phase expected, Phase actual) internal {
        expect(abi.encodeWithSelector(IMarketCalls.WrongPhase.selector, expected, actual));
    }

    // -------------------------------------------------------------------------------------------------------- the oracle

    /// @dev The model in plain numbers, read from the chain.
    function mindOf(uint256 model) internal view returns (Mind memory mind) {
        (mind.kind, mind.features, mind.step) =
        (Kind.SparsePerceptron, models.modelOf(model).features, int256(uint256(models.modelOf(model).step)));
        mind.bias = models.modelOf(model).bias;
        uint256[] memory words = models.wordsOf(model, 0, 64);
        mind.numbers = new int256[](mind.features);
        for (uint256 i; i < mind.features; ++i) {
            mind.numbers[i] = int16(uint16(words[i / 16] >> (16 * (i % 16))));
        }
    }

    /// @dev On how many samples of the piece the model is right: one sample after another, one feature after another.
    function rightOn(Mind memory mind, bytes memory piece) internal pure returns (uint256 right) {
        for (uint256 i; i < SAMPLES; ++i) {
            int256 margin = mind.bias;
            for (uint256 feature; feature < mind.features; ++feature) {
                if (word(piece, 2 + feature) >> i & 1 == 1) margin += mind.numbers[feature];
            }
            if ((margin > 0) == (word(piece, 1) >> i & 1 == 1)) ++right;
        }
    }

    function rightOnAll(Mind memory mind, Fair memory f) internal pure returns (uint256 right) {
        for (uint256 i; i < f.pieces.length; ++i) {
            right += rightOn(mind, f.pieces[i]);
        }
    }

    /// @dev Learns a batch, as the oracle learns samples.
    function learnBatch(Mind memory mind, bytes memory data) internal pure {
        for (uint256 place; place < data.length;) {
            uint256 head = half(data, place);
            int256[] memory x = new int256[](head & 0x7fff);
            for (uint256 i; i < x.length; ++i) {
                x[i] = int256(half(data, place + 2 + 2 * i));
            }
            Oracle.learn(mind, x, head >> 15);
            place += 2 + 2 * x.length;
        }
    }

    function half(bytes memory data, uint256 place) internal pure returns (uint256) {
        return uint256(uint8(data[place])) << 8 | uint8(data[place + 1]);
    }

    function word(bytes memory data, uint256 place) internal pure returns (uint256 found) {
        assembly ("memory-safe") {
            found := mload(add(add(data, 32), mul(32, place)))
        }
    }

    function copied(Mind memory mind) internal pure returns (Mind memory) {
        return abi.decode(abi.encode(mind), (Mind));
    }
}
