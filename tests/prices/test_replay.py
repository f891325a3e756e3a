"""Prices that play those that come: moved in time, there as the clock passes them, gaps and all."""

from __future__ import annotations

import numpy as np
import pytest

from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.replay import come_to_be, past, seconds_to_come
from hyperbounty.prices.table import PriceTable

START = 2_000_000_123


@pytest.fixture
def table() -> PriceTable:
    """Twenty rows, with a gap of an hour before the last two."""
    times = 600 + 300 * np.arange(20)
    times[18:] += 3_600
    return PriceTable(times, ("LTC.close",), np.arange(1.0, 21.0).reshape(20, 1), 300)


def test_the_end_is_kept_back_and_plays_what_comes(table: PriceTable) -> None:
    known = past(FetchedPrices(table, "test", True, (), "csv"))
    assert known.table.values[:, 0].tolist() == list(range(1, 17))
    coming = come_to_be(table, START, START + seconds_to_come(table))
    assert coming is not None
    assert coming.values[:, 0].tolist() == [17, 18, 19, 20]
    assert START <= coming.times[0] < START + 300
    # On the clock of the series, and with its gap.
    assert (coming.times % 300).tolist() == [0] * 4
    assert np.diff(coming.times).tolist() == [300, 3_900, 300]


def test_no_row_is_there_before_its_interval_is_over(table: PriceTable) -> None:
    whole = come_to_be(table, START, START + seconds_to_come(table))
    assert whole is not None
    for rows, time in enumerate(whole.times, 1):
        before = come_to_be(table, START, int(time) + 299)
        assert (0 if before is None else len(before)) == rows - 1
        there = come_to_be(table, START, int(time) + 300)
        assert there is not None
        assert len(there) == rows
