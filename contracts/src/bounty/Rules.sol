// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Terms} from "./IHyperparameterBounty.sol";
import {SpecLib} from "./SpecLib.sol";
import {TermsLib} from "./TermsLib.sol";

/// @title Rules
/// @notice What a contest may be offered on, and what a model is. It keeps nothing and holds no money: a contract of its own
/// because one contract's code has a limit (EIP-170).
contract Rules {
    /// @notice Reverts, naming what is wrong, unless a contest can be held on `terms`. `HyperparameterBounty.open` hands on its
    /// own arguments, so they are the same.
    function checkTerms(Terms calldata terms) external view {
        TermsLib.check(terms);
        SpecLib.checkLimits(terms.limits);
    }

    /// @notice Reverts with the reason unless `spec` is a model within `limits`.
    function checkSpec(bytes32 spec, bytes32 limits) external pure {
        SpecLib.check(spec, limits);
    }
}
