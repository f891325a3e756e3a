// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MarketLib} from "../../../src/models/mechanisms/MarketLib.sol";
import {Market, Phase} from "../../../src/models/mechanisms/MarketTypes.sol";
import {Vm} from "../../shared/Vm.sol";

/// @notice Where a market's money goes: what a verdict pays and what is kept are what came in, and so at an end with a provider
/// that was not silent.
contract MarketProof {
    using MarketLib for Market;

    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    Market private _market;

    function end() external returns (Phase, uint256, uint256) {
        return _market.end();
    }

    // ---------------------------------------------------------------------------------------------------------- verdicts

    /// @dev Where it does not revert, whatever was paid before, with one piece. Amounts below 2^32 times samples: solvers find no
    /// end with products of larger ones, nor with the bounty left after several verdicts.
    function check_aVerdictMovesMoneyAndMakesNone(
        uint32 stake,
        uint32 bounty,
        uint96 escrow,
        uint16 record,
        uint16 right
    ) public {
        if (record > 256 || right > 256) return;
        (_market.pieces, _market.stake, _market.bounty) = (1, stake, bounty);
        (_market.escrow, _market.record) = (escrow, record);
        (uint256 amount, bool undone) = _market.judge(right);
        assert(amount + _market.escrow == uint256(escrow) + stake);
        assert(undone == (right < record));
        assert(_market.record == (undone ? record : right));
    }

    // -------------------------------------------------------------------------------------------------------------- ends

    /// @dev Also where the time for scoring is over. Stakes of batches lie beside the escrow.
    function check_aScoredMarketIsTheProviders(uint128 escrow, uint32 until, uint32 batches, uint32 scored, uint40 time)
        public
    {
        (_market.phase, _market.pieces, _market.revealed) = (Phase.Contributing, 1, 1);
        (_market.escrow, _market.until, _market.batches, _market.scored) = (escrow, until, batches, scored);
        if (scored > batches) return;
        vm.warp(time);
        (bool ok, bytes memory answer) = address(this).call(abi.encodeCall(this.end, ()));
        assert(ok == (time >= until));
        if (!ok) return;
        (Phase outcome, uint256 toProvider, uint256 burned) = abi.decode(answer, (Phase, uint256, uint256));
        assert(outcome == (scored == batches ? Phase.Scored : Phase.Unscored));
        assert(toProvider == escrow && burned == 0 && _market.escrow == 0);
        assert(_market.compensation() == 0);
    }

    function check_aMarketThatNeverBeganCostsTheBond(uint96 bounty, uint96 bond, uint32 until, uint40 time) public {
        (_market.phase, _market.until) = (Phase.Drawn, until);
        (_market.bounty, _market.bond, _market.escrow) = (bounty, bond, uint128(bounty) + bond);
        vm.warp(time);
        (bool ok, bytes memory answer) = address(this).call(abi.encodeCall(this.end, ()));
        assert(ok == (time >= until));
        if (!ok) return;
        (Phase outcome, uint256 toProvider, uint256 burned) = abi.decode(answer, (Phase, uint256, uint256));
        assert(outcome == Phase.NotBegun && toProvider == bounty && burned == bond && _market.escrow == 0);
        assert(_market.compensation() == 0);
    }
}
