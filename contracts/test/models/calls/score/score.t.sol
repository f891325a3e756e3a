// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind, Terms} from "../../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {Batch, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";
import {Mind} from "../../foundry/Oracle.sol";

contract ScoreTest is MarketsBase {
    function testFuzz_RevertGiven_NothingIsToBeScored(uint8 which) external {
        which %= 5;
        Fair memory f = which == 0 ? opened(2, false) : started(2, false);
        if (which != 0) contribute(f, alice, drawBatch(f));
        if (which >= 2) toReveals(f);
        if (which >= 3) revealRest(f);
        if (which >= 3) vm.warp(block.timestamp + f.terms.revealWait + f.terms.scoreWait);
        if (which == 4) endMarket(f);
        Phase[5] memory phases = [Phase.Opened, Phase.Contributing, Phase.Revealing, Phase.Unscored, Phase.Unscored];
        expectWrongPhase(Phase.Scoring, phases[which]);
        score(f, 0, 0);
    }

    function testFuzz_RevertWhen_AnotherBatchIsNext(uint256 first, uint8 count) external {
        Fair memory f = scoring(1, 3, false);
        count %= 3;
        score(f, 0, count);
        vm.assume(first != count);
        expect(abi.encodeWithSelector(IMarketCalls.OutOfOrder.selector, count, first));
        models.score(f.model, f.market, first, f.pieces, some(f.batches, 0, 1));
    }

    function testFuzz_RevertWhen_PiecesAreMissingOrTooMany(uint8 count) external {
        Fair memory f = scoring(2, 1, false);
        count = count % 2 == 0 ? count % 2 : 3;
        f.pieces = new bytes[](count);
        expect(abi.encodeWithSelector(IMarketCalls.PieceCountIs.selector, 2, count));
        score(f, 0, 1);
    }

    function testFuzz_RevertWhen_APieceWasAltered(uint16 place, uint8 which, bool swap) external {
        Fair memory f = scoring(3, 1, false);
        which %= 3;
        if (swap) f.pieces[which] = f.pieces[(which + 1) % 3];
        else f.pieces[which][place % (32 * 22)] ^= 0x10;
        expect(abi.encodeWithSelector(IMarketCalls.WrongPiece.selector, which, keccak256(f.pieces[which])));
        score(f, 0, 1);
    }

    function testFuzz_RevertWhen_ABatchWasAltered(uint256 seed_, uint8 which, uint8 how) external {
        seed(seed_);
        Fair memory f = scoring(1, 3, false);
        which %= 3;
        Batch memory batch = f.batches[which];
        how %= 4;
        if (how == 0) batch.samples[draw(batch.samples.length)] ^= 0x01;
        if (how == 1) batch.author = carol;
        if (how == 2) batch.samples = bytes.concat(batch.samples, hex"0000");
        if (how == 3) f.batches[which] = f.batches[(which + 1) % 3];
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, which));
        score(f, 0, 3);
    }

    function test_RevertWhen_ThereAreMoreThanWereHandedIn() external {
        Fair memory f = scoring(1, 1, false);
        Batch[] memory more = new Batch[](2);
        (more[0], more[1]) = (f.batches[0], f.batches[0]);
        f.batches = more;
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, 1));
        score(f, 0, 2);
    }

    function test_RevertWhen_TooLittleGasIsLeftForAPayment() external {
        Fair memory f = scoring(1, 1, false);
        uint256 refusals;
        // Wherever the gas ends, nobody loses a payment by it.
        for (uint256 gas = 100_000; gas < 600_000; gas += 10_000) {
            bytes memory data =
                abi.encodeCall(IMarketCalls.score, (f.model, f.market, 0, f.pieces, some(f.batches, 0, 1)));
            (bool ok, bytes memory answer) = address(models).call{gas: gas}(data);
            if (ok) break;
            if (bytes4(answer) == IPayments.InsufficientGas.selector) ++refusals;
        }
        assertTrue(refusals != 0, "refused for want of gas");
        assertEq(models.credits(NATIVE, alice), 0, "no credit");
        assertEq(models.marketOf(f.model, f.market).scored, 1, "scored in the end");
    }

    function testFuzz_WhenBatchesAreScored(uint256 seed_, uint8 count, bool inToken) external {
        seed(seed_);
        count = 1 + count % 6;
        Fair memory f = scoringOnAny(count, inToken, false);
        Mind memory mind = mindOf(f.model);
        uint256 cut = draw(count + 1);
        scored(f, mind, 0, cut);
        scored(f, mind, cut, count);
        assertEq(uint256(phaseOf(f)), uint256(Phase.Scored), "phase");
    }

    function testFuzz_WhenWeightsAreAtTheirEnds(uint256 seed_) external {
        seed(seed_);
        Fair memory f = scoringOnAny(5, false, true);
        scored(f, mindOf(f.model), 0, 5);
    }

    // ----------------------------------------------------------------------------------------------------------- helpers

    /// @dev Scores batches, and compares all that follows with the oracle's; `mind` is as the model then.
    function scored(Fair memory f, Mind memory mind, uint256 first, uint256 end) private {
        if (first == end) return;
        uint256 record = models.marketOf(f.model, f.market).record;
        uint256 escrow = models.marketOf(f.model, f.market).escrow;
        uint256[2] memory paid;
        for (uint256 i = first; i < end; ++i) {
            Mind memory next = copied(mind);
            learnBatch(next, f.batches[i].samples);
            uint256 right = rightOnAll(next, f);
            uint256 all = SAMPLES * f.pieces.length;
            uint256 amount = f.terms.stake;
            if (right >= record) {
                uint256 reward = f.terms.bounty * (right - record) / all;
                (amount, escrow, record) = (amount + reward, escrow - reward, right);
                overwrite(mind, next);
            } else {
                uint256 loss = f.terms.stake * (record - right) / all;
                (amount, escrow) = (amount - loss, escrow + loss);
            }
            paid[i % 2] += amount;
            vm.expectEmit(address(models));
            emit IMarketCalls.Scored(f.model, f.market, f.batches[i].author, i, right, amount, right < record);
        }
        (uint256 a, uint256 b) = (balanceOf(f.asset, alice), balanceOf(f.asset, bob));
        score(f, first, end);
        assertEq(balanceOf(f.asset, alice) - a, paid[0], "alice");
        assertEq(balanceOf(f.asset, bob) - b, paid[1], "bob");
        assertEq(models.marketOf(f.model, f.market).record, record, "record");
        assertEq(models.marketOf(f.model, f.market).escrow, escrow, "escrow");
        vm.assertEq(abi.encode(mindOf(f.model)), abi.encode(mind), "model");
        assertSame(f.model, mind);
    }

    function overwrite(Mind memory mind, Mind memory next) private pure {
        (mind.bias, mind.numbers) = (next.bias, next.numbers);
    }

    function scoringOnAny(uint256 count, bool inToken, bool atEnds) private returns (Fair memory f) {
        Terms memory t = terms(Kind.SparsePerceptron);
        if (inToken) t.asset = address(token);
        (t.features, t.step) = (uint32(1 + draw(40)), uint8(1 + draw(255)));
        t.bias = atEnds ? (draw(2) == 0 ? type(int32).max - 100 : type(int32).min + 100) : int32(int256(draw(99)) - 50);
        uint256 model = draft(t);
        uint256[] memory words = new uint256[]((t.features + 15) / 16);
        for (uint256 i; i < t.features; ++i) {
            int256 weight = atEnds ? (draw(2) == 0 ? int256(32_767) : -32_768) : int256(draw(601)) - 300;
            words[i / 16] |= uint256(uint16(int16(weight))) << (16 * (i % 16));
        }
        upload(model, 0, words);
        publish(model);
        bytes[] memory pieces = new bytes[](1 + draw(3));
        for (uint256 i; i < pieces.length; ++i) {
            pieces[i] = drawPiece(t.features);
        }
        f = openOn(model, pieces, marketTerms(pieces));
        reveal(f, drawnOf(f));
        for (uint256 i; i < count; ++i) {
            contribute(f, i % 2 == 0 ? alice : bob, drawBatch(f));
        }
        toReveals(f);
        revealRest(f);
    }
}
