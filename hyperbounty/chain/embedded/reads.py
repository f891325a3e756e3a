"""The methods that read the development chain: blocks, transactions, logs, balances, fees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from eth_utils.address import to_checksum_address

from hyperbounty.chain.embedded.encoding import (
    data,
    encode_block,
    encode_log,
    encode_receipt,
    encode_transaction,
    quantity,
    read_address,
    read_data,
    read_quantity,
)
from hyperbounty.chain.embedded.jsonrpc import INVALID_PARAMS, SERVER_ERROR, RpcRefusal

if TYPE_CHECKING:
    from hyperbounty.chain.embedded.evm import EmbeddedEvm

TIP_WEI: Final = 10**9
_LATEST: Final = ("latest", "safe", "finalized")
_MAX_FEE_HISTORY: Final = 1024
_MAX_ADDRESSES: Final = 1000


class Reads:
    """Answers from what is mined; `pending` is the latest state under the header that the next block would get."""

    def __init__(self, evm: EmbeddedEvm) -> None:
        self._evm = evm
        self.methods: dict[str, Callable[..., Any]] = {
            "eth_accounts": lambda: [to_checksum_address(address) for address in evm.accounts],
            "eth_blockNumber": lambda: quantity(evm.head.block_number),
            "eth_getBlockByNumber": self._block_by_number,
            "eth_getBlockByHash": self._block_by_hash,
            "eth_getTransactionByHash": self._transaction,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getLogs": self._logs,
            "eth_getBalance": self._balance,
            "eth_getTransactionCount": self._transaction_count,
            "eth_getCode": self._code,
            "eth_getStorageAt": self._storage,
            "eth_gasPrice": lambda: quantity(evm.pending_header().base_fee_per_gas + TIP_WEI),
            "eth_maxPriorityFeePerGas": lambda: quantity(TIP_WEI),
            "eth_feeHistory": self._fee_history,
        }

    def header(self, block: object) -> Any:
        """The header that a block parameter names: a tag, a number, or an object with either or a hash.

        Raises:
            RpcRefusal: it names none that exists.
        """
        if isinstance(block, dict):
            if "blockHash" in block:
                header = self._evm.header_by_hash(read_data(block["blockHash"], "block hash", 32))
                if header is None:
                    raise RpcRefusal(SERVER_ERROR, "header not found")
                return header
            block = block.get("blockNumber")
        if block == "pending":
            return self._evm.pending_header()
        number = self._number(block)
        if number > self._evm.head.block_number:
            raise RpcRefusal(SERVER_ERROR, "header not found")
        return self._evm.header(number)

    def _number(self, block: object) -> int:
        if block in _LATEST or block == "pending":
            return int(self._evm.head.block_number)
        return 0 if block == "earliest" else read_quantity(block, "block")

    def _block_by_number(self, block: object, full: object = False) -> dict[str, Any] | None:
        if block != "pending" and self._number(block) > self._evm.head.block_number:
            return None
        return encode_block(self._evm.block(self.header(block)), full=bool(full))

    def _block_by_hash(self, block_hash: object, full: object = False) -> dict[str, Any] | None:
        header = self._evm.header_by_hash(read_data(block_hash, "block hash", 32))
        return None if header is None else encode_block(self._evm.block(header), full=bool(full))

    def _transaction(self, transaction_hash: object) -> dict[str, Any] | None:
        found = self._evm.transaction(read_data(transaction_hash, "transaction hash", 32))
        return None if found is None else encode_transaction(*found)

    def _receipt(self, transaction_hash: object) -> dict[str, Any] | None:
        found = self._evm.transaction(read_data(transaction_hash, "transaction hash", 32))
        if found is None:
            return None
        transaction, header = found
        number = header.block_number
        return encode_receipt(self._evm.receipt(number), self._evm.logs(number, number, None), transaction, header)

    def _logs(self, wanted: object) -> list[dict[str, Any]]:
        if not isinstance(wanted, dict):
            raise RpcRefusal(INVALID_PARAMS, "a log filter is an object")
        if "blockHash" in wanted:
            first = last = self.header({"blockHash": wanted["blockHash"]}).block_number
        else:
            first = self._number(wanted.get("fromBlock") or "latest")
            last = self._number(wanted.get("toBlock") or "latest")
        # None of them named is any of them, as with other nodes.
        addresses = {bytes(read_address(each)) for each in _listed(wanted.get("address") or [])} or None
        if addresses is not None and len(addresses) > _MAX_ADDRESSES:
            raise RpcRefusal(INVALID_PARAMS, f"a log filter holds at most {_MAX_ADDRESSES} addresses")
        matches = _topic_filter(wanted.get("topics"))
        return [encode_log(log) for log in self._evm.logs(first, last, addresses) if matches(log.topics)]

    def _balance(self, address: object, block: object = "latest") -> str:
        return quantity(self._evm.state(self.header(block)).get_balance(read_address(address)))

    def _transaction_count(self, address: object, block: object = "latest") -> str:
        return quantity(self._evm.state(self.header(block)).get_nonce(read_address(address)))

    def _code(self, address: object, block: object = "latest") -> str:
        return data(self._evm.state(self.header(block)).get_code(read_address(address)))

    def _storage(self, address: object, slot: object, block: object = "latest") -> str:
        state = self._evm.state(self.header(block))
        at = read_quantity(slot, "slot")
        return f"0x{state.get_storage(read_address(address), at):064x}"

    def _fee_history(self, count: object, newest: object, percentiles: object = None) -> dict[str, Any]:
        wanted = min(read_quantity(count, "block count"), _MAX_FEE_HISTORY)
        last = self._number(newest)
        if last > self._evm.head.block_number:
            raise RpcRefusal(SERVER_ERROR, "request beyond head block")
        numbers = range(max(0, last - wanted + 1), last + 1)
        headers = [self._evm.header(number) for number in numbers]
        following = self._evm.pending_header() if last == self._evm.head.block_number else self._evm.header(last + 1)
        history: dict[str, Any] = {
            "oldestBlock": quantity(numbers.start),
            "baseFeePerGas": [quantity(header.base_fee_per_gas) for header in (*headers, following)],
            "gasUsedRatio": [header.gas_used / header.gas_limit for header in headers],
        }
        if isinstance(percentiles, list) and percentiles:
            history["reward"] = [[quantity(TIP_WEI) for _ in percentiles] for _ in headers]
        return history


def _topic_filter(topics: object) -> Callable[[Sequence[bytes]], bool]:
    """The filter of `eth_getLogs`: at each position null, a topic, or any of a list."""
    if topics is not None and not isinstance(topics, list):
        raise RpcRefusal(INVALID_PARAMS, "topics are a list")
    positions = [
        None if each is None else {read_data(one, "topic", 32) for one in _listed(each)} for each in topics or []
    ]

    def matches(found: Sequence[bytes]) -> bool:
        if len(positions) > len(found):
            return False
        return all(wanted is None or topic in wanted for wanted, topic in zip(positions, found, strict=False))

    return matches


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
