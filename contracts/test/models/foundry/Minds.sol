// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Kind, Terms, Totals} from "../../../src/models/ModelTypes.sol";
import {ModelsBase} from "./ModelsBase.sol";
import {Mind, Oracle} from "./Oracle.sol";

/// @notice Models with numbers that the fuzzer chooses, beside the oracle's.
abstract contract Minds is ModelsBase {
    uint256 private _seed;

    function draw(uint256 below) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % below;
    }

    function seed(uint256 seed_) internal {
        _seed = seed_;
    }

    /// @dev A model of 1 to 40 features and 2 to 8 classes, with words and parameters that are drawn, live on the chain.
    function born(Kind kind) internal returns (uint256 model, Mind memory mind) {
        Terms memory t = terms(kind);
        t.features = uint32(1 + draw(40));
        bool perceptron_ = isPerceptron(kind);
        if (!perceptron_) {
            t.lanes = uint8(2 << draw(3));
            t.classes = uint8(1 + draw(t.lanes));
            t.samples = new uint32[](t.classes);
        }
        mind = Mind(
            kind,
            t.features,
            t.lanes,
            t.classes,
            0,
            0,
            0,
            new int256[](t.features * (perceptron_ ? 1 : t.lanes)),
            new uint256[](perceptron_ ? 0 : t.lanes)
        );
        if (kind == Kind.SparsePerceptron) mind.step = int256(1 + draw(255));
        if (kind == Kind.NaiveBayes) mind.smoothing = 1 + draw(40);
        if (perceptron_) mind.bias = drawBias();
        (t.step, t.smoothing, t.bias) = (uint8(uint256(mind.step)), uint16(mind.smoothing), int32(mind.bias));
        for (uint256 k; k < t.samples.length; ++k) {
            t.samples[k] = uint32(draw(4) == 0 ? 0 : 1 + draw(9));
            mind.samples[k] = t.samples[k];
        }
        bool small = draw(2) == 0; // so that ties happen
        for (uint256 i; i < mind.numbers.length; ++i) {
            if (perceptron_ || mind.samples[i / mind.features] != 0) mind.numbers[i] = drawNumber(kind, small);
        }
        model = draft(t);
        upload(model, 0, pack(mind));
        publish(model);
    }

    function drawBias() private returns (int256) {
        if (draw(8) == 0) return draw(2) == 0 ? int256(type(int32).max) - 5 : int256(type(int32).min) + 5;
        return int256(draw(2001)) - 1000;
    }

    function drawNumber(Kind kind, bool small) private returns (int256) {
        if (kind == Kind.NaiveBayes) return int256(draw(small ? 3 : 200));
        if (kind == Kind.SparseCentroid) return draw(6) == 0 ? int256(65_535) : int256(draw(small ? 3 : 65_536));
        if (kind == Kind.DenseCentroid) return small ? int256(draw(7)) - 3 : int256(draw(1 << 31)) - (1 << 30);
        return small ? int256(draw(7)) - 3 : int256(int16(uint16(draw(1 << 16))));
    }

    /// @dev Some sample: as the oracle takes it, and as the contract does.
    function drawSample(Mind memory mind) internal returns (int256[] memory x, bytes memory packed) {
        if (isSparse(mind.kind)) {
            uint256 count;
            int256[] memory some = new int256[](mind.features);
            for (uint256 i = draw(mind.features); i < mind.features && count < 4; i += 1 + draw(5)) {
                some[count++] = int256(i);
            }
            x = new int256[](count);
            for (uint256 i; i < count; ++i) {
                x[i] = some[i];
            }
        } else {
            x = new int256[](mind.features);
            bool small = draw(2) == 0;
            for (uint256 i; i < x.length; ++i) {
                x[i] = small ? int256(draw(7)) - 3 : int256(int16(uint16(draw(1 << 16))));
            }
        }
        for (uint256 i; i < x.length; ++i) {
            packed = bytes.concat(packed, bytes2(uint16(int16(x[i]))));
        }
    }

    /// @dev The words of the state.
    function pack(Mind memory mind) internal pure returns (uint256[] memory words) {
        bool wide = mind.kind == Kind.DenseCentroid;
        uint256 perWord = wide ? 8 : 16;
        uint256 rows = wide ? mind.lanes : 1;
        uint256 inRow = wide ? mind.features : mind.numbers.length;
        uint256 wordsInRow = (inRow + perWord - 1) / perWord;
        words = new uint256[](wordsInRow * rows);
        for (uint256 i; i < mind.numbers.length; ++i) {
            // Counts of a feature lie side by side, class by class.
            bool counts = mind.samples.length != 0 && !wide;
            uint256 place = counts ? (i % mind.features) * mind.lanes + i / mind.features : i;
            uint256 word = place / inRow * wordsInRow + place % inRow / perWord;
            uint256 bits = 256 / perWord;
            words[word] |= (uint256(mind.numbers[i]) & ((1 << bits) - 1)) << (place % inRow % perWord * bits);
        }
    }

    /// @dev The model on the chain has the oracle's numbers.
    function assertSame(uint256 model, Mind memory mind) internal view {
        vm.assertEq(abi.encode(models.wordsOf(model, 0, 1_000)), abi.encode(pack(mind)), "words");
        vm.assertEq(int256(models.modelOf(model).bias) == mind.bias ? 1 : 0, 1, "bias");
        Totals[] memory found = models.totalsOf(model);
        for (uint256 k; k < mind.samples.length; ++k) {
            (uint256 counts, uint256 squares) = Oracle.totals(mind, k);
            vm.assertEq(
                abi.encode(found[k]),
                abi.encode(Totals(uint64(mind.samples[k]), uint64(counts), uint128(squares))),
                "totals"
            );
        }
    }
}
