// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind} from "../../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketView, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";

contract EndMarketTest is MarketsBase {
    address private constant BURN = 0x000000000000000000000000000000000000dEaD;

    function testFuzz_RevertGiven_TheMarketDoesNotExist(uint256 model, uint256 market) external {
        expect(abi.encodeWithSelector(IMarketCalls.NoMarket.selector));
        models.endMarket(model, market);
    }

    function testFuzz_RevertGiven_ItGoesOn(uint8 which) external {
        which %= 5;
        Fair memory f = which < 2 ? opened(2, false) : started(2, false);
        if (which == 1) drawnOf(f);
        if (which >= 2) contribute(f, alice, drawBatch(f));
        if (which >= 3) toReveals(f);
        if (which == 4) revealRest(f);
        Phase[5] memory phases = [Phase.Opened, Phase.Drawn, Phase.Contributing, Phase.Revealing, Phase.Scoring];
        // At the last second, or block, of each.
        if (which == 0) vm.roll(block.number + DRAW_AFTER + HASHES_KNOWN);
        if (which == 1 || which == 2) vm.warp(models.marketOf(f.model, f.market).until - 1);
        if (which == 3) vm.warp(block.timestamp + f.terms.revealWait - 1);
        if (which == 4) vm.warp(block.timestamp + f.terms.revealWait + f.terms.scoreWait - 1);
        expectWrongPhase(Phase.Scored, phases[which]);
        endMarket(f);
    }

    function test_RevertGiven_ItHasEnded() external {
        Fair memory f = scoring(1, 0, false);
        endMarket(f);
        expect(abi.encodeWithSelector(IMarketCalls.AlreadyEnded.selector));
        endMarket(f);
    }

    function testFuzz_GivenNoPieceWasDrawnInTime(uint32 later, bool inToken) external {
        Fair memory f = opened(3, inToken);
        vm.roll(block.number + DRAW_AFTER + HASHES_KNOWN + 1 + later);
        ended(f, Phase.NotBegun, 100 ether, 10 ether, 0);
    }

    function testFuzz_GivenTheDrawnPieceWasNotRevealedInTime(uint32 later, bool inToken) external {
        Fair memory f = opened(3, inToken);
        drawnOf(f);
        vm.warp(block.timestamp + f.terms.startWait + later % (100 * DAY));
        ended(f, Phase.NotBegun, 100 ether, 10 ether, 0);
    }

    function testFuzz_GivenALaterPieceWasNotRevealedInTime(uint8 count, uint8 shown, uint32 later, bool inToken)
        external
    {
        Fair memory f = opened(3, inToken);
        reveal(f, drawnOf(f));
        // 110 others have as many coins together as the provider has put up.
        uint256 batches = count % 2 == 0 ? count % 5 : 112;
        for (uint256 i; i < batches; ++i) {
            contribute(f, alice, drawBatch(f));
        }
        toReveals(f);
        uint256 more = (models.marketOf(f.model, f.market).drawn + 1) % 3;
        if (shown % 2 == 0) reveal(f, more);
        vm.warp(block.timestamp + f.terms.revealWait + later % (100 * DAY));
        uint256 each = batches == 0 ? 0 : 110 ether / batches < 1 ether ? 110 ether / batches : 1 ether;
        ended(f, Phase.Silent, 0, 110 ether - each * batches, (1 ether + each) * batches);
    }

    function testFuzz_GivenNotAllBatchesWereScoredInTime(uint256 seed_, uint8 count, bool inToken) external {
        seed(seed_);
        count = 1 + count % 3;
        Fair memory f = scoring(2, count, inToken);
        uint256 some_ = draw(count);
        if (some_ != 0) score(f, 0, some_);
        vm.warp(block.timestamp + f.terms.revealWait + f.terms.scoreWait);
        uint256 escrow = models.marketOf(f.model, f.market).escrow;
        ended(f, Phase.Unscored, escrow, 0, (count - some_) * 1 ether);
    }

    function testFuzz_GivenAllBatchesWereScored(uint256 seed_, uint8 count, bool inToken) external {
        seed(seed_);
        count %= 4;
        Fair memory f = scoring(2, count, inToken);
        if (count != 0) score(f, 0, count);
        ended(f, Phase.Scored, models.marketOf(f.model, f.market).escrow, 0, 0);
    }

    function ended(Fair memory f, Phase outcome, uint256 toProvider, uint256 burned, uint256 kept) private {
        assertEq(uint256(phaseOf(f)), uint256(outcome), "phase");
        (uint256 had, uint256 gone) = (balanceOf(f.asset, creator), balanceOf(f.asset, BURN));
        assertEq(held(f.asset), toProvider + burned + kept, "held before");
        vm.expectEmit(address(models));
        emit IMarketCalls.MarketEnded(f.model, f.market, outcome, toProvider, burned);
        endMarket(f);
        assertEq(balanceOf(f.asset, creator) - had, toProvider, "to the provider");
        assertEq(balanceOf(f.asset, BURN) - gone, burned, "burned");
        assertEq(held(f.asset), kept, "held");
        MarketView memory v = models.marketOf(f.model, f.market);
        assertTrue(v.ended && v.phase == outcome, "ended");
        assertTrue(!models.modelOf(f.model).rests, "rests no longer");
        vm.warp(block.timestamp + 400 * DAY); // and stays so
        assertEq(uint256(phaseOf(f)), uint256(outcome), "phase later");
        add(f.model, carol, 0, sampleOf(Kind.SparsePerceptron));
    }
}
