"""Headers of blocks, and blocks found by their time.

Block numbers are those that the node counts by. A contract's `block.number` may be another chain's: on Arbitrum and the
chains made like it, it is about that of the chain below (https://docs.arbitrum.io/build-decentralized-apps/arbitrum-vs-ethereum/block-numbers-and-time).
Times are the same to everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.asking import ask, octets, quantity
from hyperbounty.patience import Interrupted

if TYPE_CHECKING:
    from web3 import Web3


_GUESSES: Final = 2
_GROWTH: Final = 4


@dataclass(frozen=True)
class Header:
    """What a node shows of a block; None where it does not show it.

    Attributes:
        number: of the block.
        timestamp: unix seconds.
        hash, parent_hash, mix_hash: 32 bytes each.
        base_fee_wei: for a unit of gas.
        gas_limit: of the block.
        logs_bloom: what its logs are of (`hyperbounty.chain.bloom`).
    """

    number: int
    timestamp: int
    hash: bytes | None = None
    parent_hash: bytes | None = None
    mix_hash: bytes | None = None
    base_fee_wei: int | None = None
    gas_limit: int | None = None
    logs_bloom: int | None = None


def read_header(w3: Web3, number: int) -> Header | None:
    """The header of the block with this number; None where the node does not have it.

    >>> from hyperbounty.chain.connection import Chain
    >>> w3 = Chain.embedded().w3
    >>> read_header(w3, 0).number, read_header(w3, 5)
    (0, None)
    """
    return as_header(ask(w3, "eth_getBlockByNumber", hex(number), False), number)


def latest_header(w3: Web3) -> Header:
    """The header of the latest block.

    Raises:
        Interrupted: the node shows none.
    """
    found = as_header(ask(w3, "eth_getBlockByNumber", "latest", False))
    if found is None:
        raise Interrupted("the node shows no latest block")
    return found


def block_before(w3: Web3, timestamp: int, head: Header, slack: int) -> int:
    """The number of a block that is older than `timestamp`, and at most `slack` blocks before the last such; or 0.

    For the start of a search: it is found in a few questions, by how fast the blocks come.

    Args:
        w3: the chain.
        timestamp: unix seconds.
        head: a block at or after it.
        slack: blocks, at least 1. With 1 it is the last block before `timestamp`.

    Raises:
        Interrupted: the node does not have a block below its head.
    """
    return _around(w3, timestamp, head, slack)[0]


def block_from(w3: Web3, timestamp: int, head: Header, slack: int) -> int:
    """The number of a block at or after `timestamp`, and at most `slack` blocks after the first such."""
    return _around(w3, timestamp, head, slack)[1]


def _around(w3: Web3, timestamp: int, head: Header, slack: int) -> tuple[int, int]:
    """A block before `timestamp` (or block 0) and one at or after it, no more than `slack` blocks apart."""
    low, high = _bracket(w3, timestamp, head, slack)
    guesses = 0
    while high.number - low.number > slack:
        width = high.number - low.number
        # By the rate of the blocks between; a chain that stood still deceives it, so halves follow.
        share = (timestamp - low.timestamp) / max(1, high.timestamp - low.timestamp) if guesses < _GUESSES else 0.5
        guesses += 1
        middle = _existing(w3, low.number + min(max(round(width * share), 1), width - 1))
        is_early = middle.timestamp < timestamp
        low, high = (middle, high) if is_early else (low, middle)
        step = slack
        # It is near: from there in growing steps, to have it on both sides.
        while guesses <= _GUESSES and high.number - low.number > step:
            probe = _existing(w3, low.number + step if is_early else high.number - step)
            is_between = (probe.timestamp < timestamp) != is_early
            low, high = (low, probe) if probe.timestamp >= timestamp else (probe, high)
            if is_between:
                break
            step *= _GROWTH
    return low.number, high.number


def _bracket(w3: Web3, timestamp: int, head: Header, slack: int) -> tuple[Header, Header]:
    """A block before `timestamp`, or block 0, and one at or after it, found from the head backwards."""
    high, step, least = head, slack, slack
    while high.number > 0:
        probe = _existing(w3, max(0, high.number - step))
        if probe.timestamp < timestamp or probe.number == 0:
            return probe, high
        # So many blocks further back it is, if they came as fast before.
        seconds = max(1, high.timestamp - probe.timestamp)
        guess = (probe.timestamp - timestamp) * (high.number - probe.number) // seconds
        least *= 2
        step, high = max(least, guess + slack), probe
    return high, high


def _existing(w3: Web3, number: int) -> Header:
    found = read_header(w3, number)
    if found is None:
        raise Interrupted(f"the node does not have block {number}, though it is below the latest one")
    return found


def as_header(block: object, number: int | None = None) -> Header | None:
    """The header of a block as JSON has it; None where it does not hold one.

    Args:
        block: as a node answered.
        number: of the block, where that is known.
    """
    if not isinstance(block, dict):
        return None
    shown = quantity(block.get("number")) if number is None else number
    timestamp = quantity(block.get("timestamp"))
    if shown is None or timestamp is None:
        return None
    return Header(
        shown,
        timestamp,
        octets(block.get("hash")),
        octets(block.get("parentHash")),
        octets(block.get("mixHash")),
        quantity(block.get("baseFeePerGas")),
        quantity(block.get("gasLimit")),
        quantity(block.get("logsBloom")),
    )
