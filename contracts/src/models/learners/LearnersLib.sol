// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hot} from "../HotLib.sol";
import {Model} from "../ModelLib.sol";
import {Kind} from "../ModelTypes.sol";
import {CountsLib} from "./CountsLib.sol";
import {DenseCentroidLib} from "./DenseCentroidLib.sol";
import {DensePerceptronLib} from "./DensePerceptronLib.sol";
import {NaiveBayesLib} from "./NaiveBayesLib.sol";
import {SparseCentroidLib} from "./SparseCentroidLib.sol";
import {SparsePerceptronLib} from "./SparsePerceptronLib.sol";

/// @notice All kinds behind one interface: a kind is a library and a line in each of these.
library LearnersLib {
    /// @notice The class of the sample. Refuses a sample that is none of the kind.
    function predict(Hot hot, Model storage m, bytes calldata x) internal view returns (uint256) {
        Kind kind = hot.kind();
        if (kind == Kind.SparsePerceptron) return SparsePerceptronLib.predict(hot, m, x);
        if (kind == Kind.DensePerceptron) return DensePerceptronLib.predict(hot, m, x);
        if (kind == Kind.NaiveBayes) return NaiveBayesLib.predict(hot, m, x);
        if (kind == Kind.SparseCentroid) return SparseCentroidLib.predict(hot, m, x);
        return DenseCentroidLib.predict(hot, m, x);
    }

    /// @notice Learns that the sample is of class `label`; the first slot as it is then. Refuses a sample that is none.
    function learn(Hot hot, Model storage m, bytes calldata x, uint256 label) internal returns (Hot) {
        Kind kind = hot.kind();
        if (kind == Kind.SparsePerceptron) return SparsePerceptronLib.learn(hot, m, x, label);
        if (kind == Kind.DensePerceptron) return DensePerceptronLib.learn(hot, m, x, label);
        if (kind == Kind.DenseCentroid) return DenseCentroidLib.learn(hot, m, x, label);
        return CountsLib.learn(hot, m, x, label);
    }

    /// @notice How the state is packed: words of a row, bits that the last of these uses, and rows.
    function shape(Hot hot) internal pure returns (uint256 words, uint256 lastBits, uint256 rows) {
        Kind kind = hot.kind();
        uint256 bits = hot.features() << 4;
        rows = 1;
        if (kind == Kind.DenseCentroid) (bits, rows) = (bits << 1, 1 << hot.lanesLog());
        else if (kind == Kind.NaiveBayes || kind == Kind.SparseCentroid) bits <<= hot.lanesLog();
        words = (bits + 255) >> 8;
        lastBits = bits - ((words - 1) << 8);
    }

    /// @notice Adds what a word of row `row` holds of counts, 64 bits from the lowest, and of squares, above, to `sums`, by
    /// class.
    function sum(Hot hot, uint256 row, uint256 word, uint256[] memory sums) internal pure {
        Kind kind = hot.kind();
        if (kind == Kind.DenseCentroid) sums[row] += DenseCentroidLib.squaresIn(word) << 64;
        else if (kind == Kind.NaiveBayes || kind == Kind.SparseCentroid) CountsLib.sum(hot, word, sums);
    }
}
