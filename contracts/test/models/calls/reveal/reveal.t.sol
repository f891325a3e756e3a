// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind} from "../../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketView, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";
import {Mind} from "../../foundry/Oracle.sol";

contract RevealTest is MarketsBase {
    function testFuzz_RevertGiven_NoPieceIsToBeRevealed(uint8 which) external {
        which %= 5;
        Fair memory f = which == 0 ? opened(2, false) : started(2, false);
        if (which >= 2) toReveals(f);
        if (which == 2) vm.warp(block.timestamp + f.terms.revealWait);
        if (which >= 3) revealRest(f);
        if (which == 4) endMarket(f);
        Phase[5] memory phases = [Phase.Opened, Phase.Contributing, Phase.Silent, Phase.Scored, Phase.Scored];
        expectWrongPhase(Phase.Revealing, phases[which]);
        reveal(f, 0);
    }

    function testFuzz_RevertWhen_ThereIsNoSuchPiece(uint256 piece) external {
        Fair memory f = opened(2, false);
        drawnOf(f);
        piece = bound(piece, 2, type(uint256).max);
        expect(abi.encodeWithSelector(IMarketCalls.PieceOutOfRange.selector, piece, 2));
        models.reveal(f.model, f.market, piece, f.pieces[0]);
    }

    function testFuzz_RevertWhen_AnotherPieceWasDrawn(uint256 seed_) external {
        seed(seed_);
        Fair memory f = opened(2, false);
        uint256 drawn = drawnOf(f);
        expect(abi.encodeWithSelector(IMarketCalls.AnotherPieceWasDrawn.selector, drawn));
        reveal(f, 1 - drawn);
    }

    function test_RevertWhen_ThePieceIsRevealedAlready() external {
        Fair memory f = started(3, false);
        uint256 drawn = models.marketOf(f.model, f.market).drawn;
        toReveals(f);
        expect(abi.encodeWithSelector(IMarketCalls.AlreadyRevealed.selector, drawn));
        reveal(f, drawn);
    }

    function testFuzz_RevertWhen_ThePieceHasAnotherLength(uint16 length) external {
        vm.assume(length != 32 * 22);
        bytes[] memory pieces = new bytes[](1);
        pieces[0] = new bytes(length);
        Fair memory f = openOn(perceptron(false), pieces, marketTerms(pieces));
        drawnOf(f);
        expect(abi.encodeWithSelector(ISharedModels.WrongLength.selector, 32 * 22, length));
        reveal(f, 0);
    }

    function testFuzz_RevertWhen_ThePieceDoesNotHash(uint16 place, uint8 bit) external {
        Fair memory f = opened(1, false);
        drawnOf(f);
        f.pieces[0][place % (32 * 22)] ^= bytes1(uint8(1 << bit % 8));
        expect(abi.encodeWithSelector(IMarketCalls.WrongPiece.selector, 0, keccak256(f.pieces[0])));
        reveal(f, 0);
    }

    function testFuzz_GivenTheDrawnPiece(uint256 seed_, address who) external {
        Fair memory f = openedOnAny(seed_, 2);
        uint256 drawn = drawnOf(f);
        Mind memory mind = mindOf(f.model);
        uint256 right = rightOn(mind, f.pieces[drawn]);
        vm.expectEmit(address(models));
        emit IMarketCalls.Revealed(f.model, f.market, drawn, right, f.pieces[drawn]);
        vm.prank(who);
        reveal(f, drawn);
        MarketView memory v = models.marketOf(f.model, f.market);
        assertEq(uint256(v.phase), uint256(Phase.Contributing), "phase");
        assertEq(v.until, block.timestamp + f.terms.contributeWait, "until");
        assertEq(v.record, right, "record");
        assertEq(v.revealed, 1 << drawn, "revealed");
    }

    function testFuzz_GivenAllOtherPieces(uint256 seed_) external {
        Fair memory f = openedOnAny(seed_, 1 + seed_ % 4);
        reveal(f, drawnOf(f));
        contribute(f, alice, drawBatch(f));
        toReveals(f);
        revealRest(f);
        assertEq(uint256(phaseOf(f)), uint256(Phase.Scoring), "phase");
        assertEq(models.marketOf(f.model, f.market).record, rightOnAll(mindOf(f.model), f), "record");
    }

    /// @dev On a model of 1 to 40 features with any weights.
    function openedOnAny(uint256 seed_, uint256 count) private returns (Fair memory) {
        seed(seed_);
        (uint256 model, Mind memory mind) = born(Kind.SparsePerceptron);
        bytes[] memory pieces = new bytes[](count);
        for (uint256 i; i < count; ++i) {
            pieces[i] = drawPiece(mind.features);
        }
        return openOn(model, pieces, marketTerms(pieces));
    }
}
