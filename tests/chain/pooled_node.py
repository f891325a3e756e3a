"""A development node with a pool: transactions wait until somebody mines, as on a chain with many users."""

from __future__ import annotations

from typing import Any

from eth_account import Account
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_utils.crypto import keccak
from hexbytes import HexBytes

from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode


class PooledNode(DevelopmentNode):
    """Takes transactions as Geth does: one for each sender and nonce, replaced for 10 % more of both fees.

    Attributes:
        pool: {(sender, nonce): (raw bytes in hex, fields)}.
        base_fee: below which nothing is mined, in wei.
        counts_waiting: whether the pending count has what waits, as it has with Geth.
        sent: the hash of every transaction that was offered, as often as it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pool: dict[tuple[str, int], tuple[str, dict[str, Any]]] = {}
        self.base_fee = 0
        self.counts_waiting = True
        self.sent: list[str] = []
        self._seen: dict[str, tuple[tuple[str, int], tuple[str, dict[str, Any]]]] = {}

    def mine(self) -> None:
        """Mine what can be mined, and a block in any case."""
        for key in sorted(self.pool):
            raw, fields = self.pool[key]
            if fields["maxFeePerGas"] >= self.base_fee and fields["nonce"] == self._next(key[0]):
                del self.pool[key]
                super().handle("eth_sendRawTransaction", [raw])
        super().handle("evm_mine", [])

    def bring_back(self, digest: str) -> None:
        """Put a transaction that was replaced into the pool again, in the place of what replaced it."""
        key, entry = self._seen[digest]
        self.pool[key] = entry

    def handle(self, method: str, params: list[Any]) -> Any:
        """As a node with a pool answers."""
        if method == "eth_sendRawTransaction":
            return self._take(str(params[0]))
        if method == "eth_getTransactionByHash":
            return self._waiting(params[0]) or super().handle(method, params)
        if method == "eth_getTransactionCount" and params[1:] == ["pending"]:
            count = self._next(params[0])
            while self.counts_waiting and (params[0], count) in self.pool:
                count += 1
            return hex(count)
        if method == "eth_getBlockByNumber" and self.base_fee and params[0] == "latest":
            return {**super().handle(method, params), "baseFeePerGas": hex(self.base_fee)}
        return super().handle(method, params)

    def _take(self, raw: str) -> str:
        data = HexBytes(raw)
        sender, fields = Account.recover_transaction(data), TypedTransaction.from_bytes(data).as_dict()
        digest = f"0x{keccak(data).hex()}"
        self.sent.append(digest)
        key = (sender, fields["nonce"])
        self._seen[digest] = (key, (raw, fields))
        if fields["nonce"] < self._next(sender):
            raise RpcRefusal(SERVER_ERROR, f"nonce too low: next nonce {self._next(sender)}, tx nonce {key[1]}")
        if key in self.pool:
            before = self.pool[key][1]
            if self.pool[key][0] == raw:
                raise RpcRefusal(SERVER_ERROR, "already known")
            if any(10 * fields[f] < 11 * before[f] for f in ("maxFeePerGas", "maxPriorityFeePerGas")):
                raise RpcRefusal(SERVER_ERROR, "replacement transaction underpriced")
        self.pool[key] = (raw, fields)
        return digest

    def _waiting(self, digest: str) -> dict[str, Any] | None:
        for (sender, nonce), (raw, _) in self.pool.items():
            if f"0x{keccak(HexBytes(raw)).hex()}" == digest:
                return {"hash": digest, "from": sender, "nonce": hex(nonce), "blockNumber": None}
        return None

    def _next(self, sender: str) -> int:
        return int(super().handle("eth_getTransactionCount", [sender, "latest"]), 16)
