"""Prices that are there already and play those that come: for development chains, whose clock is moved.

A contest in `future` mode is scored on prices after its reveals. On a chain whose clock somebody moves, no market has
prices for its time. So the end of a series is kept back when the contest opens, and its rows come to be, moved in time,
as the chain's clock passes them. Whoever has the series knows that future: it shows the game, and keeps no secret.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.table import PriceTable

KEPT_BACK: Final = 0.2
"""The share of a series, at its end, that plays the prices that come."""


def past(prices: FetchedPrices) -> FetchedPrices:
    """What a contest is opened on: the prices without the end that is kept back."""
    return replace(prices, table=prices.table.split(KEPT_BACK)[0])


def come_to_be(table: PriceTable, start: int, now: int) -> PriceTable | None:
    """The rows of the end of `table` that are there at `now`, moved in time so that they begin at `start`.

    >>> from hyperbounty.prices.sample import SampleSource
    >>> table = FetchedPrices.from_source(SampleSource(), ["BTC"]).table
    >>> first = come_to_be(table, start=2_000_000_000, now=2_000_000_900)
    >>> (first.times - 2_000_000_000).tolist(), come_to_be(table, start=2_000_000_000, now=2_000_000_000) is None
    ([100, 400], True)

    Args:
        table: the whole series.
        start, now: unix seconds, `start` being the end of the reveals.

    Returns:
        The rows whose interval is over, at the series' own places in an interval; None while there are none.
    """
    coming = table.split(KEPT_BACK)[1]
    interval = table.interval
    first = int(coming.times[0])
    times = coming.times + -(-(start - first) // interval) * interval
    there = int(times.searchsorted(now - interval, side="right"))
    return PriceTable(times, coming.columns, coming.values, interval).rows(0, there) if there else None


def seconds_to_come(table: PriceTable) -> int:
    """How long after `start` every row of the end of `table` is there; gaps of the series take their time too.

    >>> from hyperbounty.prices.sample import SampleSource
    >>> table = FetchedPrices.from_source(SampleSource(), ["BTC"]).table
    >>> len(come_to_be(table, start=2_000_000_000, now=2_000_000_000 + seconds_to_come(table)))
    1200
    """
    coming = table.split(KEPT_BACK)[1]
    return int(coming.times[-1] - coming.times[0]) + 2 * table.interval
