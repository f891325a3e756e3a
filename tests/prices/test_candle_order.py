"""Columns are believed only where their values bear them out; else the order that holds is used and said."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from hyperbounty.cli.wording import worded
from hyperbounty.errors import PriceDataError
from hyperbounty.prices.csv_columns import ColumnChoice
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.source import CoinSeries
from tests.prices.layouts import HOUR, Row, candles

ROLES = ("open", "high", "low", "close")
CANDLES = candles(HOUR)


def read(folder: Path, text: str, choice: str | None = None) -> CoinSeries:
    path = folder / "BTC.csv"
    path.write_text(text)
    return read_coin(path, "BTC", ColumnChoice.parse(choice) if choice else None)


def rows(order: tuple[str, ...], candles: list[Row] = CANDLES) -> str:
    return "".join(f"{r.time},{','.join(str(getattr(r, role)) for role in order)},{r.volume}\n" for r in candles)


@pytest.mark.parametrize("order", list(permutations(ROLES)), ids="-".join)
def test_without_a_header_any_order_is_found_and_said(tmp_path: Path, order: tuple[str, ...]) -> None:
    series = read(tmp_path, rows(order))
    assert series.close.tolist() == [row.close for row in CANDLES]
    if order == ROLES:
        assert series.notes == ()
    else:
        said = ", ".join(f"{place} {role}" for place, role in enumerate(order, 2))
        assert series.notes == (f"BTC.csv: its columns are, by their values: {said}",)


@pytest.mark.parametrize("order", list(permutations(ROLES)), ids="-".join)
@pytest.mark.parametrize("newest_first", [False, True])
def test_titles_that_the_values_contradict_are_not_believed(
    tmp_path: Path, order: tuple[str, ...], newest_first: bool
) -> None:
    body = rows(order, CANDLES[::-1] if newest_first else CANDLES)
    series = read(tmp_path, "time,open,high,low,close,volume\n" + body)
    assert sorted(series.close.tolist()) == sorted(row.close for row in CANDLES)
    assert bool(series.notes) is (order != ROLES)


def test_titles_that_are_right_are_believed_in_any_order(tmp_path: Path) -> None:
    for order in permutations(ROLES):
        series = read(tmp_path, f"time,{','.join(order)},volume\n" + rows(order))
        assert (series.close.tolist(), series.notes) == ([row.close for row in CANDLES], ())


def test_a_few_rows_that_are_wrong_do_not_change_the_order(tmp_path: Path) -> None:
    lines = rows(ROLES).splitlines()
    for i in (3, 50, 90):
        time, opened, high, low, close, volume = lines[i].split(",")
        lines[i] = ",".join((time, opened, low, high, close, volume))
    series = read(tmp_path, "time,open,high,low,close,volume\n" + "\n".join(lines) + "\n")
    assert (series.close.tolist(), series.notes) == ([row.close for row in CANDLES], ())


def test_prices_that_stand_still_decide_nothing(tmp_path: Path) -> None:
    still = [Row(row.time, 7.0, 7.0, 7.0, 7.0, row.volume) for row in CANDLES[:120]]
    order = ("open", "close", "high", "low")
    series = read(tmp_path, "time,open,high,low,close,volume\n" + rows(order, still + CANDLES[120:]))
    assert series.close.tolist() == [7.0] * 120 + [row.close for row in CANDLES[120:]]
    assert "by their values" in series.notes[0]


@pytest.mark.parametrize("header", ["", "time,open,high,low,close,volume\n"])
def test_where_no_order_holds_the_file_is_refused_and_the_user_may_say(tmp_path: Path, header: str) -> None:
    turned = [
        (row.open, row.high, row.low, row.close)[i % 4 :] + (row.open, row.high, row.low, row.close)[: i % 4]
        for i, row in enumerate(CANDLES)
    ]
    body = "".join(
        f"{row.time},{','.join(map(str, prices))},{row.volume}\n" for row, prices in zip(CANDLES, turned, strict=True)
    )
    with pytest.raises(PriceDataError) as caught:
        read(tmp_path, header + body)
    assert "--columns time=1,close=5,volume=6" in worded(caught.value.next_step)
    series = read(tmp_path, header + body, "time=1,close=3,volume=6")
    assert series.close.tolist() == [prices[1] for prices in turned]


def test_a_close_outside_its_low_and_high_is_refused_where_there_is_no_open(tmp_path: Path) -> None:
    body = "".join(f"{row.time},{row.high},{row.low},{row.high + 1},{row.volume}\n" for row in CANDLES)
    with pytest.raises(PriceDataError, match="does not lie between its low and its high"):
        read(tmp_path, "time,high,low,close,volume\n" + body)


def test_too_few_rows_to_tell_open_from_close_take_the_order_of_an_exchange(tmp_path: Path) -> None:
    text = "1546617600,1.0,4.0,2.0,3.0,5.5\n1546617900,1,4,2,3.5,6\n1546618200,1,4,2,3.25,7\n"
    assert read(tmp_path, text).close.tolist() == [3.0, 3.5, 3.25]
    mirrored = "1546617600,2.0,1.0,3.0,4.0,5.5\n1546617900,2,1,3.5,4,6\n1546618200,2,1,3.25,4,7\n"
    with pytest.raises(PriceDataError, match="cannot be told apart"):
        read(tmp_path, mirrored)


def test_of_two_tickers_that_of_the_coin_is_read(tmp_path: Path) -> None:
    header = "Price,Close,Close,Volume,Volume\nTicker,BTC-USD,ETH-USD,BTC-USD,ETH-USD\nDate,,,,\n"
    body = "".join(f"{row.at('%Y-%m-%d %H:%M')},{row.close},9,{row.volume},8\n" for row in CANDLES)
    series = read(tmp_path, header + body)
    assert (series.close.tolist(), series.volume[0]) == ([row.close for row in CANDLES], CANDLES[0].volume)
    with pytest.raises(PriceDataError, match="more than one column 'close'"):
        read(tmp_path, (header + body).replace("BTC-USD", "LTC-USD"))


def test_three_prices_without_a_title_are_not_taken_for_a_tick(tmp_path: Path) -> None:
    body = "".join(f"{row.time},{row.high},{row.low},{row.close}\n" for row in CANDLES)
    with pytest.raises(PriceDataError, match="no four of them"):
        read(tmp_path, body)


def test_numbers_above_the_columns_are_no_titles(tmp_path: Path) -> None:
    assert read(tmp_path, "0,1,2,3,4,5\n" + rows(ROLES)).close.tolist() == [row.close for row in CANDLES]
