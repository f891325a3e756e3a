"""A node of a public chain, made of a development chain: other block numbers, many more blocks, limits, and lags."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hyperbounty.chain.embedded.jsonrpc import SERVER_ERROR, RpcRefusal
from hyperbounty.chain.embedded.node import DevelopmentNode


class Remote:
    """How a node shows the chain of another one.

    Attributes:
        shift: this node's number of a block, less the one that contracts see.
        stretch: so many of this node's blocks are there for each of the other's, all but one of them empty.
        tail: so many empty blocks have come since, one each `block_seconds`.
        limit: blocks that one question for events may be about.
        lag: for so many of the next questions for events, the last block is not there yet.
        counts: how often each method was asked for.
        refused: questions for events that were about too many blocks.
        topics: of the last question for events.
    """

    def __init__(self, node: DevelopmentNode) -> None:
        self.node = node
        self.shift = self.tail = 0
        self.stretch = 1
        self.block_seconds = 12
        self.limit = 10**9
        self.lag = 0
        self.counts: Counter[str] = Counter()
        self.refused = 0
        self.topics: list[Any] = []

    def handle(self, method: str, params: list[Any]) -> Any:
        """The answer of this node."""
        self.counts[method] += 1
        params = list(params)
        if method == "eth_blockNumber":
            return hex(self._head())
        if method == "eth_getBlockByNumber":
            return self._block(params[0])
        if method == "eth_getLogs":
            return self._logs(params[0])
        if method in ("eth_call", "eth_getCode", "eth_getBalance") and params[1:] not in ([], ["latest"]):
            params[1] = hex(min(max((int(params[1], 16) - self.shift) // self.stretch, 0), self._last()))
        return self.node.handle(method, params)

    def _last(self) -> int:
        return int(self.node.handle("eth_blockNumber", []), 16)

    def _end(self) -> int:
        """This node's number of the other's last block."""
        return self._last() * self.stretch + self.shift

    def _head(self) -> int:
        return self._end() + self.tail

    def _block(self, asked: str) -> Any:
        number = self._head() if asked == "latest" else int(asked, 16)
        if number > self._head():
            return None
        inner, between = divmod(min(max(number, self.shift), self._end()) - self.shift, self.stretch)
        block = self.node.handle("eth_getBlockByNumber", [hex(inner), False])
        time = int(block["timestamp"], 16)
        if between:
            following = self.node.handle("eth_getBlockByNumber", [hex(inner + 1), False])
            time += (int(following["timestamp"], 16) - time) * between // self.stretch
        # Blocks before and after those of the other chain come at a steady rate.
        time += (max(0, number - self._end()) + min(0, number - self.shift)) * self.block_seconds
        return {**block, "number": hex(number), "timestamp": hex(max(time, 0)), "hash": f"0x{number:064x}"}

    def _logs(self, asked: dict[str, Any]) -> Any:
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        self.topics = asked["topics"]
        if last - first >= self.limit:
            self.refused += 1
            raise RpcRefusal(SERVER_ERROR, f"eth_getLogs is limited to a {self.limit:,} range")
        if self.lag:
            self.lag -= 1
            last = min(last, self._end() - 1)
        low, high = -((self.shift - first) // self.stretch), min((last - self.shift) // self.stretch, self._last())
        if high < max(low, 0):
            return []
        inner = {**asked, "fromBlock": hex(max(low, 0)), "toBlock": hex(high)}
        return [
            {**log, "blockNumber": hex(int(log["blockNumber"], 16) * self.stretch + self.shift)}
            for log in self.node.handle("eth_getLogs", [inner])
        ]
