"""One CSV file of one coin, in whatever layout it has: docs/prices.md lists those that people have."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.candles import settle
from hyperbounty.prices.csv_cells import TIME, Cells, Faults, Wanted, read_cells
from hyperbounty.prices.csv_columns import ColumnChoice, find_columns
from hyperbounty.prices.csv_layout import EXAMPLE, Layout, find_layout
from hyperbounty.prices.source import CoinSeries
from hyperbounty.prices.text_file import PriceText, read_text
from hyperbounty.prices.times import day_first, has_zone, in_zone, is_ambiguous, looks_like_time, refuse_summer_time

# A file with more of its rows unusable is broken, or not what it is taken for. Leaving them out would hide it.
MOST_LOST: Final = 0.05
MIN_ROWS: Final = 3

UNFINISHED: Final = "unfinished last line"
_NO_PRICE, _NO_VOLUME = "no price", "no volume"
_TRADED: Final = NextStep(
    "bring prices at a longer interval, or of a time in which it was traded ({}); at most 5% may be missing",
    Parameter("start", "DATE"),
)
_NAMED: Final = NextStep("get the file again; where it is whole, say what its columns are: {}", EXAMPLE)


def read_coin(path: Path, coin: str = "", choice: ColumnChoice | None = None) -> CoinSeries:
    r"""The series in the file at `path`.

    Args:
        path: a CSV file, or one packed with gzip or zip.
        coin: its symbol, where several columns are told apart by it.
        choice: what is known about its columns and cannot be seen.

    Returns:
        The rows in the order of the file. A price or a volume that is missing is NaN.

    Raises:
        PriceDataError: it cannot be read, its columns cannot be told, or more than `MOST_LOST` of its rows would go;
            names the file, the first line and the next step.

    >>> text = "date,price,volume\n2026-11-01,2.0,10\n2026-11-02,2.5,11\n2026-11-03,3.0,12\n"
    >>> path = tmp_path / "BTC-USD.csv"
    >>> _ = path.write_text(text)
    >>> read_coin(path).times.tolist()
    [1793491200, 1793577600, 1793664000]
    """
    choice = choice or ColumnChoice()
    name = path.name
    text = read_text(path)
    layout = find_layout(name, text.data)
    _refuse_cut(name, text, layout)
    columns = find_columns(name, coin, layout, choice)
    both = choice.day_first is None and any(map(is_ambiguous, layout.column(columns.time[0])))
    volumes = [columns.volume] if columns.other_volume is None else [columns.volume, columns.other_volume]
    wanted = Wanted(
        columns.time,
        tuple(dict.fromkeys([*columns.prices.values(), *volumes])),
        columns.marks,
        (True, False) if both else (choice.day_first is not False,),
        zones=choice.zone is not None,
    )
    cells = read_cells(text.data, layout, wanted)
    unfinished = _is_unfinished(text, layout, wanted, cells)
    if len(cells.lines) - unfinished < MIN_ROWS and not any(fault.count for fault in cells.faults.values()):
        raise PriceDataError(
            f"{name} has {len(cells.lines) - unfinished} complete rows of prices",
            "bring a longer series: hundreds of rows at least",
        )
    rows = slice(0, len(cells.lines) - unfinished)
    seconds = cells.times[1 if both and not day_first(name, cells.times) else 0][rows]
    dated = ~np.isnan(seconds)
    # Read with the day first, or the month first, a date or two may be none.
    cells.faults[TIME].add(cells.lines[rows][~dated], "a date in another order")
    numbers = {place: values[rows][dated] for place, values in cells.numbers.items()}
    seconds, lines = seconds[dated], cells.lines[rows][dated]
    volume = numbers[columns.volume]
    if columns.other_volume is not None and not (volume > 0).any():
        volume = numbers[columns.other_volume]
    prices = {role: numbers[place] for role, place in columns.prices.items()}
    _refuse_losses(name, cells.faults, lines, prices["close"], volume)
    close, note = "close", ""
    if columns.believed != "user" and len(prices) > 1:
        close, note = settle(name, prices, columns.prices, seconds, columns.believed)
    if close != "close":
        _refuse_losses(name, cells.faults, lines, prices[close], volume)
    times = seconds.astype(np.int64)
    if choice.zone is not None:
        zoned = cells.zoned[rows][dated]
        if not zoned.all():
            times[~zoned] = in_zone(name, times[~zoned], choice.zone)
    elif not has_zone(pd.Series(layout.column(columns.time[0]), dtype=str)).any():
        refuse_summer_time(name, times)
    dropped = [(reason, fault.count) for reason, fault in cells.faults.items() if fault.count]
    notes = [
        f"{name} line {fault.line} has {reason}: {fault.shown}" for reason, fault in cells.faults.items() if fault.count
    ]
    if unfinished:
        dropped.append((UNFINISHED, 1))
    return CoinSeries(times, prices[close], volume, tuple(dropped), tuple(filter(None, (note, *notes))))


def _refuse_cut(name: str, text: PriceText, layout: Layout) -> None:
    """Refuse a file that ends within a line of prices."""
    if text.data.endswith(b"\n"):
        return
    start = text.data.rfind(b"\n") + 1
    last = text.data[start:].decode("utf-8", "replace")
    cells = next(csv.reader([last], delimiter=layout.delimiter), [])
    if start > layout.offset and 1 < len(cells) < layout.fields and any(map(looks_like_time, cells[:3])):
        number = text.data.count(b"\n") + 1
        raise PriceDataError(
            f"{name} line {number}, its last, has {len(cells)} fields where {layout.fields} are expected",
            "the file was cut short: get it again",
        )


def _is_unfinished(text: PriceText, layout: Layout, wanted: Wanted, cells: Cells) -> bool:
    """Whether the last row may have been cut within a number that is used.

    A line without its end is whole where that is its last number's: where the file was packed, where the number is not
    used, and where it has as many digits of a fraction as all others.
    """
    ended = text.packed or text.data.endswith(b"\n") or layout.fields - 1 not in wanted.numbers
    if ended or not len(cells.lines) or cells.lines[-1] != text.data.count(b"\n") + 1:
        return False
    last = text.data[text.data.rfind(b"\n") + 1 :].decode("utf-8", "replace").strip('" ')
    digits = {len(re.split("[.,]", cell)[-1]) if re.search("[.,]", cell) else 0 for cell in layout.column(-1)}
    return digits != {len(re.split("[.,]", last)[-1])} or len(layout.sample) < MIN_ROWS


def _refuse_losses(
    name: str,
    faults: dict[str, Faults],
    lines: NDArray[np.int64],
    close: NDArray[np.float64],
    volume: NDArray[np.float64],
) -> None:
    """Refuse a file of which more than a few rows would go, and say why."""
    reasons = dict(faults)
    priceless, silent = ~(close > 0), np.isnan(volume)
    for reason, missing in ((_NO_PRICE, priceless), (_NO_VOLUME, silent & ~priceless)):
        reasons[reason] = Faults()
        reasons[reason].add(lines[missing], "")
    lost = sum(fault.count for fault in reasons.values())
    total = len(lines) + sum(fault.count for fault in faults.values())
    if lost <= MOST_LOST * total:
        return
    worst = max(reasons, key=lambda reason: reasons[reason].count)
    listed = "; ".join(
        f"{fault.count:,} with {reason}, first in line {fault.line}{fault.shown and ': ' + fault.shown}"
        for reason, fault in reasons.items()
        if fault.count
    )
    step = _TRADED if worst in (_NO_PRICE, _NO_VOLUME) else _NAMED
    raise PriceDataError(f"{name}: {lost:,} of {total:,} rows cannot be used: {listed}", step)
