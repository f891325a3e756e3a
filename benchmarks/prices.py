"""Reading a CSV of prices against `pandas.read_csv`, in one run on one machine: time, memory, and how both grow.

`python -m benchmarks.prices [MOST_ROWS]` writes files of 1,000, 10,000, … up to MOST_ROWS candles (1,000,000 unless
given) and reads each of them in a process of its own. `pandas.read_csv` makes a frame of all columns, and believes
them. The project's reader finds the layout, checks every line and the order of the prices, and makes times, close and
volume. At the most rows, other layouts follow, and the table of four coins that the project publishes. The last two
lines are what `organizer open` and `participant download` do with such a table: read, check, hash and store it, or read
it from the store, check it and write it. There pandas reads the file, and its bytes are hashed and written once.

Times are CPU seconds, the best of three reads after one of a small file. Memory is what the resident peak of the
process grew by (Linux). The slope is that of the logarithm of the time over that of the rows: 1 is linear. With
--record at the end it keeps what came out for the table of waits.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.waits.outcome import Grown, Outcome, slope
from benchmarks.waits.records import record
from hyperbounty.prices.csv_file import read_coin
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, EmbeddedStore
from organizer.bounty.openings import prices_digest

LEAST: Final = 1_000
REPEATS: Final = 3
INTERVAL: Final = 60
TABLE: Final = "canonical table"
OPENING: Final = "opening with it"
DOWNLOADING: Final = "downloading it"
COINS: Final = ("BCH", "BTC", "ETH", "LTC")


def read_project(path: Path) -> object:
    """As the project reads a file of a coin, or the table that it makes and publishes."""
    if path.parent.name == OPENING:
        prices = FetchedPrices.load(path.parent)
        with TemporaryDirectory() as store:
            return prices_digest(prices), EmbeddedStore(Path(store)).add(prices.csv)
    if path.parent.name == DOWNLOADING:
        csv = EmbeddedStore(path.parent / "store").get(Cid.parse((path.parent / "cid").read_text()))
        table = PriceTable.from_csv(csv, INTERVAL)
        path.with_suffix(".written").write_bytes(csv)
        return table
    return PriceTable.from_csv(path.read_bytes(), INTERVAL) if path.stem.startswith(TABLE) else read_coin(path)


GOALS: Final = {
    "csv": ("a CSV of one coin read", "CPU s", 5.0),
    "csv-memory": ("the memory to read a CSV of one coin", "MB", 2.5),
    "opening": ("a table opened as `organizer open` does", "CPU s", 5.0),
    "downloading": ("a table as `participant download` does", "CPU s", 5.0),
}
"""By the outcome: what is read, the unit, and how many times pandas it may take."""


def read_pandas(path: Path) -> object:
    """A frame; where the project also hashes and writes, the bytes once hashed and written."""
    if path.parent.name in (OPENING, DOWNLOADING):
        data = path.read_bytes()
        path.with_suffix(".written").write_bytes(data)
        return pd.read_csv(path), hashlib.sha256(data).digest()
    return pd.read_csv(path)


READERS: Final[dict[str, Callable[[Path], object]]] = {"pandas": read_pandas, "hyperbounty": read_project}

Line = Callable[[int, str], str]
HEADER: Final = "time,open,high,low,close,volume\n"
LAYOUTS: Final[dict[str, tuple[str, Line]]] = {
    "unix seconds": (HEADER, lambda t, rest: f"{t},{rest}\n"),
    "ISO 8601": (HEADER, lambda t, rest: f"{_at(t, '%Y-%m-%d %H:%M:%S')},{rest}\n"),
    "Binance, no header": ("", lambda t, rest: f"{t}000,{rest},{t + 59}999,5.0,3,1.2,2.3,0\n"),
    "MetaTrader, tabs": (
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n",
        lambda t, rest: _at(t, "%Y.%m.%d\t%H:%M\t") + rest.replace(",", "\t") + "\n",
    ),
    "day first, comma": (
        HEADER.replace(",", ";"),
        lambda t, rest: _at(t, "%d.%m.%Y %H:%M;") + rest.replace(",", ";").replace(".", ",") + "\n",
    ),
}
LAST: Final = (*list(LAYOUTS)[1:], TABLE, OPENING, DOWNLOADING)


def _at(seconds: int, pattern: str) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(pattern)


def write(path: Path, rows: int, layout: str) -> None:
    """Candles of a random walk."""
    rng = np.random.default_rng(0)
    if layout in (TABLE, OPENING, DOWNLOADING):
        values = np.empty((rows, 2 * len(COINS)))
        values[:, 0::2] = np.round(100 * np.exp(np.cumsum(rng.normal(0, 1e-3, (rows, len(COINS))), axis=0)), 2)
        values[:, 1::2] = np.round(1 + rng.exponential(50, (rows, len(COINS))), 6)
        columns = tuple(f"{coin}.{part}" for coin in COINS for part in ("close", "volume"))
        table = PriceTable(1_500_000_000 + INTERVAL * np.arange(rows), columns, values, INTERVAL)
        FetchedPrices(table, "a walk", synthetic=True, cleaning=(), name="csv").save(path.parent)
        path.with_name("prices.csv").rename(path)
        if layout == OPENING:
            path.with_name("prices.csv").symlink_to(path)
        if layout == DOWNLOADING:
            cid = EmbeddedStore(path.parent / "store").add(path.read_bytes())
            path.with_name("cid").write_text(str(cid))
        return
    walk = 100 * np.exp(np.cumsum(rng.normal(0, 1e-3, rows + 1)))
    spread = rng.exponential(0.05, (2, rows))
    volume = rng.exponential(50, rows)
    header, line = LAYOUTS[layout]
    with path.open("w", encoding="utf-8") as file:
        file.write(header)
        for i in range(rows):
            opened, close = walk[i], walk[i + 1]
            high, low = max(opened, close) + spread[0, i], min(opened, close) - spread[1, i]
            rest = f"{opened:.2f},{high:.2f},{low:.2f},{close:.2f},{volume[i]:.6f}"
            file.write(line(1_500_000_000 + INTERVAL * i, rest))


def measure(reader: str, path: Path, small: Path) -> tuple[float, float]:
    """CPU seconds and MB of one reader, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.prices", "--read", reader, str(path), str(small)]
    seconds, megabytes = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
    return seconds, megabytes


def read(reader: str, path: Path, small: Path) -> tuple[float, float]:
    """What `measure` returns, measured in this process."""
    function = READERS[reader]
    function(small)  # what is loaded at the first call counts for neither
    before, seconds = _resident("VmRSS"), float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        function(path)
        seconds = min(seconds, time.process_time() - start)
    return seconds, _resident("VmHWM") - before


def _resident(name: str) -> float:
    """MB of memory that are, or were at most, resident."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def main() -> None:
    """Measure, print the tables, and record."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--record"]
    most = int(arguments[0]) if arguments else 1_000_000
    sizes = [size for size in (10**power for power in range(3, 9)) if size <= most]
    times: list[Grown] = []
    memory: list[Grown] = []
    others: dict[str, Grown] = {}
    head = "".join(f"{reader:>14}" for reader in READERS)
    print(f"{'':22}{'CPU seconds':>28}{'':10}{'MB':>28}")
    print(f"{'rows':22}{head}{'times':>10}{head}{'times':>10}")
    with TemporaryDirectory() as folder:
        runs = [("unix seconds", size) for size in sizes] + [(name, sizes[-1]) for name in LAST]
        for layout, size in runs:
            small, path = (Path(folder) / size / layout / f"{layout}.csv" for size in ("few", "many"))
            for file, count in ((small, LEAST // 10), (path, size)):
                file.parent.mkdir(parents=True, exist_ok=True)
                write(file, count, layout)
            found = {reader: measure(reader, path, small) for reader in READERS}
            seconds, megabytes = (Grown(size, found["hyperbounty"][place], found["pandas"][place]) for place in (0, 1))
            if layout == "unix seconds":
                times.append(seconds)
                memory.append(megabytes)
            others[layout] = seconds
            name = f"{size:,}" if layout == "unix seconds" else layout
            print(f"{name:22}{_columns([found[reader][0] for reader in READERS], 3)}"
                  f"{_columns([found[reader][1] for reader in READERS], 1)}", flush=True)  # fmt: skip
    for reader, costs in (
        ("pandas", [one.theirs or 0.0 for one in times]),
        ("hyperbounty", [one.ours for one in times]),
    ):
        if found_slope := slope(sizes, costs):
            print(f"slope of {reader}: {found_slope[0]:.2f}, over the last step {found_slope[1]:.2f}")
    if "--record" in sys.argv:
        last = {"opening": [others[OPENING]], "downloading": [others[DOWNLOADING]]}
        every = {"csv": times, "csv-memory": memory, **last}
        record([_outcome(name, growth) for name, growth in every.items()])


def _outcome(name: str, growth: list[Grown]) -> Outcome:
    """The most rows against pandas; see the goals."""
    most = growth[-1]
    assert most.theirs is not None
    what, unit, times = GOALS[name]
    return Outcome(
        name=name,
        what=f"{most.size:,} rows: {what}",
        unit=unit,
        ours=most.ours,
        peer="`pandas.read_csv`",
        theirs=most.theirs,
        goal=f"at most {times} times pandas",
        is_met=most.ours <= times * most.theirs,
        grows=f"rows, {unit}" if len(growth) > 1 else "",
        growth=tuple(growth) if len(growth) > 1 else (),
        remark="pandas believes what it reads; here layout, every line and the order of the prices are checked",
    )


def _columns(values: list[float], digits: int) -> str:
    ratio = f"{values[1] / values[0]:10.1f}" if values[0] else f"{'-':>10}"
    return "".join(f"{value:14.{digits}f}" for value in values) + ratio


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(read(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))))
    else:
        main()
