// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IPayments} from "./IPayments.sol";
import {PaymentLib} from "./PaymentLib.sol";

/// @title Payments
/// @notice Money that leaves the contract: at once, or kept as a credit of the payee who could not take it.
abstract contract Payments is IPayments, ReentrancyGuardTransient {
    /// @inheritdoc IPayments
    mapping(address asset => mapping(address owner => uint256)) public credits;

    /// @inheritdoc IPayments
    function withdraw(address asset, address to) external nonReentrant returns (uint256 amount) {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
        amount = credits[asset][msg.sender];
        require(amount != 0, NothingToWithdraw(asset, msg.sender));

        credits[asset][msg.sender] = 0;

        emit CreditWithdrawn(asset, msg.sender, to, amount);

        require(PaymentLib.tryPushUnbounded(asset, to, amount), TransferFailed(asset, to, amount));
    }

    /// @dev Pays with bounded gas; a payment that fails becomes a credit, so no payee can block anyone else.
    function _pay(uint256 id, address asset, address to, uint256 amount) internal {
        if (amount == 0) return;
        if (PaymentLib.tryPush(asset, to, amount)) {
            emit Paid(id, to, amount);
        } else {
            credits[asset][to] += amount;
            emit Credited(id, to, asset, amount);
        }
    }
}
