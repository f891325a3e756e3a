"""The development node: its methods behind one lock, and the clock that can be moved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from threading import RLock
from typing import Any, Final

from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID
from hyperbounty.chain.embedded.clock import BlockClock
from hyperbounty.chain.embedded.encoding import quantity, read_quantity
from hyperbounty.chain.embedded.evm import EmbeddedEvm
from hyperbounty.chain.embedded.execution import Execution
from hyperbounty.chain.embedded.jsonrpc import INVALID_PARAMS, METHOD_NOT_FOUND, RpcRefusal
from hyperbounty.chain.embedded.reads import Reads
from hyperbounty.version import __version__

BLOCK_SECONDS: Final = 2
_MAX_TIMESTAMP: Final = 2**63


class DevelopmentNode:
    """A development chain behind the JSON-RPC methods that web3 needs, and the `evm_` ones of Anvil and Hardhat.

    Every transaction is mined at once, in a block of its own. Where the clock runs, a question about the chain first
    mines an empty block if the latest is `BLOCK_SECONDS` old: as on a public chain the latest block is never old, and a
    view that depends on the time changes as time passes. What a request changed is kept before it is answered. Safe
    for use by threads.

    Args:
        wall: seconds since the epoch, for a clock that runs; None for one that stands still between blocks.
        file: that keeps the chain, so that it goes on the next time; without one it is gone with the process. A clock
            that runs has gone on meanwhile, too.

    Attributes:
        is_new: whether the chain begins here.
        began: the time of its first block, in unix seconds.
        stood_at: the time of the latest block when the file was opened, in unix seconds.

    Raises:
        InvalidInput, ChainError: the file cannot be used, see `ChainDatabase`.
    """

    def __init__(self, wall: Callable[[], float] | None = None, file: Path | None = None) -> None:
        self._clock = BlockClock(wall)
        self._evm = EmbeddedEvm(self._clock, file)
        self.is_new = self._evm.is_new
        self.began = int(self._evm.header(0).timestamp)
        self.stood_at = int(self._evm.head.timestamp)
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
            try:
                with self._evm.failures():
                    if not method.startswith("evm_"):
                        self._catch_up()
                    result = function(*params)
            except RpcRefusal:
                # Nothing is half done where something was refused; the time went on all the same.
                self._evm.keep()
                raise
            except BaseException:
                self._evm.undo()
                raise
            self._evm.keep()
            return result

    def close(self) -> None:
        """Close the file; nothing can be asked any more."""
        with self._lock:
            self._evm.close()

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
