"""Where a market stands at a block: what calls left of it, and what time made of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hyperbounty.models.market_types import DRAW_AFTER, HASHES_KNOWN, Phase

_Row = Mapping[str, Any]


def draw_blocks(market: _Row) -> range:
    """The blocks in which the piece can be drawn, of a row of `MARKETS`.

    >>> draw_blocks({"opened_block": 100})
    range(109, 365)
    """
    first = market["opened_block"] + DRAW_AFTER + 1
    return range(first, first + HASHES_KNOWN)


def reveal_until(market: _Row) -> int:
    """When the other pieces must be revealed, of a market that takes batches or took them; unix seconds."""
    return int(market["until"] + market["reveal_wait"])


def score_until(market: _Row) -> int:
    """Until when its batches can be scored; unix seconds."""
    return reveal_until(market) + int(market["score_wait"])


def all_revealed(market: _Row) -> bool:
    """Whether every piece was revealed."""
    return bool(market["revealed"] == (1 << market["pieces"]) - 1)


def phase_of(market: _Row, block: int, now: int) -> Phase:
    """The phase that the contract shows.

    Args:
        market: row of `MARKETS`.
        block: where to look.
        now: its time, in unix seconds.
    """
    phase = Phase(market["phase"])
    if market["ended_at"] is not None:
        return phase
    if phase is Phase.OPENED:
        return Phase.NOT_BEGUN if block >= draw_blocks(market).stop else phase
    if phase is Phase.DRAWN:
        return Phase.NOT_BEGUN if now >= market["until"] else phase
    if now < market["until"]:
        return phase
    if not all_revealed(market):
        return Phase.REVEALING if now < reveal_until(market) else Phase.SILENT
    if market["scored"] == market["batches"]:
        return Phase.SCORED
    return Phase.SCORING if now < score_until(market) else Phase.UNSCORED
