"""One CSV file of one coin, in any of three forms that are told apart by what is in the file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.source import CoinSeries

FORMS: Final = (
    "a header with time (or timestamp, date), close and volume; or no header and either "
    "time,low,high,open,close,volume or time,price,volume_24h,market_cap"
)
# Blank cells are part of real data; a file with more of them is broken, and dropping them would hide it.
MAX_MISSING_FRACTION: Final = 0.05
MIN_LINES: Final = 3

_TIME_NAMES: Final = ("time", "timestamp", "unix", "date", "datetime")
_CLOSE_NAMES: Final = ("close", "price")
_VOLUME_NAMES: Final = ("volume", "volume_24h")
_MISSING: Final = frozenset({"", "nan", "null", "none", "na", "n/a", "-"})
# Unix seconds lie in this range from 1973 to 5138; a thousand times that are milliseconds.
_SECONDS: Final = (1e8, 1e11)


class _Layout(NamedTuple):
    """Where the columns are, in a file of lines with so many fields."""

    fields: int
    time: int
    close: int
    volume: int
    header_lines: int


class _Rows(NamedTuple):
    """The lines of prices in a file, the first of them with its number."""

    file: str
    first_line: int
    lines: Sequence[Sequence[str]]

    def column(self, place: int, read: Callable[[str], float], kind: str) -> list[float]:
        values = []
        for number, line in enumerate(self.lines, self.first_line):
            try:
                values.append(read(line[place]))
            except ValueError:
                raise PriceDataError(
                    f"{self.file} line {number} has {line[place][:40]!r} where a {kind} is expected",
                    "correct or delete the line",
                ) from None
        return values


def read_coin(path: Path) -> CoinSeries:
    """The series in the file at `path`.

    Times are unix seconds, unix milliseconds or ISO 8601 (UTC where no zone is given). A blank or NaN cell is a missing
    value. A last line without its newline may have been cut within a number, so it is left out and counted.

    Raises:
        PriceDataError: names the file, the line and the next step.
    """
    lines, unfinished = _lines(path)
    layout = _layout(path.name, lines)
    body = lines[layout.header_lines :]
    for number, line in enumerate(body, layout.header_lines + 1):
        if len(line) != layout.fields:
            cut = unfinished and number == len(lines)
            raise PriceDataError(
                f"{path.name} line {number} has {len(line)} fields where {layout.fields} are expected",
                "the file was cut short: get it again, or delete its last line"
                if cut
                else "correct or delete the line",
            )
    if unfinished:
        body = body[:-1]
    if len(body) < MIN_LINES:
        raise PriceDataError(
            f"{path.name} has {len(body)} complete rows of prices", "bring a longer series: hundreds of rows at least"
        )
    rows = _Rows(path.name, layout.header_lines + 1, body)
    time_of = _time_from_number if _is_number(body[0][layout.time]) else _time_from_text
    times = np.array(rows.column(layout.time, time_of, "time"), dtype=np.int64)
    close = np.array(rows.column(layout.close, _price, "price"))
    volume = np.array(rows.column(layout.volume, _price, "volume"))
    _refuse_nonsense(rows, close, volume)
    return CoinSeries(times, close, volume, (("unfinished last line", 1),) if unfinished else ())


def _lines(path: Path) -> tuple[list[list[str]], bool]:
    """The fields of each line, and whether the last line lacks its newline."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PriceDataError(f"{path.name} cannot be read: {error.strerror}", "check the file") from error
    except UnicodeDecodeError as error:
        raise PriceDataError(f"{path.name} is not text: byte {error.start}", "unpack it, or save it as CSV") from error
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
    if first and (_is_number(first[0]) or _is_iso(first[0])):
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


def _price(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        if cell.strip().lower() in _MISSING:
            return math.nan
        raise
    return value if math.isfinite(value) else math.nan


def _time_from_number(cell: str) -> int:
    value = float(cell)
    if _SECONDS[0] <= value < _SECONDS[1]:
        return int(value)
    if _SECONDS[0] * 1000 <= value < _SECONDS[1] * 1000:
        return int(value // 1000)
    raise ValueError(cell)


def _time_from_text(cell: str) -> int:
    moment = datetime.fromisoformat(cell.strip())
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_iso(cell: str) -> bool:
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return True


def _refuse_nonsense(rows: _Rows, close: NDArray[np.float64], volume: NDArray[np.float64]) -> None:
    for kind, values in (("price", close), ("volume", volume)):
        negative = np.flatnonzero(values < 0)
        if negative.size:
            raise PriceDataError(
                f"{rows.file} line {rows.first_line + int(negative[0])} has a negative {kind}, {values[negative[0]]:g} "
                f"(lines like it: {negative.size})",
                "check that the columns are what they are taken for, or delete the lines",
            )
    missing = np.flatnonzero(~((close > 0) & np.isfinite(volume)))
    if missing.size > MAX_MISSING_FRACTION * len(close):
        raise PriceDataError(
            f"{rows.file} has no usable price or volume in {missing.size} of {len(close)} rows, first in line "
            f"{rows.first_line + int(missing[0])}",
            f"bring a series with at most {MAX_MISSING_FRACTION:.0%} missing",
        )
