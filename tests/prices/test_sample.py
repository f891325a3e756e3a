import hashlib
import runpy
from pathlib import Path

import numpy as np

from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.sample import SampleSource

DATA = Path(__file__).parents[2] / "data"


def test_the_generator_makes_the_committed_sample_byte_for_byte() -> None:
    made = runpy.run_path(str(DATA / "generate.py"))["sample"]()
    committed = {path.name: path.read_text(encoding="ascii") for path in (DATA / "sample").glob("*.csv")}
    assert made == committed


def test_the_sample_is_small_and_says_that_it_is_synthetic() -> None:
    source = SampleSource()
    assert source.synthetic
    assert "synthetic" in source.description
    assert source.coins() == ("BCH", "BTC", "ETH", "LTC")
    assert sum(path.stat().st_size for path in source.folder.iterdir()) < 1_200_000


def test_cleaning_finds_nothing_to_change_in_the_sample() -> None:
    table, report = clean(SampleSource().fetch())
    assert (len(table), table.interval) == (6_000, 300)
    assert report.gaps == ()
    assert all(coin.dropped == () and coin.filled == 0 for coin in report.coins)


def test_candles_of_the_sample_are_consistent() -> None:
    for path in sorted((DATA / "sample").glob("*.csv")):
        _, opened, high, low, close, volume = np.loadtxt(path, delimiter=",", skiprows=1).T
        assert (high >= np.maximum(opened, close)).all()
        assert (low <= np.minimum(opened, close)).all()
        assert (low > 0).all()
        assert (volume > 0).all()
        assert (opened[1:] == close[:-1]).all()


def test_the_published_table_of_the_sample_has_the_bytes_that_it_always_had() -> None:
    table, _ = clean(SampleSource().fetch())
    digest = hashlib.sha256(table.to_csv()).hexdigest()
    assert digest == "3449e098d02209b047d3b791cb6ed55bfd5b65688bf17165a97b552947601ae4"
