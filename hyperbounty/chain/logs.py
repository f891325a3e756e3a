"""Events, read in ranges of blocks that the node accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from web3.exceptions import LogTopicError, MismatchedABI, Web3RPCError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web3.contract.contract import ContractEvent
    from web3.types import EventData, LogReceipt

# Public nodes limit a question to some thousand blocks or results; where they say no, half the range is asked for.
FIRST_RANGE_BLOCKS: Final = 5_000
_GROWTH: Final = 2
LARGEST_RANGE_BLOCKS: Final = 50_000


def read_logs(
    event: ContractEvent,
    from_block: int,
    to_block: int,
    argument_filters: Mapping[str, Any] | None = None,
) -> list[EventData]:
    """The events between two blocks, both included, in the order of the chain.

    Raises:
        Web3RPCError: the node refuses even a single block.
    """
    found: list[EventData] = []
    start, size = from_block, FIRST_RANGE_BLOCKS
    while start <= to_block:
        end = min(start + size - 1, to_block)
        try:
            found += event.get_logs(argument_filters=dict(argument_filters or {}), from_block=start, to_block=end)
        except Web3RPCError:
            if end == start:
                raise
            size = (end - start + 1) // 2
            continue
        start, size = end + 1, min(size * _GROWTH, LARGEST_RANGE_BLOCKS)
    return found


def decode_logs(event: ContractEvent, logs: Iterable[LogReceipt]) -> list[EventData]:
    """Those of `logs` (of a `Receipt`) that are `event` of its contract, decoded; others are left out."""
    decoded: list[EventData] = []
    for log in logs:
        if event.address is not None and log["address"] != event.address:
            continue
        try:
            decoded.append(event.process_log(log))
        except (LogTopicError, MismatchedABI):
            continue
    return decoded
