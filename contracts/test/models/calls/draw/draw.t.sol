// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketView, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";

contract DrawTest is MarketsBase {
    function testFuzz_RevertGiven_ThereIsNoSuchMarket(uint256 model, uint256 market) external {
        expect(abi.encodeWithSelector(IMarketCalls.NoMarket.selector));
        models.draw(model, market);
    }

    function test_RevertGiven_APieceWasDrawn() external {
        Fair memory f = opened(3, false);
        drawnOf(f);
        expectWrongPhase(Phase.Opened, Phase.Drawn);
        models.draw(f.model, f.market);
    }

    function testFuzz_RevertGiven_TheHashesWereNotUsedInTime(uint32 later) external {
        Fair memory f = opened(3, false);
        vm.roll(block.number + DRAW_AFTER + HASHES_KNOWN + 1 + later);
        expectWrongPhase(Phase.Opened, Phase.NotBegun);
        models.draw(f.model, f.market);
    }

    function testFuzz_RevertWhen_TheHashIsNotKnownYet(uint8 later) external {
        Fair memory f = opened(3, false);
        uint256 by = block.number + DRAW_AFTER;
        vm.roll(block.number + later % (DRAW_AFTER + 1));
        expect(abi.encodeWithSelector(IMarketCalls.CannotDraw.selector, by, block.number));
        models.draw(f.model, f.market);
    }

    function testFuzz_WhenTheHashIsKnown(uint8 count, uint8 later, bytes32 hash, address who, uint32 secs) external {
        count = 1 + count % 4;
        Fair memory f = opened(count, false);
        uint256 by = block.number + DRAW_AFTER;
        vm.roll(by + 1 + later);
        vm.warp(block.timestamp + secs % (1_000 * DAY));
        vm.setBlockhash(by, hash == 0 ? bytes32("hash") : hash);
        uint256 piece = uint256(hash == 0 ? bytes32("hash") : hash) % count;
        vm.expectEmit(address(models));
        emit IMarketCalls.Drawn(f.model, f.market, piece, block.timestamp + f.terms.startWait);
        vm.prank(who);
        models.draw(f.model, f.market);
        MarketView memory v = models.marketOf(f.model, f.market);
        assertEq(v.drawn, piece, "drawn");
        assertEq(v.until, block.timestamp + f.terms.startWait, "until");
        assertEq(uint256(v.phase), uint256(Phase.Drawn), "phase");
    }
}
