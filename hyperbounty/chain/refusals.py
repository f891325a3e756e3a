"""The typed errors of sending, and how a node's words lead to them.

The nodes agree on little: a wrong nonce, a low fee or a missing balance is a sentence whose wording differs by client.
The sentences below are those of Geth, Anvil, Erigon, Nethermind, Besu and of this project's own development node.
"""

from __future__ import annotations

from typing import Final

from hyperbounty.chain.fee_faults import FeeFault, FeeReason, fee_fault
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.money import format_amount


class InsufficientFunds(ChainError):
    """The account holds less than the value and the highest possible fee."""

    error_code = "insufficient-funds"


class NonceConflict(ChainError):
    """Another transaction of this account took the nonce, or waits in front of it."""

    error_code = "nonce-conflict"


class NonceTooLow(NonceConflict):
    """The nonce is used already, by this very transaction or by another one."""


class TransactionReplaced(NonceConflict):
    """Another transaction with the same nonce was mined, so this one never will be.

    Attributes:
        hash: of the transaction that will not be mined.
        by: of the one that took its place.
    """

    error_code = "transaction-replaced"

    def __init__(self, what: str, next_step: str, *, transaction_hash: str, by: str) -> None:
        super().__init__(what, next_step)
        self.hash = transaction_hash
        self.by = by


class FeeTooLow(ChainError):
    """The node takes no transaction that offers so little.

    Attributes:
        fault: what it says about the fee.
    """

    def __init__(self, what: str, next_step: str, *, fault: FeeFault) -> None:
        super().__init__(what, next_step)
        self.fault = fault


class FeeRefused(ChainError):
    """The node takes no transaction with such fees, and higher ones would not help."""

    error_code = "fee-too-low"


class FeeAboveCap(ChainError):
    """The chain asks more for gas than the policy allows to pay.

    Attributes:
        price_wei: what a unit of gas costs at least now.
        cap_wei: what it may cost at most.
    """

    error_code = "fee-above-cap"

    def __init__(self, what: str, next_step: str, *, price_wei: int, cap_wei: int) -> None:
        super().__init__(what, next_step)
        self.price_wei = price_wei
        self.cap_wei = cap_wei


class PoolFull(ChainError):
    """The node has no room for a transaction at the moment."""

    error_code = "pool-full"
    is_unavailable = True


class TooMuchGas(ChainError):
    """The transaction needs more gas than a block, or a transaction, may have."""

    error_code = "too-much-gas"


class KeyConflict(ChainError):
    """An idempotency key that stands for another call already."""

    error_code = "key-conflict"


class WrongChain(ChainError):
    """The node is of another chain than the one that was expected."""

    error_code = "wrong-chain"


class NodeBehind(ChainUnavailable):
    """The node does not have all of what it, or another one behind the same address, has shown before."""


class TransactionUnconfirmed(ChainError):
    """A transaction was sent and its fate is not known.

    Attributes:
        hash: of the transaction, to look it up before anything is sent again.
    """

    error_code = "transaction-unconfirmed"
    is_unavailable = True

    def __init__(self, what: str, next_step: str, *, transaction_hash: str) -> None:
        super().__init__(what, next_step)
        self.hash = transaction_hash


class TransactionUnreachable(TransactionUnconfirmed, ChainUnavailable):
    """The node stopped answering while a transaction was on its way."""


_KNOWN: Final = ("already known", "already imported", "known transaction", "alreadyknown", "already in pool")
_NONCE_TOO_LOW: Final = ("nonce too low", "nonce is too low", "oldnonce", "nonce has already", "nonce below")
_NONCE_TAKEN: Final = (
    "nonce too high",
    "invalid nonce",
    "nonce gap",
    "replacement transaction",
    "replacement fee too low",
    "could not replace existing",
    "underpriced replacement",
)
_FUNDS: Final = (
    "insufficient funds",
    "insufficientfunds",
    "insufficient balance",
    "not enough funds",
    "doesn't have enough funds",
    "upfront cost exceeds",
)
_POOL_FULL: Final = ("txpool is full", "pool is full", "transaction pool limit", "txpool limit", "mempool is full")
_MUCH_GAS: Final = (
    "exceeds block gas limit",
    "block gas limit exceeded",
    "gas limit too high",
    "intrinsic gas too high",
    "gas limit exceeded",
    "out of gas",
    "gas required exceeds",
    "exceeds transaction gas limit",
    "transaction gas limit too high",
)


def refusal(message: str) -> ChainError | None:
    """The typed error that a node's sentence stands for, None where it is none of sending."""
    low = message.lower()
    if _says(low, _FUNDS):
        return InsufficientFunds(f"the account cannot pay: {message}", "send it coins, or use another account")
    if _says(low, (*_NONCE_TOO_LOW, *_NONCE_TAKEN)):
        kind = NonceTooLow if _says(low, _NONCE_TOO_LOW) else NonceConflict
        return kind(
            f"another transaction of this account is in the way: {message}",
            "wait for it, look at its effect, then retry",
        )
    if (fault := fee_fault(message)) is not None:
        return _fee_refusal(fault, message)
    if _says(low, _POOL_FULL):
        return PoolFull(f"the node takes no more transactions now: {message}", "try again in a minute")
    if _says(low, _MUCH_GAS):
        return TooMuchGas(f"the transaction needs more gas than a block has: {message}", "send less in one transaction")
    return None


def _fee_refusal(fault: FeeFault, message: str) -> ChainError:
    least = "" if fault.floor_wei is None else f" to at least {format_amount(fault.floor_wei)}"
    match fault.reason:
        case FeeReason.TIP_ABOVE_MOST:
            return FeeRefused(f"the tip is above the whole fee: {message}", "lower priority_fee, or raise max_fee")
        case FeeReason.TOO_MUCH:
            return FeeRefused(
                f"the node lets no transaction pass that may cost so much: {message}",
                "lower max_fee, or pass a node without that limit",
            )
        case FeeReason.BASE:
            what, step = "gas became dearer than was offered", f"give the same command again, or raise max_fee{least}"
        case FeeReason.TIP:
            what = "the tip is below what the node takes"
            step = f"raise priority_fee{least}, and max_fee where it is lower than that and the base fee together"
        case FeeReason.PRICE:
            what, step = "the price of gas is below what the node takes", f"raise max_fee{least}, or pass another node"
        case FeeReason.LOW:
            what, step = "the fee is too low for the node", f"try again later, or raise priority_fee and max_fee{least}"
    return FeeTooLow(f"{what}: {message}", step, fault=fault)


def is_known(message: str) -> bool:
    """Whether a node refuses a transaction because it has it: by its hash it is this very one."""
    return _says(message.lower(), _KNOWN)


def _says(low: str, signs: tuple[str, ...]) -> bool:
    return any(sign in low for sign in signs)
