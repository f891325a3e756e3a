// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISharedModels} from "./ISharedModels.sol";
import {Markets} from "./Markets.sol";
import {Models} from "./Models.sol";
import {BatchLib} from "./mechanisms/BatchLib.sol";
import {IMarketCalls, IMarkets} from "./mechanisms/IMarkets.sol";
import {MarketLib} from "./mechanisms/MarketLib.sol";
import {Batch, BatchKey, Market, MarketTerms, MarketView} from "./mechanisms/MarketTypes.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";

/// @title MarketCalls
/// @notice Hands calls on markets to the code of `Markets`, which works on what this contract keeps; and what can be read.
abstract contract MarketCalls is ISharedModels, Models {
    using MarketLib for Market;

    /// Keccak-256 of the creation code of `Markets`; `contracts/build.py` compares it.
    bytes32 private constant MARKETS_CODE = 0x0ec291b182fbd105191c120b94d4f7d4b7c82c2a14a22dc77bc3aec9806efddd;

    /// @dev Creates the contract whose code this one has no room for. Its address follows from this one's and from its code, and
    /// nothing can change the code: so this one's code says what runs here, and is the same wherever it is deployed.
    constructor() {
        assert(address(new Markets{salt: 0}()) == _marketsCode());
    }

    /// @inheritdoc IMarketCalls
    function openMarket(uint256, MarketTerms calldata) external payable returns (uint256) {
        _handOn();
    }

    /// @inheritdoc IMarketCalls
    function draw(uint256, uint256) external {
        _handOn();
    }

    /// @inheritdoc IMarketCalls
    function reveal(uint256, uint256, uint256, bytes calldata) external {
        _handOn();
    }

    /// @inheritdoc IMarketCalls
    function contribute(uint256, uint256, bytes calldata) external payable {
        _handOn();
    }

    /// @inheritdoc IMarketCalls
    function score(uint256, uint256, uint256, bytes[] calldata, Batch[] calldata) external {
        _handOn();
    }

    /// @inheritdoc IMarketCalls
    function endMarket(uint256, uint256) external {
        _handOn();
    }

    /// @inheritdoc IMarketCalls
    function repay(uint256, uint256, BatchKey[] calldata) external {
        _handOn();
    }

    /// @inheritdoc IMarkets
    function marketOf(uint256 model, uint256 market) external view returns (MarketView memory v) {
        Market storage k = _markets[model][market];
        (v.phase, v.ended, v.provider) = (k.phaseNow(), k.ended, k.provider);
        (v.bounty, v.bond, v.stake, v.batchSize) = (k.bounty, k.bond, k.stake, k.batchSize);
        v.asset = k.token ? _models[model].asset : PaymentLib.NATIVE;
        v.pieces = new bytes32[](k.pieces);
        for (uint256 i; i < v.pieces.length; ++i) {
            v.pieces[i] = k.hashes[i];
        }
        (v.revealed, v.drawn, v.openedBlock) = (k.revealed, k.drawn, k.openedBlock);
        (v.startWait, v.contributeWait, v.revealWait, v.scoreWait) =
        (k.startWait, k.contributeWait, k.revealWait, k.scoreWait);
        v.until = k.until;
        (v.batches, v.scored, v.record, v.escrow) = (k.batches, k.scored, k.record, k.escrow);
    }

    /// @inheritdoc IMarkets
    function isUnpaid(uint256 model, uint256 market, BatchKey calldata batch) external view returns (bool) {
        return _markets[model][market].batchIds[batch.index] == BatchLib.id(batch.author, batch.digest);
    }

    /// @dev Runs the whole call by the code of `Markets`, and ends it with what that answers.
    function _handOn() private {
        address markets = _marketsCode();
        uint256 start;
        bool done;
        assembly ("memory-safe") {
            start := mload(0x40)
            calldatacopy(start, 0, calldatasize())
            done := delegatecall(gas(), markets, start, calldatasize(), 0, 0)
            returndatacopy(start, 0, returndatasize())
        }
        if (!done) {
            assembly ("memory-safe") {
                revert(start, returndatasize())
            }
        }
        assembly ("memory-safe") {
            return(start, returndatasize())
        }
    }

    /// @dev The contract that this one created with that code (CREATE2, EIP-1014).
    function _marketsCode() private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), bytes32(0), MARKETS_CODE)))));
    }
}
