// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "../../../../src/models/ISharedModels.sol";
import {Kind, ModelView, Stage, Terms} from "../../../../src/models/ModelTypes.sol";
import {IMarketCalls} from "../../../../src/models/mechanisms/IMarkets.sol";
import {MarketTerms, MarketView, Phase} from "../../../../src/models/mechanisms/MarketTypes.sol";
import {IPayments} from "../../../../src/shared/IPayments.sol";
import {Fair, MarketsBase} from "../../foundry/MarketsBase.sol";

contract OpenMarketTest is MarketsBase {
    bytes[] private _pieces;

    function setUp() public override {
        super.setUp();
        _pieces.push(drawPiece(FEATURES));
        _pieces.push(drawPiece(FEATURES));
    }

    function testFuzz_RevertGiven_TheModelIsNotLive(uint256 which) external {
        which %= 3;
        uint256 model = which == 0 ? 7 : draft(terms(Kind.SparsePerceptron));
        if (which == 2) {
            publish(model);
            close(model);
        }
        Stage stage = which == 0 ? Stage.None : which == 1 ? Stage.Draft : Stage.Closed;
        expect(abi.encodeWithSelector(ISharedModels.NotLive.selector, model, stage));
        open(model, marketTerms(_pieces));
    }

    function test_RevertGiven_AMarketOnTheModelHasNotEnded() external {
        Fair memory f = opened(1, false);
        MarketTerms memory t = marketTerms(_pieces);
        expect(abi.encodeWithSelector(IMarketCalls.Resting.selector, f.model));
        open(f.model, t);
        vm.roll(block.number + DRAW_AFTER + HASHES_KNOWN + 1);
        endMarket(f);
        assertEq(openOn(f.model, _pieces, t).market, 2, "the next number");
    }

    function testFuzz_RevertWhen_TheSenderIsNotTheCreator(address who) external {
        vm.assume(who != creator);
        uint256 model = perceptron(false);
        expect(abi.encodeWithSelector(ISharedModels.NotCreator.selector, creator, who));
        vm.prank(who);
        models.openMarket(model, marketTerms(_pieces));
    }

    function testFuzz_RevertGiven_TheModelIsOfAnotherKindOrTooLarge(uint8 seed_, uint32 features) external {
        Terms memory t = terms(kindOf(seed_));
        bool sparse = t.kind == Kind.SparsePerceptron;
        t.features = uint32(bound(features, sparse ? 1025 : 1, 65_536));
        uint256 model = live(t);
        expect(abi.encodeWithSelector(IMarketCalls.NoMarketFor.selector, t.kind, t.features));
        open(model, marketTerms(_pieces));
    }

    function testFuzz_RevertWhen_AnAmountOrANumberIsOutOfRange(uint8 which, uint8 size) external {
        uint256 model = perceptron(false);
        MarketTerms memory t = marketTerms(_pieces);
        which %= 5;
        if (which == 0) t.bounty = 0;
        if (which == 1) t.stake = 0;
        if (which == 2) t.pieces = new bytes32[](0);
        if (which == 3) t.pieces = new bytes32[](5 + size % 3);
        if (which == 4) t.batchSize = size <= 64 ? 0 : size;
        expect(
            abi.encodeWithSelector(
                IMarketCalls.MarketTermsOutOfRange.selector, t.bounty, t.stake, t.pieces.length, t.batchSize
            )
        );
        open(model, t);
    }

    function testFuzz_RevertWhen_APeriodIsOutOfRange(uint8 which, uint32 period, uint32 refundWait) external {
        Terms memory m = terms(Kind.SparsePerceptron);
        m.refundWait = uint32(bound(refundWait, 1, 7 * DAY));
        uint256 model = live(m);
        MarketTerms memory t = marketTerms(_pieces);
        t.contributeWait = m.refundWait + 1 hours;
        which %= 4;
        uint256 least = which == 1 ? m.refundWait + 1 hours : 1 hours;
        if (period >= least && period <= 90 * DAY) period = uint32(period % 2 == 0 ? least - 1 : 90 * DAY + 1);
        if (which == 0) t.startWait = period;
        if (which == 1) t.contributeWait = period;
        if (which == 2) t.revealWait = period;
        if (which == 3) t.scoreWait = period;
        expect(abi.encodeWithSelector(IMarketCalls.PeriodOutOfRange.selector, period, least, 90 * DAY));
        open(model, t);
        // At both ends there is room.
        for (uint256 i; i < 2; ++i) {
            uint32 end = i == 0 ? 1 hours : 90 * DAY;
            (t.startWait, t.revealWait, t.scoreWait) = (end, end, end);
            t.contributeWait = i == 0 ? m.refundWait + 1 hours : end;
            openOn(i == 0 ? model : live(m), _pieces, t);
        }
    }

    function testFuzz_RevertWhen_TheCoinsAreNotBountyAndBond(uint96 coins, bool inToken) external {
        uint256 model = perceptron(inToken);
        MarketTerms memory t = marketTerms(_pieces);
        uint256 right = fund(creator, models.modelOf(model).asset, 110 ether);
        vm.assume(coins != right);
        vm.deal(creator, coins);
        expect(abi.encodeWithSelector(IPayments.WrongAmount.selector, right, coins));
        vm.prank(creator);
        models.openMarket{value: coins}(model, t);
    }

    function testFuzz_WhenTheTermsAreGood(uint96 bounty, uint96 bond, uint96 stake, uint8 size, bool inToken) external {
        uint256 model = perceptron(inToken);
        MarketTerms memory t = marketTerms(_pieces);
        (t.bounty, t.bond, t.stake) =
        (uint96(bound(bounty, 1, 2 ** 96 - 1)), bond, uint96(bound(stake, 1, 2 ** 96 - 1)));
        t.batchSize = uint8(bound(size, 1, 64));
        ModelView memory before = models.modelOf(model);
        uint256 coins = fund(creator, before.asset, uint256(t.bounty) + t.bond);
        vm.expectEmit(address(models));
        emit IMarketCalls.MarketOpened(model, 1, creator, t);
        vm.prank(creator);
        models.openMarket{value: coins}(model, t);
        assertEq(held(before.asset), uint256(t.bounty) + t.bond, "held");
        (before.markets, before.rests) = (1, true);
        vm.assertEq(abi.encode(models.modelOf(model)), abi.encode(before), "modelOf");
        MarketView memory v;
        (v.phase, v.provider, v.asset, v.bounty, v.bond) = (Phase.Opened, creator, before.asset, t.bounty, t.bond);
        (v.stake, v.batchSize, v.pieces, v.openedBlock) = (t.stake, t.batchSize, t.pieces, uint64(block.number));
        (v.startWait, v.contributeWait, v.revealWait, v.scoreWait) =
        (t.startWait, t.contributeWait, t.revealWait, t.scoreWait);
        v.escrow = uint128(uint256(t.bounty) + t.bond);
        vm.assertEq(abi.encode(models.marketOf(model, 1)), abi.encode(v), "marketOf");
    }

    function open(uint256 model, MarketTerms memory t) private {
        vm.prank(creator);
        models.openMarket(model, t);
    }
}
