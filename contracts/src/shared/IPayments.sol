// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Payments
/// @notice Money in and out of a contract, in the native coin or in an ERC-20. A payment that fails becomes a credit of its
/// payee, who withdraws it.
/// @dev The asset zero is the native coin. A payment forwards bounded gas: 50,000 for the coin, 300,000 for a token.
interface IPayments {
    // ------------------------------------------------------------------------------------------------------- events

    /// @notice An amount was paid out.
    /// @param id what it was paid for: the number that the contract knows it by.
    event Paid(uint256 indexed id, address indexed to, uint256 amount);

    /// @notice A payment failed; the amount waits for `withdraw`.
    /// @param id what it was to be paid for: the number that the contract knows it by.
    event Credited(uint256 indexed id, address indexed owner, address indexed asset, uint256 amount);

    /// @notice A credit was withdrawn.
    event CreditWithdrawn(address indexed asset, address indexed owner, address indexed to, uint256 amount);

    // -------------------------------------------------------------------------------------------------------- errors: money

    /// @notice The native coin sent along is not what is due; where a token is due, none is.
    error WrongAmount(uint256 expected, uint256 actual);
    /// @notice The asset has no code.
    error NotAToken(address asset);
    /// @notice A transfer of the token brought another amount than it should: a fee, or no real transfer.
    error UnsupportedToken(uint256 expected, uint256 received);
    /// @notice Too little gas to give the payee its bound, which could make a good payment fail. Raise the gas limit.
    error InsufficientGas(uint256 required, uint256 available);
    error NothingToWithdraw(address asset, address owner);
    /// @notice Zero, or this contract, cannot receive a credit.
    error InvalidRecipient(address to);
    error TransferFailed(address asset, address to, uint256 amount);

    // ------------------------------------------------------------------------------------------------------------- payments

    /// @notice Pays the sender's whole credit in `asset` (zero is the native coin) to `to`, with all gas.
    /// @return amount what was paid.
    function withdraw(address asset, address to) external returns (uint256 amount);

    /// @notice What `owner` can withdraw of `asset` (zero is the native coin).
    function credits(address asset, address owner) external view returns (uint256);
}
