"""Quantities, data, blocks and logs as they travel (https://ethereum.github.io/execution-apis/)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import rlp  # type: ignore[import-untyped]
from eth_typing import Address
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID
from hyperbounty.chain.embedded.jsonrpc import INVALID_PARAMS, RpcRefusal

if TYPE_CHECKING:
    from eth.abc import BlockAPI, BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI

    from hyperbounty.chain.embedded.database import KeptLog

_QUANTITY: Final = re.compile(r"0x[0-9a-fA-F]{1,64}")
_DATA: Final = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def quantity(number: int) -> str:
    """An integer: 0x-hex without leading zeros."""
    return hex(number)


def data(value: bytes) -> str:
    """Bytes: 0x-hex, two digits each."""
    return f"0x{value.hex()}"


def read_quantity(value: object, name: str) -> int:
    """An integer from the wire; plain JSON integers are taken too, as Anvil does for times.

    Raises:
        RpcRefusal: it is neither.
    """
    if isinstance(value, str) and _QUANTITY.fullmatch(value):
        return int(value, 16)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**256:
        return value
    raise RpcRefusal(INVALID_PARAMS, f"{name} is {value!r}, not a quantity")


def read_data(value: object, name: str, length: int | None = None) -> bytes:
    """Bytes from the wire.

    Raises:
        RpcRefusal: it is not 0x-hex, or not of `length` bytes.
    """
    if not isinstance(value, str) or not _DATA.fullmatch(value):
        raise RpcRefusal(INVALID_PARAMS, f"{name} is {str(value)[:80]!r}, not 0x-hex")
    raw = bytes.fromhex(value[2:])
    if length is not None and len(raw) != length:
        raise RpcRefusal(INVALID_PARAMS, f"{name} has {len(raw)} bytes, not {length}")
    return raw


def read_address(value: object) -> Address:
    """An address from the wire, in any case.

    Raises:
        RpcRefusal: it is not 20 bytes of 0x-hex.
    """
    return Address(read_data(value, "address", 20))


def encode_block(block: BlockAPI, *, full: bool) -> dict[str, Any]:
    """A block; `full` gives its transactions as objects instead of hashes."""
    header: Any = block.header
    transactions: list[Any] = [
        encode_transaction(transaction, header) if full else data(transaction.hash)
        for transaction in block.transactions
    ]
    return {
        "number": quantity(header.block_number),
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "nonce": data(header.nonce),
        "sha3Uncles": data(header.uncles_hash),
        "logsBloom": _bloom(header.bloom),
        "transactionsRoot": data(header.transaction_root),
        "stateRoot": data(header.state_root),
        "receiptsRoot": data(header.receipt_root),
        "miner": to_checksum_address(header.coinbase),
        "difficulty": quantity(header.difficulty),
        "extraData": data(header.extra_data),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "mixHash": data(header.mix_hash),
        "baseFeePerGas": quantity(header.base_fee_per_gas),
        "withdrawalsRoot": data(header.withdrawals_root),
        "blobGasUsed": quantity(header.blob_gas_used),
        "excessBlobGas": quantity(header.excess_blob_gas),
        "parentBeaconBlockRoot": data(header.parent_beacon_block_root),
        "withdrawals": [],
        "uncles": [],
        "transactions": transactions,
    }


def encode_transaction(transaction: SignedTransactionAPI, header: BlockHeaderAPI) -> dict[str, Any]:
    """The only transaction of a block."""
    kind = transaction.type_id or 0
    encoded = {
        "hash": data(transaction.hash),
        "blockHash": data(header.hash),
        "blockNumber": quantity(header.block_number),
        "transactionIndex": "0x0",
        "type": quantity(kind),
        "chainId": quantity(DEVELOPMENT_CHAIN_ID),
        "from": to_checksum_address(transaction.sender),
        "to": to_checksum_address(transaction.to) if transaction.to else None,
        "nonce": quantity(transaction.nonce),
        "value": quantity(transaction.value),
        "gas": quantity(transaction.gas),
        "gasPrice": quantity(_price(transaction, header)),
        "input": data(transaction.data),
        "v": quantity(transaction.y_parity),
        "r": quantity(transaction.r),
        "s": quantity(transaction.s),
    }
    if kind > 1:
        encoded["maxFeePerGas"] = quantity(transaction.max_fee_per_gas)
        encoded["maxPriorityFeePerGas"] = quantity(transaction.max_priority_fee_per_gas)
    return encoded


def encode_receipt(
    receipt: ReceiptAPI, logs: Iterable[KeptLog], transaction: SignedTransactionAPI, header: BlockHeaderAPI
) -> dict[str, Any]:
    """The receipt of the only transaction of a block, with the logs of that block."""
    created = None if transaction.to else keccak(rlp.encode([transaction.sender, transaction.nonce]))[12:]
    return {
        "transactionHash": data(transaction.hash),
        "transactionIndex": "0x0",
        "blockHash": data(header.hash),
        "blockNumber": quantity(header.block_number),
        "from": to_checksum_address(transaction.sender),
        "to": to_checksum_address(transaction.to) if transaction.to else None,
        "contractAddress": to_checksum_address(created) if created else None,
        "cumulativeGasUsed": quantity(receipt.gas_used),
        "gasUsed": quantity(receipt.gas_used),
        "effectiveGasPrice": quantity(_price(transaction, header)),
        "status": "0x1" if receipt.state_root == b"\x01" else "0x0",
        "type": quantity(transaction.type_id or 0),
        "logsBloom": _bloom(receipt.bloom),
        "logs": [encode_log(log) for log in logs],
    }


def encode_log(log: KeptLog) -> dict[str, Any]:
    """One log of the only transaction of a block."""
    return {
        "address": to_checksum_address(log.address),
        "topics": [data(topic) for topic in log.topics],
        "data": data(log.data),
        "logIndex": quantity(log.position),
        "transactionHash": data(log.transaction),
        "transactionIndex": "0x0",
        "blockHash": data(log.block_hash),
        "blockNumber": quantity(log.block),
        "removed": False,
    }


def _price(transaction: SignedTransactionAPI, header: BlockHeaderAPI) -> int:
    base_fee = header.base_fee_per_gas or 0
    return base_fee + min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee)


def _bloom(value: int) -> str:
    return f"0x{value:0512x}"
