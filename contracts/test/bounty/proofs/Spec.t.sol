// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IHyperparameterBounty} from "../../../src/bounty/IHyperparameterBounty.sol";
import {SpecLib} from "../../../src/bounty/SpecLib.sol";
import {Branchless} from "../../shared/proofs/Branchless.sol";

/// @notice `SpecLib` answers as the table of docs/spec.md reads, field by field, for every word and all limits: it
/// accepts the same, and refuses for the first offence, with its numbers.
contract SpecProof {
    using Branchless for uint256;

    uint256 private constant UNUSED_MASK = 0xffffff;
    uint256 private constant FIELDS = 24;
    uint256 private constant RECURRENT_LAYERS = 2;
    uint256 private constant DENSE_LAYERS = 7;
    uint256 private constant DENSE_ACTIVATION = 13;
    uint256 private constant MAX_LAYERS = 4;

    // Where an offence stands in the order in which they are looked for: unused bits, ranges, layers, the activation.
    uint256 private constant RANGES = 1;
    uint256 private constant LAYERS = RANGES + FIELDS;
    uint256 private constant ACTIVATION = LAYERS + 2 * MAX_LAYERS;
    uint256 private constant OFFENCES = ACTIVATION + 1;

    /// @dev Hexadecimal digits of each field, from the left.
    bytes private constant DIGITS = hex"020101030303030103030303010101010604030201010305";

    function check(bytes32 spec, bytes32 limits) external pure {
        SpecLib.check(spec, limits);
    }

    function checkLimits(bytes32 limits) external pure {
        SpecLib.checkLimits(limits);
    }

    function check_aSpecIsAcceptedWhereNothingOffends(bytes32 spec, bytes32 limits) public view {
        uint256[OFFENCES] memory offends = offences(uint256(spec), uint256(limits)); // before the paths part
        (bool accepted,) = address(this).staticcall(abi.encodeCall(this.check, (spec, limits)));
        assert(accepted == (earlier(offends, OFFENCES) == 0));
    }

    function check_aRefusalNamesTheFirstOffence(bytes32 spec, bytes32 limits) public view {
        uint256[OFFENCES] memory offends = offences(uint256(spec), uint256(limits));
        (bool accepted, bytes memory reason) = address(this).staticcall(abi.encodeCall(this.check, (spec, limits)));
        if (accepted) return;
        uint256 place = placeOf(selectorOf(reason), argument(reason, 0));
        // One assertion, because each costs two paths.
        assert(earlier(offends, place).is0() & offends[place] & sameNumbers(reason, spec, limits, place) == 1);
    }

    function check_limitsAreAcceptedWhereTheyAllowAModel(bytes32 limits) public view {
        uint256[OFFENCES] memory offends = offences(uint256(limits), uint256(SpecLib.SPEC_MAXIMA));
        uint256 good = earlier(offends, LAYERS).is0() & (1 ^ fieldOf(uint256(limits), RECURRENT_LAYERS + 1).is0());
        (bool accepted,) = address(this).staticcall(abi.encodeCall(this.checkLimits, (limits)));
        assert(accepted == (good == 1));
    }

    function offences(uint256 word, uint256 limits) private pure returns (uint256[OFFENCES] memory offends) {
        offends[0] = 1 ^ (word & UNUSED_MASK).is0();
        for (uint256 i; i < FIELDS; ++i) {
            uint256 value = fieldOf(word, i);
            offends[RANGES + i] = value.lt(fieldOf(uint256(SpecLib.SPEC_MINIMA), i)) | highestOf(limits, i).lt(value);
        }
        for (uint256 i; i < 2 * MAX_LAYERS; ++i) {
            uint256 field = i < MAX_LAYERS ? RECURRENT_LAYERS : DENSE_LAYERS;
            uint256 layer = i % MAX_LAYERS + 1;
            // Units exactly where a layer is.
            offends[LAYERS + i] = fieldOf(word, field + layer).is0() ^ fieldOf(word, field).lt(layer);
        }
        offends[ACTIVATION] = fieldOf(word, DENSE_LAYERS).is0() & (1 ^ fieldOf(word, DENSE_ACTIVATION).is0());
    }

    /// @dev Whether anything offends before `place`.
    function earlier(uint256[OFFENCES] memory offends, uint256 place) private pure returns (uint256 any) {
        for (uint256 i; i < place; ++i) {
            any |= offends[i];
        }
    }

    function placeOf(bytes4 selector, uint256 field) private pure returns (uint256) {
        if (selector == IHyperparameterBounty.SpecUnusedBits.selector) return 0;
        if (selector == IHyperparameterBounty.SpecFieldOutOfRange.selector) return RANGES + field;
        if (selector == IHyperparameterBounty.SpecFieldIneffective.selector) {
            assert(field == DENSE_ACTIVATION);
            return ACTIVATION;
        }
        assert(selector == IHyperparameterBounty.SpecLayerMismatch.selector);
        return LAYERS + (field > DENSE_LAYERS ? MAX_LAYERS + field - DENSE_LAYERS : field - RECURRENT_LAYERS) - 1;
    }

    function sameNumbers(bytes memory reason, bytes32 spec, bytes32 limits, uint256 place)
        private
        pure
        returns (uint256)
    {
        uint256 first = argument(reason, 0);
        if (place == 0) return (reason.length).eq(4 + 32) & first.eq(uint256(spec));
        uint256 same = argument(reason, 1).eq(fieldOf(uint256(spec), first));
        if (place == ACTIVATION) return same & (reason.length).eq(4 + 2 * 32);
        if (place >= LAYERS) {
            uint256 field = first > DENSE_LAYERS ? DENSE_LAYERS : RECURRENT_LAYERS;
            return same & argument(reason, 2).eq(fieldOf(uint256(spec), field)) & (reason.length).eq(4 + 3 * 32);
        }
        same &= argument(reason, 2).eq(fieldOf(uint256(SpecLib.SPEC_MINIMA), first));
        return same & argument(reason, 3).eq(highestOf(uint256(limits), first)) & (reason.length).eq(4 + 4 * 32);
    }

    /// @dev The most that table and limits allow.
    function highestOf(uint256 limits, uint256 i) private pure returns (uint256) {
        uint256 limit = fieldOf(limits, i);
        uint256 highest = fieldOf(uint256(SpecLib.SPEC_MAXIMA), i);
        return limit.lt(highest).pick(limit, highest);
    }

    /// @dev Field `i` of a word.
    function fieldOf(uint256 word, uint256 i) private pure returns (uint256) {
        uint256 shift = 256;
        for (uint256 j; j <= i; ++j) {
            shift -= 4 * uint256(uint8(DIGITS[j]));
        }
        return (word >> shift) & ((1 << (4 * uint256(uint8(DIGITS[i])))) - 1);
    }

    function selectorOf(bytes memory reason) private pure returns (bytes4 selector) {
        assembly ("memory-safe") {
            selector := and(mload(add(reason, 0x20)), shl(224, 0xffffffff))
        }
    }

    function argument(bytes memory reason, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(reason, 0x24), mul(32, i)))
        }
    }
}
