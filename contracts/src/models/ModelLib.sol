// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "./HotLib.sol";
import {PaymentLib} from "../shared/PaymentLib.sol";

/// @notice A model in storage. Adding a sample reads and writes the first slot and what the sample touches of the state.
struct Model {
    Hot hot;
    // ---
    address creator;
    uint32 refundWait;
    uint32 ownerWait;
    uint32 anyWait;
    // ---
    bytes32 manifest; // in a draft: the hash of the words uploaded so far
    // ---
    address asset;
    uint32 minInterval;
    uint32 openedAt;
    uint32 markets; // how many there were
    // ---
    mapping(address account => uint256) members; // `MemberLib`
    // --- by class: samples 64 bits, sum of the counts 64, sum of squares 128; of a perceptron, nothing
    uint256[8] totals;
    // --- the state, as its learner packs it
    uint256[65_536] words;
}

/// @notice A model's slots, without the compiler's checks of bounds, which are the learners' to keep: saves 25 gas a word.
library ModelLib {
    uint256 private constant TOTALS = 5;
    uint256 private constant WORDS = 13;

    function wordAt(Model storage m, uint256 i) internal view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(add(m.slot, WORDS), i))
        }
    }

    function setWord(Model storage m, uint256 i, uint256 word) internal {
        assembly ("memory-safe") {
            sstore(add(add(m.slot, WORDS), i), word)
        }
    }

    function totalsAt(Model storage m, uint256 class) internal view returns (uint256 totals) {
        assembly ("memory-safe") {
            totals := sload(add(add(m.slot, TOTALS), class))
        }
    }

    function setTotals(Model storage m, uint256 class, uint256 totals) internal {
        assembly ("memory-safe") {
            sstore(add(add(m.slot, TOTALS), class), totals)
        }
    }

    function samplesOf(uint256 totals) internal pure returns (uint256) {
        return uint64(totals);
    }

    function countsOf(uint256 totals) internal pure returns (uint256) {
        return uint64(totals >> 64);
    }

    function squaresOf(uint256 totals) internal pure returns (uint256) {
        return totals >> 128;
    }

    /// @notice `totals` grown by that much; none of its parts can overflow.
    function grow(uint256 totals, uint256 samples, uint256 counts, uint256 squares) internal pure returns (uint256) {
        unchecked {
            return totals + samples + (counts << 64) + (squares << 128);
        }
    }

    /// @notice The asset of all stakes; spares models in the native coin the slot that holds it.
    function assetOf(Model storage m, Hot hot) internal view returns (address) {
        return hot.token() ? m.asset : PaymentLib.NATIVE;
    }
}
