// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SpecLib} from "../../../src/bounty/SpecLib.sol";

/// @notice The spec library, many words a call.
contract SpecHarness {
    function table() external pure returns (bytes32 minima, bytes32 maxima) {
        return (SpecLib.SPEC_MINIMA, SpecLib.SPEC_MAXIMA);
    }

    function check(bytes32 spec, bytes32 limits) external pure {
        SpecLib.check(spec, limits);
    }

    function checkLimits(bytes32 limits) external pure {
        SpecLib.checkLimits(limits);
    }

    /// @notice What `check` reverts with for each pair; empty where it doesn't.
    function checkAll(bytes32[] calldata specs, bytes32[] calldata limits)
        external
        view
        returns (bytes[] memory reasons)
    {
        reasons = new bytes[](specs.length);
        for (uint256 i; i < specs.length; ++i) {
            try this.check(specs[i], limits[i]) {}
            catch (bytes memory reason) {
                reasons[i] = reason;
            }
        }
    }
}
