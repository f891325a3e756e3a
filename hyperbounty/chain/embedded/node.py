"""The development node: its methods behind one lock, and the clock that can be moved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import signature
from threading import RLock
from typing import Any, Final

from hyperbounty import __version__
from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID
from hyperbounty.chain.embedded.clock import BlockClock
from hyperbounty.chain.embedded.encoding import quantity, read_quantity
from hyperbounty.chain.embedded.evm import EmbeddedEvm
from hyperbounty.chain.embedded.execution import Execution
from hyperbounty.chain.embedded.jsonrpc import INVALID_PARAMS, METHOD_NOT_FOUND, RpcRefusal
from hyperbounty.chain.embedded.reads import Reads

BLOCK_SECONDS: Final = 2
_MAX_TIMESTAMP: Final = 2**63


class DevelopmentNode:
    """A development chain behind the JSON-RPC methods that web3 needs, and the `evm_` ones of Anvil and Hardhat.

    Every transaction is mined at once, in a block of its own. Where the clock runs, a question about the chain first
    mines an empty block if the latest is `BLOCK_SECONDS` old: as on a public chain the latest block is never old, and a
    view that depends on the time changes as time passes. An empty block takes under 1 ms and 3 KB. Safe for use by
    threads.

    Args:
        wall: seconds since the epoch, for a clock that runs; None for one that stands still between blocks.
    """

    def __init__(self, wall: Callable[[], float] | None = None) -> None:
        self._clock = BlockClock(wall)
        self._evm = EmbeddedEvm(self._clock)
        self._lock = RLock()
        reads = Reads(self._evm)
        self._methods: dict[str, Callable[..., Any]] = {
            "web3_clientVersion": _client_version,
            "net_version": lambda: str(DEVELOPMENT_CHAIN_ID),
            "net_listening": lambda: True,
            "eth_chainId": lambda: quantity(DEVELOPMENT_CHAIN_ID),
            "eth_syncing": lambda: False,
            "evm_mine": self._mine,
            "evm_increaseTime": lambda seconds: self._clock.move(_time(seconds)),
            "evm_setNextBlockTimestamp": self._set_next_timestamp,
            "evm_snapshot": lambda: quantity(self._evm.snapshot()),
            "evm_revert": lambda number: self._evm.revert(read_quantity(number, "snapshot")),
            **reads.methods,
            **Execution(self._evm, reads).methods,
        }

    def handle(self, method: str, params: list[Any]) -> Any:
        """The JSON-ready result of one request.

        Raises:
            RpcRefusal: the method is unknown, a parameter is wrong, or the chain refuses.
        """
        function = self._methods.get(method)
        if function is None:
            raise RpcRefusal(METHOD_NOT_FOUND, f"the method {method} does not exist/is not available")
        try:
            signature(function).bind(*params)
        except TypeError as error:
            raise RpcRefusal(INVALID_PARAMS, f"{method}: {error}") from error
        with self._lock:
            if not method.startswith("evm_"):
                self._catch_up()
            return function(*params)

    def _catch_up(self) -> None:
        parent = self._evm.head.timestamp
        if self._clock.is_running and self._clock.next_timestamp(parent) - parent >= BLOCK_SECONDS:
            self._evm.mine()

    def _mine(self, timestamp: object = None) -> str:
        if timestamp is not None:
            self._set_next_timestamp(timestamp)
        self._evm.mine()
        return "0x0"

    def _set_next_timestamp(self, timestamp: object) -> None:
        wanted = _time(timestamp)
        latest = self._evm.head.timestamp
        if wanted <= latest:
            raise RpcRefusal(INVALID_PARAMS, f"timestamp {wanted} is not later than the latest block's, {latest}")
        self._clock.force(wanted)


def _time(value: object) -> int:
    seconds = read_quantity(value, "time")
    if seconds >= _MAX_TIMESTAMP:
        raise RpcRefusal(INVALID_PARAMS, f"time {seconds} is too far away")
    return seconds


def _client_version() -> str:
    return f"hyperbounty-devnet/v{__version__}/py-evm/python{sys.version_info.major}.{sys.version_info.minor}"
