"""Windows as views against the usual explicit copies: time and memory, both in one run on one machine.

`python benchmarks/windows.py [ROWS]` makes a random table of ROWS rows (200,000 by default) and 8 columns and windows
it at 60, twice: as the project does, and with a copy of each window and of its label, as tutorials do. A last line is
the project's way alone at 1,000,000 rows. Memory is the peak of what was allocated, by tracemalloc, in a second pass so
that it doesn't slow the timed one.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Final

import numpy as np

from hyperbounty.prices.table import PriceTable
from hyperbounty.training.features import Scaler, raw_features
from hyperbounty.training.windows import prepare

COINS: Final = ("BCH", "BTC", "ETH", "LTC")
SEQUENCE_LENGTH: Final = 60
FUTURE_PERIODS: Final = 3
REPEATS: Final = 3


def random_table(rows: int) -> PriceTable:
    """A random walk of each coin without a gap."""
    rng = np.random.default_rng(0)
    values = np.empty((rows, 2 * len(COINS)))
    values[:, 0::2] = 100.0 * np.exp(np.cumsum(rng.normal(0.0, 1e-3, (rows, len(COINS))), axis=0))
    values[:, 1::2] = rng.exponential(50.0, (rows, len(COINS)))
    columns = tuple(f"{coin}.{part}" for coin in COINS for part in ("close", "volume"))
    return PriceTable(1_500_000_000 + 300 * np.arange(rows), columns, values, 300)


def as_views(table: PriceTable) -> int:
    """The project's way; returns the number of windows."""
    dataset = prepare(table, None, target="BTC", sequence_length=SEQUENCE_LENGTH, future_periods=FUTURE_PERIODS)
    dataset.train.view()
    return len(dataset.train)


def as_copies(table: PriceTable) -> int:
    """The same windows, each copied; returns their number."""
    raw = raw_features(table)
    features = Scaler.fit(raw, np.ones(len(table), dtype=np.bool_)).apply(raw)
    close = table.column("BTC.close")
    windows, labels = [], []
    for start in range(1, len(table) - SEQUENCE_LENGTH - FUTURE_PERIODS + 1):
        end = start + SEQUENCE_LENGTH - 1
        windows.append(features[start : end + 1].copy())
        labels.append(close[end + FUTURE_PERIODS] > close[end])
    return len(np.stack(windows)) if len(labels) == len(windows) else 0


def measure(build: Callable[[PriceTable], int], table: PriceTable) -> tuple[float, float, int]:
    """Seconds (best of `REPEATS`), peak MB, and the number of windows."""
    seconds, windows = float("inf"), 0
    for _ in range(REPEATS):
        before = time.perf_counter()
        windows = build(table)
        seconds = min(seconds, time.perf_counter() - before)
    tracemalloc.start()
    build(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak / 1e6, windows


def main() -> None:
    """Measure and print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    table = random_table(rows)
    measured = {
        f"views, {rows:,} rows": measure(as_views, table),
        f"copies, {rows:,} rows": measure(as_copies, table),
        "views, 1,000,000 rows": measure(as_views, random_table(1_000_000)),
    }
    print(f"{'':24}{'windows':>12}{'seconds':>10}{'peak MB':>10}")
    for name, (seconds, peak, windows) in measured.items():
        print(f"{name:24}{windows:12,}{seconds:10.3f}{peak:10.1f}")
    (view_s, view_mb, _), (copy_s, copy_mb, _) = list(measured.values())[:2]
    print(f"copies take {copy_s / view_s:.1f} times the time and {copy_mb / view_mb:.1f} times the memory of views")


if __name__ == "__main__":
    main()
