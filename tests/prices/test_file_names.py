"""Files of prices, named as exchanges and data sites name them."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.csv_source import CsvSource
from hyperbounty.prices.file_names import files_by_coin, read_name

HOUR_MS = 3_600_000
BEGIN_MS = 1_704_067_200_000


def rows(first: int, count: int, price: float = 100.0) -> str:
    """Hours of Binance, from hour `first` of 2024 on."""
    return "".join(
        f"{BEGIN_MS + hour * HOUR_MS},{price},{price + 2},{price - 2},{price + hour % 2},5.5,"
        f"{BEGIN_MS + (hour + 1) * HOUR_MS - 1},550.0,9,2.5,250.0,0\n"
        for hour in range(first, first + count)
    )


@pytest.mark.parametrize(
    ("name", "coin"),
    [
        ("BTC.csv", "BTC"),
        ("eth.csv.gz", "ETH"),
        ("LTC-USD.txt", "LTC"),
        ("DOGEUSDT-15m-2023-07.zip", "DOGE"),
        ("DOGEUSDT-1d-2023-07-09.csv", "DOGE"),
        ("1000SHIBUSDT-5m-2022.csv", "1000SHIB"),
        ("Binance_ADAUSDT_2022_minute.csv", "ADA"),
        ("Gemini_LTCUSD_1h.csv", "LTC"),
        ("XBTUSD_1440.csv", "BTC"),
        ("XDGUSD_15.csv", "DOGE"),
        ("sol-usd-max.csv", "SOL"),
        ("KRAKEN_ETHUSD, 240.csv", "ETH"),
        ("BCHBUSD-1h-2021-11.zip", "BCH"),
        ("ltcusd_d.csv", "LTC"),
        ("USDC-USD.csv", "USDC"),
        ("ETHUSD_Candlestick_1_h_BID_01.02.2021-28.02.2021.csv", "ETH"),
        ("ETH-USDT.zip", "ETH"),
    ],
)
def test_the_coin_is_found_in_names_that_files_have(name: str, coin: str) -> None:
    found = read_name(name)
    assert found is not None
    assert found.coin == coin


@pytest.mark.parametrize(
    "name",
    [
        "README.txt",
        "notes.md",
        "BTC.json",
        "BTC-EUR.csv",
        "krakenUSD.csv",
        "bitstampUSD_1-min_2012-01-01.csv",
        ".csv",
        "a b.csv",
    ],
)
def test_other_names_are_none_of_prices(name: str) -> None:
    assert read_name(name) is None


@given(name=st.text(max_size=40), ending=st.sampled_from([".csv", ".zip", ".txt.gz", ""]))
def test_any_name_is_read(name: str, ending: str) -> None:
    found = read_name(name + ending)
    assert found is None or (found.coin.isalnum() and found.coin == found.coin.upper())


def test_months_and_days_of_one_series_are_joined_in_their_order(tmp_path: Path) -> None:
    parts = {"BTCUSDT-1h-2024-01": (0, 744), "BTCUSDT-1h-2024-02": (744, 696), "BTCUSDT-1h-2024-03-01": (1440, 24)}
    for name, (first, count) in reversed(parts.items()):
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as packed:
            packed.writestr(f"{name}.csv", rows(first, count))
    series = CsvSource(tmp_path).fetch()["BTC"]
    assert len(series) == 744 + 696 + 24
    assert np.all(np.diff(series.times) == 3600)


def test_what_a_part_lost_is_counted_for_the_whole(tmp_path: Path) -> None:
    for number, first in enumerate((0, 100), 1):
        (tmp_path / f"ETHUSDT-1h-2024-0{number}.csv").write_text(rows(first, 100) + f"{BEGIN_MS},only two\n")
    series = CsvSource(tmp_path).fetch()["ETH"]
    assert (len(series), sum(count for _, count in series.dropped)) == (200, 2)
    assert [note.split()[0] for note in series.notes] == ["ETHUSDT-1h-2024-01.csv", "ETHUSDT-1h-2024-02.csv"]


@pytest.mark.parametrize(
    "names",
    [
        ("BTC.csv", "BTC-USD.csv"),
        ("BTC-USD.csv", "BTC-USD (1).csv"),
        ("BTCUSDT-1h-2024-01.csv", "BTCUSDT-1m-2024-01.csv"),
        ("BTCUSDT-1h-2024-01.csv", "BTCUSDC-1h-2024-01.csv"),
        ("BTCUSDT-1h-2024-01.csv", "BTCUSDT-1h-2024-01.zip"),
        ("XBTUSD_60.csv", "BTC.csv"),
    ],
)
def test_two_series_of_one_coin_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(PriceDataError, match="both prices of BTC"):
        files_by_coin(map(Path, names))


def test_a_coin_and_the_same_coin_in_another_currency_are_no_parts(tmp_path: Path) -> None:
    """A month in USDT and the next in USDC would be a step in the price that nobody traded."""
    for name in ("BTCUSDT-1h-2024-01.csv", "BTCUSDC-1h-2024-02.csv"):
        (tmp_path / name).write_text(rows(0, 10))
    with pytest.raises(PriceDataError, match="both prices of BTC"):
        CsvSource(tmp_path).fetch()


def test_parts_come_in_the_order_of_their_times() -> None:
    names = [f"BTCUSDT-1h-{year}-{month:02}.zip" for year in (2024, 2023) for month in range(12, 0, -1)]
    found = files_by_coin(map(Path, names))["BTC"]
    assert all(before.name < after.name for before, after in pairwise(found))
