"""Every layout of docs/prices.md: as many rows come out as go in, with their own values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.csv_columns import ColumnChoice
from hyperbounty.prices.csv_source import CsvSource
from tests.prices.layouts import LAYOUTS, ROWS, Layout, candles

DOCS = Path(__file__).parents[2] / "docs" / "prices.md"


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_rows_in_are_rows_out(tmp_path: Path, layout: Layout) -> None:
    rows = candles(layout.interval)
    (tmp_path / layout.file).write_bytes(layout.write(rows))
    choice = ColumnChoice.parse(layout.columns) if layout.columns else None
    series = CsvSource(tmp_path, columns=choice).fetch()
    table, report = clean(series)
    assert table.times.tolist() == [row.time for row in rows]
    assert table.column("BTC.close").tolist() == [row.close for row in rows]
    assert table.column("BTC.volume").tolist() == pytest.approx([layout.volume(row) for row in rows], rel=1e-12)
    (coin,) = report.coins
    assert (coin.received, coin.dropped, coin.filled) == (ROWS, (), 0)


def test_the_docs_list_every_layout_once() -> None:
    rows = re.findall(
        r"^\| ([^|]+?) \|", DOCS.read_text(encoding="utf-8").split("## Layouts")[1].split("\n## ")[0], re.M
    )
    assert len(rows) > 20
    assert sorted(rows[1:]) == sorted(layout.name for layout in LAYOUTS)
