"""Numbers with marks of either kind, units and signs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.wording import worded
from hyperbounty.errors import PriceDataError
from hyperbounty.prices.csv_columns import ColumnChoice
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.numerals import MISSING, Marks, marks_of, numbers_of
from hyperbounty.prices.source import CoinSeries

POINT, COMMA = Marks(".", ","), Marks(",", ".")


@given(st.floats(1e-9, 1e12), st.integers(0, 8), st.sampled_from([POINT, COMMA]), st.booleans())
def test_a_number_is_read_back_with_either_marks(value: float, digits: int, marks: Marks, grouped: bool) -> None:
    written = f"{value:,.{digits}f}" if grouped else f"{value:.{digits}f}"
    cell = written.translate(str.maketrans(",.", marks.thousands + marks.decimal))
    values, wrong = numbers_of(pd.Series([cell], dtype=str), marks)
    assert (values.tolist(), wrong.tolist()) == ([float(f"{value:.{digits}f}")], [False])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$1,234.50", 1234.5), ("1 234,50 €", None), ("1.2K", 1200.0), ("3.5M", 3_500_000.0), ("2B", 2e9),
        ("0.5t", 5e11), ("1e-07", 1e-7), ("+5", 5.0), ("1'234.5", 1234.5),
        ("12,34,567.5", 1234567.5), ("US$5", 5.0),
    ],
)  # fmt: skip
def test_units_and_signs(cell: str, value: float | None) -> None:
    marks = POINT if value is not None else COMMA
    values, wrong = numbers_of(pd.Series([cell], dtype=str), marks)
    assert (values[0], wrong[0]) == (value or 1234.5, False)


@pytest.mark.parametrize("cell", ["ten", "1.2.3", "1,2", "1,23.4", "12,3456", "5 %", "2024-01-01", "0x10", "1e", "."])
def test_what_is_no_number_is_wrong(cell: str) -> None:
    values, wrong = numbers_of(pd.Series([cell], dtype=str), POINT)
    assert np.isnan(values[0])
    assert wrong[0]


@pytest.mark.parametrize("cell", MISSING)
def test_words_for_nothing_are_not_wrong(cell: str) -> None:
    values, wrong = numbers_of(pd.Series([cell, f" {cell} "], dtype=str), POINT)
    assert np.isnan(values).all()
    assert not wrong.any()


@pytest.mark.parametrize(
    ("cells", "marks"),
    [
        (["42280.5", "7"], Marks()),
        (["42,280.5"], POINT),
        (["42.280,5"], COMMA),
        (["0,5", "7"], Marks(",")),
        (["1,234,567"], POINT),
        (["1.234.567"], COMMA),
        (["1.234", "2.345"], Marks()),
        (["1,234", "5.5"], POINT),
        (["1.234", "5,5"], COMMA),
        (["1,234"], None),
        (["1,234", "2.345"], None),
        (["0,5", "0.5"], None),
    ],
)
def test_the_marks_are_told_by_all_numbers_together(cells: list[str], marks: Marks | None) -> None:
    assert marks_of(cells) == marks


def read(folder: Path, text: str, choice: str | None = None) -> CoinSeries:
    path = folder / "BTC.csv"
    path.write_text(text)
    return read_coin(path, "BTC", ColumnChoice.parse(choice) if choice else None)


def test_marks_that_nothing_tells_are_asked_for(tmp_path: Path) -> None:
    text = "date;close;volume\n" + "".join(f"2024-01-{day:02};1,{day}5;7\n" for day in range(10, 30))
    with pytest.raises(PriceDataError) as caught:
        read(tmp_path, text)
    assert worded(caught.value.next_step) == "say which: --columns decimal=comma"
    assert read(tmp_path, text, "decimal=comma").close[0] == 1.105
    assert read(tmp_path, text, "decimal=point").close[0] == 1105.0


@pytest.mark.parametrize(
    ("choice", "complaint"),
    [
        ("close", "says of no column"),
        ("price=3", "says of no column"),
        ("close=", "says of no column"),
        ("close=1,close=2", "says of no column"),
        ("dates=german", "dates cannot be 'german'"),
        ("decimal=.", "decimal cannot be '.'"),
    ],
)
def test_a_choice_that_says_nothing_is_refused(choice: str, complaint: str) -> None:
    with pytest.raises(PriceDataError, match=complaint) as caught:
        ColumnChoice.parse(choice)
    assert caught.value.next_step


@pytest.mark.parametrize("title", ["Kurs", "kurs", "KURS", "2"])
def test_a_column_is_named_by_title_or_number(tmp_path: Path, title: str) -> None:
    text = "Tag,Kurs,Menge\n2024-01-13,5.5,1\n2024-01-14,6.5,2\n2024-01-15,7.5,3\n"
    assert read(tmp_path, text, f"time=1,close={title},volume=Menge").close.tolist() == [5.5, 6.5, 7.5]
    with pytest.raises(PriceDataError, match="no columns 'Preis' among its 3"):
        read(tmp_path, text, "time=1,close=Preis,volume=3")
    with pytest.raises(PriceDataError, match="no columns '4' among its 3"):
        read(tmp_path, text, "time=1,close=4,volume=3")
    with pytest.raises(PriceDataError, match=r"'5\.5' where a time is expected, in column 2"):
        read(tmp_path, text, "time=2,close=2,volume=3")
