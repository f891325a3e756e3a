"""What became of transactions, as far as the chain can prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hexbytes import HexBytes
from web3.exceptions import BlockNotFound, TransactionIndexingInProgress, TransactionNotFound, Web3RPCError

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress
    from web3 import Web3
    from web3.types import TxReceipt

# The block that was the head when a transaction was signed may have been reorganized since; further back is not looked.
_REORGANIZED_BLOCKS: Final = 128


@dataclass(frozen=True)
class NonceUser:
    """The mined transaction that used a nonce: its hash, 0x-hex, and the number of its block."""

    hash: str
    block: int


def chain_identity(w3: Web3) -> str:
    """What distinguishes this chain from every other: its id and its first block.

    The id alone would not do: a development chain begins anew under the same one.
    """
    first = w3.eth.get_block(0)
    return f"{w3.eth.chain_id}-{first['hash'].hex()[:16]}"


def find_receipt(w3: Web3, hashes: Sequence[str], *, canonical: bool = False) -> TxReceipt | None:
    """The receipt of whichever of `hashes` is mined; None where none is.

    Args:
        w3, hashes: what to look for.
        canonical: ask the chain too, and take only a receipt of the block that it has at that height. Behind some
            addresses are several nodes, of which one may not have heard of a reorganization yet.
    """
    for each in reversed(hashes):
        try:
            receipt = w3.eth.get_transaction_receipt(HexBytes(each))
        except (TransactionNotFound, TransactionIndexingInProgress):
            continue
        # Some nodes give one for a transaction that only waits.
        if receipt.get("blockNumber") is not None and (not canonical or _is_canonical(w3, receipt)):
            return receipt
    return None


def is_known(w3: Web3, hashes: Sequence[str]) -> bool:
    """Whether the node has one of the transactions, mined or waiting."""
    for each in reversed(hashes):
        try:
            w3.eth.get_transaction(HexBytes(each))
        except TransactionNotFound:
            continue
        return True
    return False


def find_nonce_user(w3: Web3, account: ChecksumAddress, nonce: int, since_block: int) -> NonceUser | None:
    """The mined transaction of `account` with `nonce`: the proof that no other with this nonce can be mined.

    The block is found by halving the range in which the account's count of transactions passed `nonce`.

    Args:
        w3, account, nonce: what to look for.
        since_block: the head of the chain when the nonce was still free.

    Returns None where there is no proof: the nonce is free, or the node no longer knows the states of that time.
    """
    try:
        low = max(-1, since_block - _REORGANIZED_BLOCKS)
        high = int(w3.eth.block_number)
        if low >= high or _count(w3, account, high) <= nonce or (low >= 0 and _count(w3, account, low) > nonce):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if _count(w3, account, middle) > nonce:
                high = middle
            else:
                low = middle
        transactions: Sequence[Any] = w3.eth.get_block(high, full_transactions=True)["transactions"]
    except (Web3RPCError, BlockNotFound):
        return None
    for each in transactions:
        if each["from"] == account and each["nonce"] == nonce:
            return NonceUser(f"0x{each['hash'].hex()}", high)
    return None


def _is_canonical(w3: Web3, receipt: TxReceipt) -> bool:
    try:
        return bool(w3.eth.get_block(receipt["blockNumber"])["hash"] == receipt["blockHash"])
    except BlockNotFound:
        return False


def _count(w3: Web3, account: ChecksumAddress, block: int) -> int:
    return int(w3.eth.get_transaction_count(account, block))
