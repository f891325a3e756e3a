"""docs/protocol.md says of every metric and of the bar what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from hyperbounty.statistics.luck import Lottery
from hyperbounty.statistics.metrics import DEFAULT_METRIC, METRICS

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def test_the_table_of_metrics_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)`( \(default\))? \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    found = {name: (bool(default), what, constant) for name, default, what, constant in rows if name in METRICS}
    assert found == {
        name: (
            name == DEFAULT_METRIC,
            metric.what,
            "the share of the class that it names" if metric.follows_base_rate else "one half",
        )
        for name, metric in METRICS.items()
    }


def test_the_table_of_bars_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| ([\d,]+) \| (\d+) \| ([\d.]+%) \| ([\d.]+%) \| ([\d.]+%) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 5
    for windows, periods, *bars in rows:
        count = int(windows.replace(",", ""))
        for entries, bar in zip((16, 64, 256), bars, strict=True):
            lottery = Lottery("balanced_accuracy", count, 10**6, int(periods), 500_000, entries)
            assert f"{lottery.bar_ppm(0.05) / 10_000:.2f}%" == bar
