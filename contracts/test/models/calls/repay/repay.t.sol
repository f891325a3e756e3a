// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {BatchKey, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";

contract RepayTest is MarketsBase {
    function testFuzz_RevertGiven_TheMarketHasNotEnded(uint8 which) external {
        Fair memory f = scoring(1, 1, false);
        bool late = which % 2 == 0;
        if (late) vm.warp(block.timestamp + f.terms.revealWait + f.terms.scoreWait);
        expectWrongPhase(Phase.Unscored, late ? Phase.Unscored : Phase.Scoring);
        repay(f, keyOf(f, 0));
    }

    function testFuzz_RevertWhen_ItIsNotTheBatch(uint8 how, uint32 index) external {
        Fair memory f = unscored(3, 1);
        BatchKey[] memory keys = keyOf(f, 2);
        how %= 4;
        if (how == 0) keys[0].index = index == 2 ? 0 : index;
        if (how == 1) keys[0].author = carol;
        if (how == 2) keys[0].digest = keccak256("another");
        if (how == 3) keys = keyOf(f, 0); // scored
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, keys[0].index));
        repay(f, keys);
    }

    function test_RevertWhen_ItWasPaid() external {
        Fair memory f = unscored(2, 0);
        BatchKey[] memory keys = keyOf(f, 1);
        repay(f, keys);
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, 1));
        repay(f, keys);
        // Nor twice in a call.
        BatchKey[] memory twice = new BatchKey[](2);
        (twice[0], twice[1]) = (keyOf(f, 0)[0], keyOf(f, 0)[0]);
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, 0));
        repay(f, twice);
    }

    function testFuzz_GivenTheProviderWasSilent(uint96 bounty, uint96 bond, uint96 stake, uint8 count, bool inToken)
        external
    {
        bytes[] memory pieces = new bytes[](2);
        (pieces[0], pieces[1]) = (drawPiece(FEATURES), drawPiece(FEATURES));
        Fair memory f;
        f.terms = marketTerms(pieces);
        (f.terms.bounty, f.terms.stake) = (uint96(bound(bounty, 1, 2 ** 96 - 1)), uint96(bound(stake, 1, 2 ** 96 - 1)));
        f.terms.bond = bond;
        f = openOn(perceptron(inToken), pieces, f.terms);
        reveal(f, drawnOf(f));
        count = 1 + count % 5;
        for (uint256 i; i < count; ++i) {
            contribute(f, i % 2 == 0 ? alice : bob, drawBatch(f));
        }
        toReveals(f);
        vm.warp(block.timestamp + f.terms.revealWait);
        endMarket(f);
        uint256 each = (uint256(f.terms.bounty) + f.terms.bond) / count;
        if (each > f.terms.stake) each = f.terms.stake;
        repaid(f, 0, count, f.terms.stake + each);
    }

    function testFuzz_GivenBatchesWereNotScored(uint256 seed_, uint8 count) external {
        seed(seed_);
        count = 1 + count % 4;
        uint256 scored = draw(count);
        repaid(unscored(count, scored), scored, count, 1 ether);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    function repay(Fair memory f, BatchKey[] memory keys) private {
        vm.prank(stranger);
        models.repay(f.model, f.market, keys);
    }

    function unscored(uint256 count, uint256 scored) private returns (Fair memory f) {
        f = scoring(2, count, false);
        if (scored != 0) score(f, 0, scored);
        vm.warp(block.timestamp + f.terms.revealWait + f.terms.scoreWait);
        endMarket(f);
    }

    /// @dev From the last to the first, one a call and then the others together.
    function repaid(Fair memory f, uint256 first, uint256 end, uint256 amount) private {
        (uint256 a, uint256 b) = (balanceOf(f.asset, alice), balanceOf(f.asset, bob));
        BatchKey[] memory keys = new BatchKey[](end - first - 1);
        for (uint256 i; i < keys.length; ++i) {
            keys[i] = keyOf(f, end - 2 - i)[0];
        }
        vm.expectEmit(address(models));
        emit IMarketCalls.Repaid(f.model, f.market, f.batches[end - 1].author, end - 1, amount);
        repay(f, keyOf(f, end - 1));
        for (uint256 i; i < keys.length; ++i) {
            vm.expectEmit(address(models));
            emit IMarketCalls.Repaid(f.model, f.market, keys[i].author, keys[i].index, amount);
        }
        repay(f, keys);
        uint256 together = balanceOf(f.asset, alice) - a + balanceOf(f.asset, bob) - b;
        assertEq(together, amount * (end - first), "paid");
        assertEq(held(f.asset), 0, "held");
        assertEq(models.marketOf(f.model, f.market).escrow, 0, "escrow");
    }
}
