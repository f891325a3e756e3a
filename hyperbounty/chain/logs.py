"""Events, read in ranges of blocks that the node accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from web3.exceptions import BlockNotFound, LogTopicError, MismatchedABI, Web3RPCError

from hyperbounty.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web3.contract.contract import ContractEvent
    from web3.types import EventData, LogReceipt

# Public nodes limit a question to some thousand blocks or results; where they say no, half the range is asked for.
FIRST_RANGE_BLOCKS: Final = 5_000
_GROWTH: Final = 2
LARGEST_RANGE_BLOCKS: Final = 50_000
_READINGS: Final = 5


def read_logs(
    event: ContractEvent,
    from_block: int,
    to_block: int,
    argument_filters: Mapping[str, Any] | None = None,
) -> list[EventData]:
    """The events between two blocks, both included, in the order of the chain: of one chain, in one state.

    Raises:
        Web3RPCError: the node refuses even a single block.
        ChainError: a reorganization changed the chain each time while it was read.
    """
    filters = dict(argument_filters or {})
    size = FIRST_RANGE_BLOCKS
    if from_block <= to_block < from_block + size:
        try:
            return list(event.get_logs(argument_filters=filters, from_block=from_block, to_block=to_block))
        except Web3RPCError:
            if from_block == to_block:
                raise
            size = (to_block - from_block + 1) // 2
    for _ in range(_READINGS):
        before = _block_hash(event, to_block)
        found = _read_in_parts(event, from_block, to_block, filters, size)
        # One answer is of one chain. Several are, where the last block, which stands on all others, is still the same.
        if _block_hash(event, to_block) == before:
            return found
    raise ChainError(
        f"the blocks from {from_block} to {to_block} were reorganized while their events were read",
        "read up to a block with more confirmations",
    )


def _read_in_parts(
    event: ContractEvent, from_block: int, to_block: int, filters: dict[str, Any], size: int
) -> list[EventData]:
    found: list[EventData] = []
    start = from_block
    while start <= to_block:
        end = min(start + size - 1, to_block)
        try:
            found += event.get_logs(argument_filters=filters, from_block=start, to_block=end)
        except Web3RPCError:
            if end == start:
                raise
            size = (end - start + 1) // 2
            continue
        start = end + 1
        size = min(size * _GROWTH, LARGEST_RANGE_BLOCKS)
    return found


def _block_hash(event: ContractEvent, number: int) -> bytes | None:
    try:
        return bytes(event.w3.eth.get_block(number)["hash"])
    except BlockNotFound:
        return None


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
