"""Waiting for a time on the chain, or moving there where the chain lets its clock be moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from web3.exceptions import Web3RPCError
from web3.types import RPCEndpoint

from hyperbounty.chain.failures import is_method_missing
from hyperbounty.chain.headers import latest_header
from hyperbounty.errors import ChainError, ChainUnavailable

if TYPE_CHECKING:
    from web3 import Web3

_LONGEST_PAUSE_SECONDS: Final = 6.0
_STALLED_SECONDS: Final = 900.0
_MOVES: Final = 3


def latest_timestamp(w3: Web3) -> int:
    """The time of the latest block, in unix seconds."""
    return latest_header(w3).timestamp


def advance(
    w3: Web3,
    timestamp: int,
    on_wait: Callable[[int], None] | None = None,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Return once the latest block's time is `timestamp` or later; no later transaction is mined before it.

    A development chain is moved there, exactly where it stood before that time; any other is waited for.

    Args:
        w3: the chain.
        timestamp: unix seconds.
        on_wait: is told the seconds that are left, whenever the chain is asked again.
        sleep, monotonic: of the wait.

    Raises:
        ChainError: the chain has had no new block for 15 minutes.

    >>> from hyperbounty.chain.connection import Chain
    >>> chain = Chain.embedded()
    >>> tomorrow = latest_timestamp(chain.w3) + 24 * 3600
    >>> advance(chain.w3, tomorrow)
    >>> latest_timestamp(chain.w3) == tomorrow
    True
    """
    latest = latest_timestamp(w3)
    if latest >= timestamp or _moved(w3, timestamp):
        return
    changed = monotonic()
    while latest < timestamp:
        if on_wait is not None:
            on_wait(timestamp - latest)
        sleep(max(1.0, min(timestamp - latest, _LONGEST_PAUSE_SECONDS)))
        before = latest
        latest = latest_timestamp(w3)
        if latest != before:
            changed = monotonic()
        elif monotonic() - changed > _STALLED_SECONDS:
            raise ChainError(
                f"the chain stands at time {latest} and has had no block for 15 minutes",
                "check the node, and continue with the same command",
            )


def _moved(w3: Web3, timestamp: int) -> bool:
    """Whether the chain offered to be moved, and now is."""
    for left in reversed(range(_MOVES)):
        try:
            w3.manager.request_blocking(RPCEndpoint("evm_setNextBlockTimestamp"), [timestamp])
            w3.manager.request_blocking(RPCEndpoint("evm_mine"), [])
        except (Web3RPCError, ChainUnavailable) as error:
            if isinstance(error, Web3RPCError) and is_method_missing(error):
                return False
            # The clock may have passed the time by itself meanwhile, or the answer to the move was lost.
            if latest_timestamp(w3) >= timestamp:
                return True
            if isinstance(error, Web3RPCError) or not left:
                raise
        else:
            return True
    return False
