"""Times however they are written: units by size, zones by the instant, dates by what they can mean."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.wording import worded
from hyperbounty.errors import PriceDataError
from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.csv_columns import ColumnChoice
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.source import CoinSeries
from hyperbounty.prices.times import looks_like_time, times_of, times_of_numbers
from tests.prices.layouts import DAY, HOUR, Row, candles

HEADER = "time,open,high,low,close,volume\n"


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def text(rows: list[Row], pattern: str, zone: str = "UTC") -> str:
    return HEADER + "".join(f"{row.at(pattern, zone)},{row.ohlc},{row.volume}\n" for row in rows)


def read(folder: Path, content: str, choice: str | None = None) -> CoinSeries:
    path = folder / "BTC.csv"
    path.write_text(content)
    return read_coin(path, "BTC", ColumnChoice.parse(choice) if choice else None)


@given(
    st.lists(st.tuples(st.integers(300_000_000, 4_000_000_000), st.sampled_from([1, 10**3, 10**6, 10**9])), min_size=1)
)
def test_each_number_has_the_unit_that_its_size_says(cells: list[tuple[int, int]]) -> None:
    values = np.array([seconds * unit for seconds, unit in cells], np.float64)
    assert times_of_numbers(values).tolist() == [seconds for seconds, _ in cells]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M:%S", "%Y.%m.%d %H:%M:%S", "%Y%m%d%H%M%S",
            "%Y%m%d %H%M%S", "%d.%m.%Y %H:%M:%S.000", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %I:%M:%S %p", "%d.%m.%y %H:%M:%S",
            "%b %d, %Y, %I:%M:%S %p", "%d %B %Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%a, %d %b %Y %H:%M:%S GMT",
            "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S+00:00",
        ]
    ),
)  # fmt: skip
def test_a_moment_is_read_back_however_it_is_written(moment: datetime, pattern: str) -> None:
    moment = moment.replace(microsecond=0)
    cell = moment.strftime(pattern)
    assert times_of(pd.Series([cell], dtype=str), day_first=True).tolist() == [moment.replace(tzinfo=UTC).timestamp()]
    assert looks_like_time(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "now",
        "today",
        "2019",
        "2019-01",
        "13:00",
        "7",
        "30000.5",
        "2019-02-30",
        "32.01.2024",
        "Foo 1, 2024",
        "12:00 IST",
    ],
)
def test_what_is_less_than_a_day_or_none_is_no_time(cell: str) -> None:
    assert not looks_like_time(cell)
    assert np.isnan(times_of(pd.Series([cell], dtype=str), day_first=True)[0])


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Sydney"])
@pytest.mark.parametrize(("interval", "count"), [(DAY, 800), (4 * HOUR, 3_000), (HOUR, 9_000)])
def test_offsets_over_summer_and_winter_lose_no_row(tmp_path: Path, zone: str, interval: int, count: int) -> None:
    rows = candles(interval, at(2023, 1, 1), count)
    if interval > HOUR:  # these begin by the clock of the zone, as exchanges' days do
        clock = [datetime.fromtimestamp(row.time, UTC).strftime("%Y-%m-%d %H:%M:%S") for row in rows]
        local = pd.DatetimeIndex(clock).tz_localize(zone, ambiguous=np.ones(count, bool), nonexistent="shift_forward")
        cells = [moment.isoformat(sep=" ") for moment in local]
    else:
        cells = [row.at("%Y-%m-%d %H:%M:%S%z", zone) for row in rows]
    content = HEADER + "".join(f"{cell},{row.ohlc},{row.volume}\n" for cell, row in zip(cells, rows, strict=True))
    table, report = clean({"BTC": read(tmp_path, content)})
    assert table.column("BTC.close").tolist() == [row.close for row in rows]
    assert set(np.diff(table.times)) == {interval}
    (coin,) = report.coins
    assert (coin.dropped, coin.filled) == ((), 0)
    assert (coin.summer > 0) is (interval > HOUR)
    if interval > HOUR:
        assert any("summer time an hour later" in line for line in report.lines())


def test_a_row_of_summer_is_never_early(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=400, tz="America/New_York")
    instants = days.as_unit("s").asi8
    table, _ = clean({"BTC": CoinSeries(instants, (10 + np.arange(400) % 3).astype(float), np.ones(400))})
    moved = table.times - instants
    assert set(moved.tolist()) == {0, HOUR}


def test_hours_to_and_fro_are_no_summer_time() -> None:
    times = at(2024, 1, 1) + DAY * np.arange(300) - HOUR * (np.arange(300) % 8 == 0)
    with pytest.raises(PriceDataError, match="off the clock"):
        clean({"BTC": CoinSeries(times, (10 + np.arange(300) % 3).astype(float), np.ones(300))})


AUTUMN = candles(HOUR, at(2024, 10, 20), 600)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize("newest_first", [False, True])
def test_local_times_are_read_by_their_zone_and_their_order(tmp_path: Path, zone: str, newest_first: bool) -> None:
    rows = AUTUMN[::-1] if newest_first else AUTUMN
    content = text(rows, "%Y-%m-%d %H:%M:%S", zone)
    assert read(tmp_path, content, f"zone={zone}").times.tolist() == [row.time for row in rows]
    with pytest.raises(PriceDataError, match="goes back an hour at 2024-1") as caught:
        read(tmp_path, content)
    assert worded(caught.value.next_step) == "name the zone of its times: --columns zone=Europe/Berlin"


def test_an_hour_that_may_be_either_is_refused(tmp_path: Path) -> None:
    # 05:00 and 06:00 UTC are both 01:00 in New York that night; one of the two rows is missing.
    rows = [row for row in AUTUMN if row.time != at(2024, 11, 3) + 5 * HOUR]
    with pytest.raises(PriceDataError, match="2024-11-03 01:00:00 once"):
        read(tmp_path, text(rows, "%Y-%m-%d %H:%M:%S", "America/New_York"), "zone=America/New_York")


def test_an_hour_that_no_clock_shows_is_refused(tmp_path: Path) -> None:
    rows = candles(HOUR, at(2024, 3, 5), 300)
    with pytest.raises(PriceDataError, match="2024-03-10 02:00:00, which no clock"):
        read(tmp_path, text(rows, "%Y-%m-%d %H:%M:%S"), "zone=America/New_York")
    with pytest.raises(PriceDataError, match="no time zone 'Mars/Base'"):
        read(tmp_path, text(rows, "%Y-%m-%d %H:%M:%S"), "zone=Mars/Base")


def test_a_zone_leaves_instants_as_they_are(tmp_path: Path) -> None:
    for pattern in ("%s", "%Y-%m-%d %H:%M:%SZ", "%Y-%m-%d %H:%M:%S+0000"):
        content = text(AUTUMN, pattern) if pattern != "%s" else HEADER + "".join(
            f"{row.time},{row.ohlc},{row.volume}\n" for row in AUTUMN
        )  # fmt: skip
        assert read(tmp_path, content, "zone=Europe/Berlin").times.tolist() == [row.time for row in AUTUMN]


@pytest.mark.parametrize("pattern", ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M", "%m-%d-%y %I:%M %p"])
@pytest.mark.parametrize("days", [2, 9, 40])
def test_day_and_month_are_told_by_the_other_dates(tmp_path: Path, pattern: str, days: int) -> None:
    rows = candles(HOUR, at(2024, 9, 3), 24 * days)
    assert read(tmp_path, text(rows, pattern)).times.tolist() == [row.time for row in rows]


def test_day_and_month_that_nothing_tells_are_asked_for(tmp_path: Path) -> None:
    rows = candles(60, at(2024, 9, 3), 200)
    content = text(rows, "%d/%m/%Y %H:%M")
    with pytest.raises(PriceDataError) as caught:
        read(tmp_path, content)
    assert worded(caught.value.next_step) == "say which: --columns dates=day-first"
    assert read(tmp_path, content, "dates=day-first").times.tolist() == [row.time for row in rows]
    assert read(tmp_path, content, "dates=month-first").times[0] == at(2024, 3, 9)


def test_times_that_a_spreadsheet_shortened_are_refused_unless_another_column_has_them(tmp_path: Path) -> None:
    rows = candles(HOUR)
    short = "".join(f"{row.time * 1000:.5E},{row.close},{row.volume}\n" for row in rows)
    with pytest.raises(PriceDataError, match="which a spreadsheet has shortened"):
        read(tmp_path, "unix,close,volume\n" + short)
    both = "".join(f"{row.time * 1000:.5E},{row.at('%Y-%m-%d %H:%M')},{row.close},{row.volume}\n" for row in rows)
    assert read(tmp_path, "unix,date,close,volume\n" + both).times.tolist() == [row.time for row in rows]
