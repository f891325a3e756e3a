"""What became of transactions, as far as the chain can prove it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from web3.exceptions import Web3RPCError

from hyperbounty.chain.answers import error_of
from hyperbounty.chain.asking import ask, octets, quantity
from hyperbounty.chain.headers import read_header
from hyperbounty.chain.logs import Log, raw_log
from hyperbounty.chain.values import checksummed

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress
    from web3 import Web3

# The block that was the head when a transaction was signed may have been reorganized since; further back is not looked.
_REORGANIZED_BLOCKS: Final = 128


@dataclass(frozen=True)
class NonceUser:
    """The mined transaction that used a nonce: its hash, 0x-hex, and the number of its block."""

    hash: str
    block: int


@dataclass(frozen=True)
class Mined:
    """A receipt; None where the node leaves something out.

    Attributes:
        hash: of the transaction, 0x-hex.
        block: number of the block that holds it.
        block_hash: of that block.
        succeeded: whether it did.
        gas_used: units of gas.
        price_wei: what each of them cost.
        logs: what it emitted.
        contract_address: of the contract that it made.
        sender: who paid for it.
    """

    hash: str
    block: int
    block_hash: bytes | None
    succeeded: bool | None
    gas_used: int | None
    price_wei: int | None
    logs: tuple[Log, ...] | None
    contract_address: str | None
    sender: str | None = None


def chain_identity(w3: Web3) -> str:
    """What distinguishes this chain from every other: its id and its first block.

    The id alone would not do: a development chain begins anew under the same one.
    """
    first = read_header(w3, 0)
    # Some gateways do not show the first block.
    return f"{w3.eth.chain_id}-{'' if first is None or first.hash is None else first.hash.hex()[:16]}"


def find_receipt(w3: Web3, hashes: Sequence[str], *, canonical: bool = False) -> Mined | None:
    """The receipt of whichever of `hashes` is mined; None where none is.

    Args:
        w3, hashes: what to look for.
        canonical: ask the chain too, and take only a receipt of the block that it has at that height. Behind some
            addresses are several nodes, of which one may not have heard of a reorganization yet.
    """
    for each in reversed(hashes):
        try:
            receipt = ask(w3, "eth_getTransactionReceipt", each)
        except Web3RPCError as error:
            # A node that just started, or words for nothing.
            if any(sign in error_of(error).message.lower() for sign in ("indexing", "not found")):
                continue
            raise
        mined = _mined(receipt, each) if isinstance(receipt, dict) else None
        # Some nodes give one for a transaction that only waits.
        if mined is not None and (not canonical or _is_canonical(w3, mined)):
            return mined
    return None


def is_known(w3: Web3, hashes: Sequence[str]) -> bool:
    """Whether the node has one of the transactions, mined or waiting."""
    for each in reversed(hashes):
        try:
            if ask(w3, "eth_getTransactionByHash", each) is not None:
                return True
        except Web3RPCError as error:
            if "not found" not in error_of(error).message.lower():
                raise
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
        block = ask(w3, "eth_getBlockByNumber", hex(high), True)
    except Web3RPCError:
        return None
    transactions: Sequence[Any] = (block or {}).get("transactions") or []
    for each in transactions:
        is_by = isinstance(each, dict) and str(each.get("from")).lower() == account.lower()
        if is_by and quantity(each.get("nonce")) == nonce and isinstance(each.get("hash"), str):
            return NonceUser(each["hash"].lower(), high)
    return None


def logs_of(w3: Web3, mined: Mined) -> tuple[Log, ...]:
    """What a transaction emitted; where its receipt does not say, what the logs of its block say."""
    if mined.logs is not None:
        return mined.logs
    try:
        answer = ask(w3, "eth_getLogs", {"fromBlock": hex(mined.block), "toBlock": hex(mined.block)})
    except Web3RPCError:
        return ()
    return tuple(raw_log(log) for log in answer or [] if str(log.get("transactionHash")).lower() == mined.hash.lower())


def _mined(receipt: Mapping[str, Any], transaction: str) -> Mined | None:
    """What a receipt says, whatever it leaves out; None where it names no block."""
    block = quantity(receipt.get("blockNumber"))
    if block is None:
        return None
    shown = receipt.get("logs")
    logs = tuple(map(raw_log, shown)) if isinstance(shown, list) else None
    status = quantity(receipt.get("status"))
    address = receipt.get("contractAddress")
    sender = receipt.get("from")
    return Mined(
        transaction,
        block,
        octets(receipt.get("blockHash")),
        # What failed has emitted nothing.
        (True if logs else None) if status is None else status == 1,
        quantity(receipt.get("gasUsed")),
        quantity(receipt.get("effectiveGasPrice")),
        logs,
        checksummed(address) if isinstance(address, str) and address else None,
        checksummed(sender) if isinstance(sender, str) and sender else None,
    )


def _is_canonical(w3: Web3, mined: Mined) -> bool:
    header = read_header(w3, mined.block)
    return header is not None and (mined.block_hash is None or header.hash == mined.block_hash)


def _count(w3: Web3, account: ChecksumAddress, block: int) -> int:
    return int(w3.eth.get_transaction_count(account, block))
