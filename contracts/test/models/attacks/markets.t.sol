// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ISharedModels} from "../../../src/models/ISharedModels.sol";
import {Entry, Kind, Terms} from "../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../src/models/mechanisms/IMarkets.sol";
import {Batch, BatchKey, MarketTerms, Phase} from "../../../src/models/mechanisms/MarketTypes.sol";
import {IPayments} from "../../../src/shared/IPayments.sol";
import {Fair, MarketsBase} from "../foundry/MarketsBase.sol";
import {Mind} from "../foundry/Oracle.sol";
import {FeeToken, OddToken} from "../../shared/mocks/Tokens.sol";
import {Wallet} from "../../shared/mocks/Wallet.sol";

/// @dev Ways to get more out of a market than its rules give, or to keep others from their part.
contract MarketsTest is MarketsBase {
    // --------------------------------------------------------------------------------------------------- the provider

    function testFuzz_AProviderThatDoesNotLikeTheDraw_LosesItsBond(uint8 later) external {
        Fair memory f = opened(3, false);
        uint256 before = creator.balance;
        uint256 drawn = drawnOf(f);
        // Another piece is not taken, nor is there a second draw.
        expect(abi.encodeWithSelector(IMarketCalls.AnotherPieceWasDrawn.selector, drawn));
        reveal(f, (drawn + 1) % 3);
        vm.roll(block.number + later);
        expectWrongPhase(Phase.Opened, Phase.Drawn);
        models.draw(f.model, f.market);
        vm.warp(models.marketOf(f.model, f.market).until);
        endMarket(f);
        assertEq(creator.balance - before, 100 ether, "the bounty, and no bond");
    }

    function test_AProviderThatWaitsForAnotherHash_GetsNone() external {
        Fair memory f = opened(3, false);
        uint256 by = block.number + DRAW_AFTER;
        for (uint256 i = 1; i < 256; i += 51) {
            vm.roll(by + i);
            uint256 snapshot = vm.snapshotState();
            models.draw(f.model, f.market);
            assertEq(models.marketOf(f.model, f.market).drawn, uint256(blockhash(by)) % 3, "the same piece");
            vm.revertToState(snapshot);
        }
    }

    function test_AProviderThatOpensTwoMarketsAtOnce_CannotChooseBetweenThem() external {
        Fair memory f = opened(3, false);
        expect(abi.encodeWithSelector(IMarketCalls.Resting.selector, f.model));
        vm.prank(creator);
        models.openMarket(f.model, f.terms);
    }

    function testFuzz_ASilentProvider_IsNeverPaidForItsSilence(uint8 own, uint8 others) external {
        Fair memory f = started(2, false);
        (own, others) = (own % 130, 1 + others % 5);
        uint256 before = creator.balance + 110 ether;
        for (uint256 i; i < uint256(own) + others; ++i) {
            contribute(f, i < own ? creator : alice, hex"8001000080010013");
        }
        toReveals(f);
        vm.warp(block.timestamp + f.terms.revealWait);
        endMarket(f);
        uint256 had = alice.balance;
        for (uint256 i; i < f.batches.length; ++i) {
            models.repay(f.model, f.market, keyOf(f, i));
        }
        // Filled up with batches of its own, it gets back at most what it had put up; the others never lose.
        assertTrue(creator.balance <= before + uint256(own) * 1 ether, "no gain");
        assertTrue(alice.balance - had > uint256(others) * 1 ether, "more than the stakes");
    }

    function test_AProviderThatWinsItsOwnBounty_GetsWhatItPutUpAndNoMore() external {
        Fair memory f = opened(1, false);
        uint256 before = creator.balance + 110 ether;
        reveal(f, drawnOf(f));
        for (uint256 i; i < 4; ++i) {
            contribute(f, creator, drawBatch(f));
        }
        toReveals(f);
        score(f, 0, 4);
        endMarket(f);
        assertEq(creator.balance, before + 4 ether, "bounty, bond and stakes, and no more");
        assertEq(held(NATIVE), 0, "held");
    }

    function test_AProvider_CannotTeachAModelBeforeEarlierSamplesWereOldEnough() external {
        uint256 model = perceptron(false);
        Entry memory entry = add(model, alice, 0, sampleOf(Kind.SparsePerceptron), 5 ether);
        bytes[] memory pieces = new bytes[](1);
        pieces[0] = drawPiece(FEATURES);
        MarketTerms memory t = marketTerms(pieces);
        t.contributeWait = DAY + 1 hours;
        Fair memory f = openOn(model, pieces, t);
        reveal(f, drawnOf(f));
        vm.warp(block.timestamp + DAY);
        assertEq(uint256(phaseOf(f)), uint256(Phase.Contributing), "nothing can be scored yet");
        refund(model, entry);
        assertEq(alice.balance, 5 ether, "claimed");
    }

    // ----------------------------------------------------------------------------------------------- the contributors

    function testFuzz_ABatchThatIsHandedInTwice_IsPaidForItsImprovementOnce(uint256 seed_) external {
        seed(seed_);
        Fair memory f = started(1, false);
        bytes memory data = drawBatch(f);
        contribute(f, alice, data);
        contribute(f, bob, data); // copied
        toReveals(f);
        Mind memory mind = mindOf(f.model);
        uint256 first = rightOn(mind, f.pieces[0]);
        learnBatch(mind, data);
        uint256 right = rightOn(mind, f.pieces[0]);
        score(f, 0, 2);
        if (right < first) return;
        assertEq(alice.balance, 1 ether + 100 ether * (right - first) / 256, "who was first");
        learnBatch(mind, data);
        uint256 again = rightOn(mind, f.pieces[0]);
        if (again >= right) assertEq(bob.balance, 1 ether + 100 ether * (again - right) / 256, "what is more only");
        else assertEq(bob.balance, 1 ether - 1 ether * (right - again) / 256, "what it makes wrong");
    }

    function test_ABatchOfAnotherMarket_IsNoBatchOfThisOne() external {
        Fair memory f = scoring(1, 1, false);
        Fair memory g = scoring(1, 1, false);
        g.batches = f.batches;
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, 0));
        score(g, 0, 1);
    }

    function test_ABatchThatWasScored_IsNotRepaid() external {
        Fair memory f = scoring(1, 2, false);
        score(f, 0, 1);
        vm.warp(block.timestamp + f.terms.revealWait + f.terms.scoreWait);
        endMarket(f);
        expect(abi.encodeWithSelector(IMarketCalls.WrongBatch.selector, 0));
        models.repay(f.model, f.market, keyOf(f, 0));
        models.repay(f.model, f.market, keyOf(f, 1));
        assertEq(held(NATIVE), 0, "held");
    }

    /// @dev 6,144 features that all move weights, on four pieces of 1,024 features half of which each sample has.
    function test_TheLargestBatch_FitsInATransaction() external {
        Terms memory m = terms(Kind.SparsePerceptron);
        (m.features, m.step) = (1024, 255);
        bytes[] memory pieces = new bytes[](4);
        for (uint256 i; i < 4; ++i) {
            pieces[i] = abi.encodePacked(bytes32(i), bytes32(uint256(keccak256(abi.encode(i)))));
            bytes memory columns = new bytes(32 * 1024);
            for (uint256 j; j < 1024; ++j) {
                bytes32 column = keccak256(abi.encode(i, j));
                assembly ("memory-safe") {
                    mstore(add(add(columns, 32), mul(32, j)), column)
                }
            }
            pieces[i] = bytes.concat(pieces[i], columns);
        }
        MarketTerms memory t = marketTerms(pieces);
        t.batchSize = 64;
        Fair memory f = openOn(live(m), pieces, t);
        reveal(f, drawnOf(f));
        bytes memory data;
        for (uint256 i; i < 64; ++i) {
            // Two samples alike but for their labels: the model is always wrong.
            data = bytes.concat(data, bytes2(uint16(96 | (i % 2 == 0 ? 0x8000 : 0))));
            for (uint256 j; j < 96; ++j) {
                data = bytes.concat(data, bytes2(uint16(j * 10 + i / 2 % 10)));
            }
        }
        contribute(f, alice, data);
        toReveals(f);
        revealRest(f);
        bytes memory sent = abi.encodeCall(IMarketCalls.score, (f.model, f.market, 0, f.pieces, f.batches));
        vm.cool(address(models));
        address target = address(models);
        bool ok;
        uint256 used;
        // Without a copy: the test has so much memory that more of it would cost more than the call.
        assembly ("memory-safe") {
            used := gas()
            ok := call(gas(), target, 0, add(sent, 32), mload(sent), 0, 0)
            used := sub(used, gas())
        }
        assertTrue(ok, "scored");
        uint256 floor = 21_000 + 40 * sent.length;
        used += 21_000 + 16 * sent.length;
        vm.assertLe(used > floor ? used : floor, 16_777_216, "fits");
    }

    // ------------------------------------------------------------------------------------------------ payees and tokens

    function testFuzz_AnAuthorThatRejects_GetsACreditAndHoldsUpNobody(uint8 mood_) external {
        Wallet wallet = new Wallet();
        Wallet.Mood[3] memory moods = [Wallet.Mood.Reject, Wallet.Mood.BurnGas, Wallet.Mood.ReturnBomb];
        Fair memory f = started(1, false);
        contribute(f, address(wallet), drawBatch(f));
        contribute(f, bob, drawBatch(f));
        toReveals(f);
        wallet.behave(moods[mood_ % 3]);
        score(f, 0, 2);
        assertTrue(models.credits(NATIVE, address(wallet)) != 0 && bob.balance != 0, "a credit, and a payment");
        endMarket(f);
        assertEq(held(NATIVE), models.credits(NATIVE, address(wallet)), "held");
    }

    function testFuzz_AnAuthorThatReenters_IsTurnedAwayAndPaidOnce(uint8 which) external {
        Wallet wallet = new Wallet();
        Fair memory f = started(1, false);
        contribute(f, address(wallet), drawBatch(f));
        contribute(f, bob, drawBatch(f));
        toReveals(f);
        bytes[6] memory calls = [
            abi.encodeCall(IMarketCalls.score, (f.model, f.market, 0, f.pieces, some(f.batches, 0, 1))),
            abi.encodeCall(IMarketCalls.score, (f.model, f.market, 2, f.pieces, some(f.batches, 0, 0))),
            abi.encodeCall(IMarketCalls.endMarket, (f.model, f.market)),
            abi.encodeCall(IMarketCalls.repay, (f.model, f.market, keyOf(f, 0))),
            abi.encodeCall(IMarketCalls.contribute, (f.model, f.market, f.batches[0].samples)),
            abi.encodeWithSignature("withdraw(address,address)", NATIVE, address(wallet))
        ];
        wallet.reenterWith(address(models), calls[which % 6]);
        vm.expectEmit(address(wallet));
        emit Wallet.Reentered(false, ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        score(f, 0, 2);
        endMarket(f);
        assertEq(held(NATIVE), 0, "held");
    }

    function test_AProviderThatRejects_GetsACreditAndTheModelGoesOn() external {
        Wallet wallet = new Wallet();
        creator = address(wallet);
        Fair memory f = scoring(1, 0, false);
        wallet.behave(Wallet.Mood.Reject);
        endMarket(f);
        assertEq(models.credits(NATIVE, creator), 110 ether, "credit");
        add(f.model, carol, 0, sampleOf(Kind.SparsePerceptron));
    }

    function test_ATokenThatTakesAFee_IsRefusedInAMarketToo() external {
        FeeToken fee = new FeeToken();
        Terms memory m = terms(Kind.SparsePerceptron);
        m.asset = address(fee);
        uint256 model = live(m);
        bytes[] memory pieces = new bytes[](1);
        pieces[0] = drawPiece(FEATURES);
        MarketTerms memory t = marketTerms(pieces);
        fund(creator, address(fee), 110 ether);
        expect(abi.encodeWithSelector(IPayments.UnsupportedToken.selector, 110 ether, 108.9 ether));
        vm.prank(creator);
        models.openMarket(model, t);
    }

    function testFuzz_ATokenThatFreezesInAMarket_LeavesCreditsAndEndsIt(uint8 mood_) external {
        OddToken odd = new OddToken();
        odd.behave(OddToken.Mood.ReturnTrue);
        Terms memory m = terms(Kind.SparsePerceptron);
        m.asset = address(odd);
        bytes[] memory pieces = new bytes[](2);
        (pieces[0], pieces[1]) = (drawPiece(FEATURES), drawPiece(FEATURES));
        Fair memory f = openOn(live(m), pieces, marketTerms(pieces));
        reveal(f, drawnOf(f));
        contribute(f, alice, drawBatch(f));
        toReveals(f);
        OddToken.Mood[4] memory moods =
            [OddToken.Mood.ReturnFalse, OddToken.Mood.ReturnTwo, OddToken.Mood.Revert, OddToken.Mood.BurnGas];
        odd.behave(moods[mood_ % 4]);
        vm.warp(block.timestamp + f.terms.revealWait); // silent: also what is burned cannot be moved
        endMarket(f);
        models.repay(f.model, f.market, keyOf(f, 0));
        assertEq(models.credits(address(odd), alice), 2 ether, "credit");
        assertEq(models.credits(address(odd), 0x000000000000000000000000000000000000dEaD), 109 ether, "burned");
        assertEq(held(address(odd)), 111 ether, "held");
    }

    // ------------------------------------------------------------------------------------------------- the code of markets

    /// @dev By itself it knows no model and takes no money.
    function test_TheCodeOfMarkets_DoesNothingOnItsOwn() external {
        IMarketCalls code = IMarketCalls(deploy("Markets"));
        Fair memory f = scoring(1, 1, false);
        expect(abi.encodeWithSelector(ISharedModels.NotLive.selector, f.model, 0));
        vm.prank(creator);
        code.openMarket(f.model, f.terms);
        expect(abi.encodeWithSelector(IMarketCalls.NoMarket.selector));
        code.endMarket(f.model, f.market);
        expect(abi.encodeWithSelector(IMarketCalls.NoMarket.selector));
        code.score(f.model, f.market, 0, f.pieces, f.batches);
    }
}
