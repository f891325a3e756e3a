// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketTerms, MarketView, Phase} from "../../../src/models/mechanisms/MarketTypes.sol";
import {Fair, MarketsBase} from "../foundry/MarketsBase.sol";
import {Mind} from "../foundry/Oracle.sol";

/// @notice What anybody does with markets, and the books beside them: a step at a time, and sometimes none until it is late.
abstract contract MarketHandler is MarketsBase {
    /// All markets, encoded; the last of a model also by `_current`.
    bytes[] private _fairs;
    mapping(uint256 model => uint256 place) private _current;
    /// What is held of the markets in an asset, by the books.
    mapping(address asset => uint256) public fairsIn;
    mapping(uint256 place => mapping(uint256 index => bool)) private _repaid;

    /// @dev The models on which markets are held, and who hands in batches.
    function fairModel(uint256 seed_) internal view virtual returns (uint256);
    function fairActor(uint256 seed_) internal view virtual returns (address);

    function marketStep(uint256 seed_, bool idle) external {
        seed(seed_);
        uint256 model = fairModel(draw(3));
        if (!models.modelOf(model).rests) return openOne(model);
        Fair memory f = fair(_current[model]);
        Phase phase = models.marketOf(model, f.market).phase;
        if (phase >= Phase.Scored) return endOne(f);
        if (idle && draw(3) == 0) return miss(f, phase);
        if (phase == Phase.Opened) drawnOf(f);
        else if (phase == Phase.Drawn) reveal(f, models.marketOf(model, f.market).drawn);
        else if (phase == Phase.Contributing && draw(4) == 0) toReveals(f);
        else if (phase == Phase.Contributing) handIn(f);
        else if (phase == Phase.Revealing) revealRest(f);
        else scoreOne(f);
    }

    function repayOne(uint256 which, uint256 index) external {
        if (_fairs.length == 0) return;
        which %= _fairs.length;
        Fair memory f = fair(which);
        MarketView memory v = models.marketOf(f.model, f.market);
        if (!v.ended || v.scored == v.batches) return;
        index = v.scored + index % (v.batches - v.scored);
        if (_repaid[which][index]) return;
        _repaid[which][index] = true;
        uint256 escrow = v.escrow;
        models.repay(f.model, f.market, keyOf(f, index));
        escrow -= models.marketOf(f.model, f.market).escrow;
        vm.assertLe(escrow, f.terms.stake, "at most as much again");
        fairsIn[f.asset] -= f.terms.stake + escrow;
    }

    function openOne(uint256 model) private {
        bytes[] memory pieces = new bytes[](1 + draw(3));
        for (uint256 i; i < pieces.length; ++i) {
            pieces[i] = drawPiece(models.modelOf(model).features);
        }
        MarketTerms memory t = marketTerms(pieces);
        (t.bounty, t.bond) = (uint96(1 + draw(100 ether)), uint96(draw(2) * draw(10 ether)));
        (t.stake, t.batchSize) = (uint96(1 + draw(2 ether)), uint8(1 + draw(3)));
        _current[model] = _fairs.length;
        Fair memory f = openOn(model, pieces, t);
        _fairs.push(abi.encode(f));
        fairsIn[f.asset] += uint256(t.bounty) + t.bond;
    }

    function fair(uint256 place) private view returns (Fair memory) {
        return abi.decode(_fairs[place], (Fair));
    }

    function handIn(Fair memory f) private {
        contribute(f, fairActor(draw(5)), drawBatch(f));
        _fairs[_current[f.model]] = abi.encode(f);
        fairsIn[f.asset] += f.terms.stake;
    }

    /// @dev The model learns as the oracle, or is as before; what is paid comes out of what is held of this market.
    function scoreOne(Fair memory f) private {
        MarketView memory v = models.marketOf(f.model, f.market);
        Mind memory mind = mindOf(f.model);
        Mind memory next = copied(mind);
        learnBatch(next, f.batches[v.scored].samples);
        uint256 right = rightOnAll(next, f);
        score(f, v.scored, v.scored + 1);
        MarketView memory w = models.marketOf(f.model, f.market);
        assertSame(f.model, right < v.record ? mind : next);
        assertEq(w.record, right < v.record ? v.record : right, "record");
        vm.assertLe(w.escrow, uint256(v.escrow) + f.terms.stake, "escrow");
        fairsIn[f.asset] = fairsIn[f.asset] + w.escrow - v.escrow - f.terms.stake;
    }

    function endOne(Fair memory f) private {
        MarketView memory v = models.marketOf(f.model, f.market);
        endMarket(f);
        MarketView memory w = models.marketOf(f.model, f.market);
        fairsIn[f.asset] -= v.escrow - w.escrow;
    }

    /// @dev Nobody does what is due until it is too late.
    function miss(Fair memory f, Phase phase) private {
        if (phase == Phase.Opened) return vm.roll(block.number + DRAW_AFTER + HASHES_KNOWN + 1);
        uint256 until = models.marketOf(f.model, f.market).until;
        if (phase == Phase.Drawn || phase == Phase.Contributing) return vm.warp(until);
        until += f.terms.revealWait;
        vm.warp(phase == Phase.Revealing ? until : until + f.terms.scoreWait);
    }
}
