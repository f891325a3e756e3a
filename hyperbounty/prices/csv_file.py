"""One CSV file of one coin, in any of three forms that are told apart by what is in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.source import CoinSeries

FORMS: Final = (
    "a header with time (or timestamp, date), close and volume; or no header and either "
    "time,low,high,open,close,volume or time,price,volume_24h,market_cap"
)
# Blank cells are part of real data; a file with more of them is broken, and dropping them would hide it.
MAX_MISSING_FRACTION: Final = 0.05
MIN_LINES: Final = 3
# Twenty years of one coin at five minutes; the fields of a line take some twenty times its bytes while it is read.
MAX_FILE_BYTES: Final = 128 * 1024 * 1024

_TIME_NAMES: Final = ("time", "timestamp", "unix", "date", "datetime")
_CLOSE_NAMES: Final = ("close", "price")
_VOLUME_NAMES: Final = ("volume", "volume_24h")
_MISSING: Final = frozenset({"", "nan", "-nan", "+nan", "null", "none", "na", "n/a", "-"})
# Unix seconds lie in this range from 1973 to 5138; a thousand times that are milliseconds.
_SECONDS: Final = (1e8, 1e11)
# pandas also takes a year, or the words "now" and "today", for a time.
_DAY: Final = r"\d{4}-?\d\d-?\d\d"


class _Layout(NamedTuple):
    """Where the columns are, in a file of lines with so many fields."""

    fields: int
    time: int
    close: int
    volume: int
    header_lines: int


def read_coin(path: Path) -> CoinSeries:
    r"""The series in the file at `path`.

    Times are unix seconds, unix milliseconds or ISO 8601 (UTC where no zone is given). A blank or NaN cell is a missing
    value. A last line without its newline may have been cut within a number, so it is left out and counted.

    Raises:
        PriceDataError: names the file, the line and the next step.

    >>> text = "date,price,volume\n2026-11-01,2.0,10\n2026-11-02,2.5,11\n2026-11-03,3.0,12\n"
    >>> path = tmp_path / "BTC-USD.csv"
    >>> _ = path.write_text(text)
    >>> read_coin(path).times.tolist()
    [1793491200, 1793577600, 1793664000]
    """
    lines, unfinished = _lines(path)
    layout = _layout(path.name, lines)
    body = lines[layout.header_lines :]
    numbers = range(layout.header_lines + 1, len(lines) + 1)
    for number, line in zip(numbers, body, strict=True):
        if len(line) != layout.fields:
            cut = unfinished and number == len(lines)
            raise PriceDataError(
                f"{path.name} line {number} has {len(line)} fields where {layout.fields} are expected",
                "the file was cut short: get it again, or delete its last line"
                if cut
                else "correct or delete the line",
            )
    cells = pd.DataFrame(body, index=numbers, columns=range(layout.fields), dtype=str)  # each row by its line's number
    if unfinished:
        cells = cells.iloc[:-1]
    if len(cells) < MIN_LINES:
        raise PriceDataError(
            f"{path.name} has {len(cells)} complete rows of prices", "bring a longer series: hundreds of rows at least"
        )
    times = _times(path.name, cells[layout.time])
    close = _amounts(path.name, cells[layout.close], "price")
    volume = _amounts(path.name, cells[layout.volume], "volume")
    missing = cells.index[~(close > 0) | volume.isna()]
    if len(missing) > MAX_MISSING_FRACTION * len(cells):
        raise PriceDataError(
            f"{path.name} has no usable price or volume in {len(missing)} of {len(cells)} rows, first in line "
            f"{missing[0]}",
            f"bring a series with at most {MAX_MISSING_FRACTION:.0%} missing",
        )
    dropped = (("unfinished last line", 1),) if unfinished else ()
    return CoinSeries(np.array(times, np.int64), np.array(close, np.float64), np.array(volume, np.float64), dropped)


def _lines(path: Path) -> tuple[list[list[str]], bool]:
    """The fields of each line, and whether the last line lacks its newline.

    Not by pandas.read_csv: it fills a short line up with blanks, and would pass a line cut short for missing values.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise PriceDataError(f"{path.name} cannot be read: {error.strerror}", "check the file") from error
    except UnicodeDecodeError as error:
        raise PriceDataError(f"{path.name} is not text: byte {error.start}", "unpack it, or save it as CSV") from error
    if len(data) > MAX_FILE_BYTES:
        raise PriceDataError(f"{path.name} has more than {MAX_FILE_BYTES:,} bytes", "bring a shorter series")
    start = text.lstrip()[:1]
    if not start:
        raise PriceDataError(f"{path.name} is empty", "get the file again")
    if start in "<{[":
        kind = "HTML" if start == "<" else "JSON"
        raise PriceDataError(
            f"{path.name} line 1 starts with {text.lstrip()[:20]!r}: {kind}, not CSV",
            "a download that failed leaves the server's answer behind: get the file again",
        )
    finished = text.endswith(("\n", "\r"))
    body = text.rstrip("\r\n")
    try:
        return list(csv.reader(io.StringIO(body, newline=""))), not finished
    except csv.Error as error:
        raise PriceDataError(f"{path.name} is not CSV: {error}", f"bring {FORMS}") from error


def _layout(name: str, lines: Sequence[Sequence[str]]) -> _Layout:
    first = [cell.strip() for cell in lines[0]]
    start = pd.Series(first[:1], dtype=str)
    if first and (_numbers(start).notna() | _iso_times(start).notna()).all():
        if len(first) == 6:
            return _Layout(6, time=0, close=4, volume=5, header_lines=0)
        if len(first) == 4:
            return _Layout(4, time=0, close=1, volume=2, header_lines=0)
        raise PriceDataError(f"{name} line 1 has {len(first)} fields and no header", f"bring {FORMS}")
    titles = [cell.lower() for cell in first]
    places = []
    for choices in (_TIME_NAMES, _CLOSE_NAMES, _VOLUME_NAMES):
        found = [titles.index(choice) for choice in choices if choice in titles]
        if not found:
            shown = ",".join(first)
            raise PriceDataError(
                f"{name} line 1 has no column {choices[0]!r}: {shown[:60]!r}", f"bring {FORMS}, separated by commas"
            )
        places.append(found[0])
    return _Layout(len(titles), places[0], places[1], places[2], header_lines=1)


def _times(file: str, cells: pd.Series[str]) -> pd.Series[float]:
    """Unix seconds, from a column whose first cell says whether it holds numbers or text."""
    seconds = _numbers(cells)
    if np.isnan(seconds.iloc[0]):
        seconds = _iso_times(cells)
    else:
        seconds = seconds.mask(seconds >= _SECONDS[1], seconds // 1000)
        seconds = seconds.where(seconds.between(*_SECONDS, inclusive="left"))
    _refuse(file, cells, seconds.isna(), "time")
    return seconds


def _iso_times(cells: pd.Series[str]) -> pd.Series[float]:
    """Unix seconds; NaN where a cell is no ISO 8601 time."""
    text = cells.str.strip()
    moments = pd.to_datetime(text.where(text.str.match(_DAY)), format="ISO8601", utc=True, errors="coerce")
    return ((moments - pd.Timestamp("1970-01-01", tz="UTC")) // pd.Timedelta(seconds=1)).astype(float)


def _amounts(file: str, cells: pd.Series[str], kind: str) -> pd.Series[float]:
    """Finite numbers of at least 0; NaN where a value is missing."""
    values = _numbers(cells)
    _refuse(file, cells, values.isna() & ~cells.str.strip().str.lower().isin(_MISSING), kind)
    values = values.where(np.isfinite(values))
    negative = values[values < 0]
    if len(negative):
        raise PriceDataError(
            f"{file} line {negative.index[0]} has a negative {kind}, {negative.iloc[0]:g} "
            f"(lines like it: {len(negative)})",
            "check that the columns are what they are taken for, or delete the lines",
        )
    return values


def _refuse(file: str, cells: pd.Series[str], wrong: pd.Series[bool], kind: str) -> None:
    bad = cells[wrong]
    if len(bad):
        raise PriceDataError(
            f"{file} line {bad.index[0]} has {bad.iloc[0][:40]!r} where a {kind} is expected",
            "correct or delete the line",
        )


def _numbers(cells: pd.Series[str]) -> pd.Series[float]:
    """Numbers; NaN where a cell is none.

    The values are Python's: before pandas 3.1, those of to_numeric may differ in the last bit, and with it the address
    of the prices.
    """
    return cells.where(pd.to_numeric(cells, errors="coerce").notna()).astype(float)
