// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IPayments} from "./IPayments.sol";

/// @notice Moves the native coin (asset zero) or an ERC-20, in and out.
library PaymentLib {
    using SafeERC20 for IERC20;

    address internal constant NATIVE = address(0);
    /// Nobody's: the usual place to burn coins and tokens at, many of which refuse address zero.
    address internal constant BURN = 0x000000000000000000000000000000000000dEaD;

    /// What a payee that is a contract may spend: ample for a wallet's receive, too little to be a nuisance.
    uint256 internal constant NATIVE_GAS = 50_000;
    /// What a token may spend on a transfer: ample for a proxy with hooks.
    uint256 internal constant TOKEN_GAS = 300_000;
    /// What the call itself costs before the bound is measured: cold account, value, new account, and some to spare.
    uint256 private constant CALL_OVERHEAD = 50_000;

    /// @notice Takes `amount` from `from`: the coin from what was sent along, a token by its allowance.
    function pull(address asset, address from, uint256 amount) internal {
        bool native = asset == NATIVE;
        uint256 coins = native ? amount : 0;
        require(msg.value == coins, IPayments.WrongAmount(coins, msg.value));
        if (native || amount == 0) return;

        IERC20 token = IERC20(asset);
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        // Wraps, to a number that is surely wrong, for a token that takes instead.
        uint256 received;
        unchecked {
            received = token.balanceOf(address(this)) - before;
        }
        require(received == amount, IPayments.UnsupportedToken(amount, received));
    }

    /// @notice As `pull`, but more coins than `amount` may be sent along.
    /// @return change what was sent too much, for the caller to pay back.
    function pullUpTo(address asset, address from, uint256 amount) internal returns (uint256 change) {
        if (asset != NATIVE) {
            pull(asset, from, amount);
            return 0;
        }
        require(msg.value >= amount, IPayments.WrongAmount(amount, msg.value));
        return msg.value - amount;
    }

    /// @notice Pays `amount` to `to` with bounded gas, and says whether it worked; nothing `to` or the token does can
    /// make this revert.
    /// @dev Reverts with `InsufficientGas` when the caller left too little for the bound: otherwise it could make a good
    /// payment fail on purpose.
    function tryPush(address asset, address to, uint256 amount) internal returns (bool paid) {
        if (asset == NATIVE) {
            _requireGas(NATIVE_GAS);
            return _callNative(NATIVE_GAS, to, amount);
        }
        _requireGas(TOKEN_GAS);
        return _callToken(asset, TOKEN_GAS, to, amount);
    }

    /// @notice Pays `amount` to `to` with all gas, and says whether it worked.
    function tryPushUnbounded(address asset, address to, uint256 amount) internal returns (bool paid) {
        return asset == NATIVE ? _callNative(gasleft(), to, amount) : _callToken(asset, gasleft(), to, amount);
    }

    function _callNative(uint256 gasBound, address to, uint256 amount) private returns (bool succeeded) {
        // No return data is copied, so a payee cannot make us pay for memory. Saves 19 gas a payment, against `to.call`.
        assembly ("memory-safe") {
            succeeded := call(gasBound, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev A token succeeds by returning true, or nothing at all where there is code.
    function _callToken(address token, uint256 gasBound, address to, uint256 amount) private returns (bool) {
        bytes memory data = abi.encodeCall(IERC20.transfer, (to, amount));
        bool succeeded;
        uint256 size;
        uint256 answer;
        // At most one word is copied, to scratch space, for the same reason. Saves 227 gas a payment.
        assembly ("memory-safe") {
            succeeded := call(gasBound, token, 0, add(data, 0x20), mload(data), 0, 0x20)
            size := returndatasize()
            answer := mload(0)
        }
        return succeeded && (size == 0 ? token.code.length != 0 : size >= 32 && answer == 1);
    }

    /// @dev A call gets at most 63/64 of what is left (EIP-150).
    function _requireGas(uint256 gasBound) private view {
        uint256 required = gasBound * 64 / 63 + CALL_OVERHEAD;
        uint256 available = gasleft();
        require(available >= required, IPayments.InsufficientGas(required, available));
    }
}
