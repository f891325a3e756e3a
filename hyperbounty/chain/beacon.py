"""Randomness of a chain that nobody knows beforehand: `prevrandao`, which its validators make together (EIP-4399).

https://eips.ethereum.org/EIPS/eip-4399. In an answer of `eth_getBlockByNumber` it stands as `mixHash`. Not every chain
has it: some repeat one value, some pass on that of a chain below them, which is known before the block is made.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.headers import Header, block_from, read_header
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3 import Web3

_PAUSE_SECONDS: Final = 3.0
_LONGEST_WAIT_SECONDS: Final = 900.0
_TRIES: Final = 3
_NEIGHBOURS: Final = 4


class NoBeacon(ChainError):
    """The blocks of this chain have no randomness."""

    error_code = "no-randomness"


@dataclass(frozen=True)
class Beacon:
    """A block and its randomness.

    Attributes:
        number: of the block.
        timestamp: of the block, in unix seconds.
        value: its `prevrandao`, 32 bytes.
        block_hash, parent_hash: of the block and the one before, 32 bytes each.
    """

    number: int
    timestamp: int
    value: bytes
    block_hash: bytes
    parent_hash: bytes


def first_beacon(
    w3: Web3,
    timestamp: int,
    *,
    confirmations: int = 1,
    sleep: Callable[[float], None] = time.sleep,
) -> Beacon:
    """The randomness of the first block whose time is at or after `timestamp`, once it will stay.

    The block is searched from the latest one back, by how fast the blocks come: some ten questions.

    Args:
        w3: the chain.
        timestamp: unix seconds.
        confirmations: blocks that must hold it, its own included, before it is believed.
        sleep: how waiting passes.

    Raises:
        NoBeacon: the blocks of this chain have no randomness.
        ChainError: there is no such block after 15 minutes, or not as deep.
        ChainUnavailable: the node contradicts itself.

    >>> from hyperbounty.chain.connection import Chain
    >>> chain = Chain.embedded()
    >>> chain.advance_to(chain.timestamp() + 100)
    >>> first_beacon(chain.w3, chain.timestamp()).number == chain.block_number()
    True
    """
    for _ in range(_TRIES):
        last = _wait(w3, timestamp, confirmations, sleep)
        found = _search(w3, timestamp, last)
        if found is not None:
            return found
        # Behind one address may be nodes of different heights, and a fork may have been left meanwhile.
        sleep(_PAUSE_SECONDS)
    raise ChainUnavailable(
        f"the node gives no block that is the first at or after {timestamp}: its answers contradict each other",
        "try again, or use another node",
    )


def is_predictable(w3: Web3) -> bool:
    """Whether the randomness of this chain can be known beforehand, as far as its latest blocks tell.

    It can where neighbouring blocks have the same value, one that is 0 or 1, or none at all. Where there is only the
    first block of a chain, nothing can be told and nothing is said.

    >>> from hyperbounty.chain.connection import Chain
    >>> is_predictable(Chain.embedded().w3)
    False
    """
    last = int(w3.eth.block_number)
    # The first block of a chain has no validators behind it.
    try:
        blocks = [_read(w3, number) for number in range(max(1, last - _NEIGHBOURS + 1), last + 1)]
    except NoBeacon:
        return True
    values = [block.value for block in blocks if block is not None]
    return len(set(values)) < len(values) or any(int.from_bytes(value, "big") <= 1 for value in values)


def _wait(w3: Web3, timestamp: int, confirmations: int, sleep: Callable[[float], None]) -> Header:
    """A block at or after `timestamp` that is as deep as asked."""
    waited = 0.0
    while True:
        last = read_header(w3, max(0, int(w3.eth.block_number) - confirmations + 1))
        if last is not None and last.timestamp >= timestamp:
            return last
        if waited >= _LONGEST_WAIT_SECONDS:
            raise ChainError(
                f"no block at or after {timestamp} is {confirmations} blocks deep yet", "try again in some minutes"
            )
        sleep(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS


def _search(w3: Web3, timestamp: int, last: Header) -> Beacon | None:
    """The first block at or after `timestamp` up to `last`, which is one; None where a block is away, or moved."""
    try:
        number = block_from(w3, timestamp, last, 1)
    except Interrupted:
        return None
    found = _read(w3, number)
    if found is None or found.timestamp < timestamp:
        return None
    before = _read(w3, number - 1) if number else None
    if number == 0 or (before is not None and before.timestamp >= timestamp and number == 1):
        # The first block of all is at or after it.
        return before or found
    fits = before is not None and before.timestamp < timestamp and before.block_hash == found.parent_hash
    return found if fits else None


def _read(w3: Web3, number: int) -> Beacon | None:
    """The block with this number; None where the node does not have it.

    Raises:
        NoBeacon: the blocks of this chain have no randomness.
    """
    block = read_header(w3, number)
    if block is None or block.hash is None or block.parent_hash is None:
        return None
    if block.mix_hash is None:
        raise NoBeacon("the blocks of this chain have no prevrandao", "use a chain that has it (EIP-4399)")
    return Beacon(block.number, block.timestamp, block.mix_hash, block.hash, block.parent_hash)
