"""The cells of a CSV as columns of numbers, read in pieces, with a count of every line that is no row."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hyperbounty.prices.csv_layout import Layout
from hyperbounty.prices.numerals import MISSING, Marks, numbers_of
from hyperbounty.prices.times import has_zone, joined, times_of, times_of_numbers

SHAPE: Final = "a line of another shape"
TIME: Final = "an unreadable time"
NUMBER: Final = "an unreadable number"

_PIECE_BYTES: Final = 4 * 1024 * 1024

_Lines = NDArray[np.int64]
_Values = NDArray[np.float64]
_Flags = NDArray[np.bool_]
_NO_VALUES: Final = np.empty(0)


@dataclass
class Faults:
    """Lines that cannot be used for one reason: how many, the first, and what stands in it.

    >>> faults = Faults()
    >>> faults.add(np.array([7, 9]), "'ten'")
    >>> faults.count, faults.line, faults.shown
    (2, 7, "'ten'")
    """

    count: int = 0
    line: int = 0
    shown: str = ""

    def add(self, lines: _Lines, shown: str) -> None:
        """Count lines by their numbers, which increase."""
        if len(lines) and not self.count:
            self.line, self.shown = int(lines[0]), shown
        self.count += len(lines)


@dataclass(frozen=True)
class Wanted:
    """Which columns are read, and how.

    Attributes:
        time: one column, or a day and an hour.
        numbers: columns of numbers.
        marks: how they are written.
        day_first: the ways to read dates, one or both.
        zones: tell which times have a zone of their own.
    """

    time: tuple[int, ...]
    numbers: tuple[int, ...]
    marks: Marks
    day_first: tuple[bool, ...]
    zones: bool


@dataclass(frozen=True)
class Cells:
    """The rows of a file.

    Attributes:
        times: [rows] unix seconds, once for each way to read a date; NaN where a date is none in that way.
        numbers: [rows] by column; at least 0, or NaN where there is none.
        lines: [rows] the number of the line in the file, from 1.
        zoned: [rows] whether the time has a zone of its own; empty where that was not asked.
        faults: what is left out, by reason.
    """

    times: tuple[_Values, ...]
    numbers: dict[int, _Values]
    lines: _Lines
    zoned: _Flags
    faults: dict[str, Faults]


def read_cells(data: bytes, layout: Layout, wanted: Wanted) -> Cells:
    """The wanted columns of the text `data`.

    Blank lines, lines that begin with #, and what stands above the prices, where it comes again, are no rows. Every
    other line without as many cells as the first, without a time, or with a word or a negative number where a number is
    wanted, is a fault.
    """
    reader = _Reader(layout, wanted, frozenset(map(bytes.strip, data[: layout.offset].split(b"\n"))))
    for piece in _pieces(data, layout.offset):
        reader.take(piece if piece.endswith(b"\n") else piece + b"\n")
    return reader.cells()


def _pieces(data: bytes, start: int) -> Iterator[bytes]:
    """Whole lines of `data` from `start` on, a few megabytes at a time."""
    while start < len(data):
        stop = start + _PIECE_BYTES
        end = len(data) if stop >= len(data) else data.rfind(b"\n", start, stop) + 1 or data.find(b"\n", stop) + 1
        yield data[start : end or len(data)]
        start = end or len(data)


@dataclass
class _Reader:
    layout: Layout
    wanted: Wanted
    preamble: frozenset[bytes]
    parts: list[tuple[list[_Values], dict[int, _Values], _Lines, _Flags]] = field(default_factory=list)
    faults: dict[str, Faults] = field(default_factory=lambda: {reason: Faults() for reason in (SHAPE, TIME, NUMBER)})

    def __post_init__(self) -> None:
        self.above = self.layout.first
        cells = self.layout.column(self.wanted.time[0])[:1]
        self.counted = len(self.wanted.time) == 1 and cells[0].replace(".", "", 1).isdecimal() and len(cells[0]) >= 8

    def take(self, piece: bytes) -> None:
        """Read a piece of whole lines."""
        kept, odd = self._lines(piece)
        if len(kept):
            part = None if self.wanted.zones else self._plain(piece, kept, odd)
            self.parts.append(part or self._written(piece, kept, odd))
        self.above += piece.count(b"\n")

    def cells(self) -> Cells:
        """All that was read."""

        parts = self.parts
        ways = range(len(self.wanted.day_first))
        return Cells(
            tuple(np.concatenate([_NO_VALUES, *(part[0][way] for part in parts)]) for way in ways),
            {place: np.concatenate([_NO_VALUES, *(part[1][place] for part in parts)]) for place in self.wanted.numbers},
            np.concatenate([np.empty(0, np.int64), *(part[2] for part in parts)]),
            np.concatenate([np.empty(0, np.bool_), *(part[3] for part in parts)]),
            self.faults,
        )

    def _lines(self, piece: bytes) -> tuple[_Lines, list[int]]:
        """The numbers, within the piece, of its lines with as many cells as the first one, and of all others."""
        count, mark, fields = piece.count(b"\n"), self.layout.delimiter.encode(), self.layout.fields
        first = piece[: piece.find(b"\n")].count(mark) + 1
        # pandas refuses lines that are longer than the first. With none of them and the right sum, none is shorter.
        if first == fields and piece.count(mark) == count * (fields - 1) and b'"' not in piece and b"\n#" not in piece:
            return np.arange(count), []
        places = np.frombuffer(piece, np.uint8)
        ends = np.flatnonzero(places == ord("\n"))
        starts = np.concatenate(([0], ends[:-1] + 1))
        marks = np.flatnonzero(places == mark[0])
        quotes = np.flatnonzero(places == ord('"'))
        before = np.searchsorted(quotes, starts)
        if len(quotes):
            # Within quotes a delimiter separates nothing.
            within = np.searchsorted(quotes, marks) - before[np.searchsorted(ends, marks)]
            marks = marks[within % 2 == 0]
        cells = np.diff(np.append(np.searchsorted(marks, starts), len(marks))) + 1
        right = (cells == fields) & (np.diff(np.append(before, len(quotes))) % 2 == 0) & (places[starts] != ord("#"))
        odd = np.flatnonzero(~right)
        lines = {int(line): piece[starts[line] : ends[line]].strip() for line in odd}
        # In files that were joined, what stands above the prices comes again.
        wrong = [
            line for line, text in lines.items() if text and not text.startswith(b"#") and text not in self.preamble
        ]
        if wrong:
            shown = f"{cells[wrong[0]]} fields where {fields} are expected"
            self.faults[SHAPE].add(np.array(wrong) + self.above + 1, shown)
        return np.flatnonzero(right), odd.tolist()

    def _frame(self, piece: bytes, odd: list[int], **options: object) -> pd.DataFrame:
        return pd.read_csv(  # type: ignore[call-overload,no-any-return]
            io.BytesIO(piece),
            sep=self.layout.delimiter,
            header=None,
            index_col=False,
            skiprows=odd or None,
            skip_blank_lines=False,
            skipinitialspace=True,
            encoding_errors="replace",
            low_memory=False,
            **options,
        )

    def _plain(
        self, piece: bytes, kept: _Lines, odd: list[int]
    ) -> tuple[list[_Values], dict[int, _Values], _Lines, _Flags] | None:
        """The rows of a piece of which every time and number can be read at once; None where one cannot."""
        wanted, marks = self.wanted, self.wanted.marks
        kinds: dict[int, type] = dict.fromkeys(wanted.time, np.float64 if self.counted else str)
        kinds |= dict.fromkeys(wanted.numbers, np.float64)
        try:
            frame = self._frame(
                piece,
                odd,
                dtype=kinds,
                na_values=list(MISSING),
                decimal=marks.decimal,
                thousands=marks.thousands or None,
            )
        except (ValueError, OverflowError):
            return None
        if len(frame) != len(kept) or frame.shape[1] != self.layout.fields:
            return None
        columns = [frame[place] for place in wanted.time]
        if self.counted:
            times = [times_of_numbers(columns[0].to_numpy())]
        else:
            if any(column.isna().any() for column in columns):
                return None
            text = joined(*columns) if len(columns) > 1 else columns[0]
            times = [times_of(text, day_first=first) for first in wanted.day_first]
        numbers = {place: frame[place].to_numpy(np.float64, copy=True) for place in wanted.numbers}
        for values in numbers.values():
            values[np.isinf(values)] = np.nan
            if (values < 0).any():
                return None
        if np.isnan(times).all(axis=0).any():
            return None
        return times * (len(wanted.day_first) // len(times)), numbers, kept + self.above + 1, np.empty(0, np.bool_)

    def _written(
        self, piece: bytes, kept: _Lines, odd: list[int]
    ) -> tuple[list[_Values], dict[int, _Values], _Lines, _Flags]:
        """The rows of any piece, cell by cell where a cell needs it."""
        wanted = self.wanted
        # Lines of another length are known; pandas gets each of the others by itself.
        frame = self._frame(piece, odd, dtype=str, keep_default_na=False, na_filter=False)
        columns = [frame[place].str.strip() for place in wanted.time]
        text = joined(*columns) if len(columns) > 1 else columns[0]
        times = [times_of(text, day_first=first) for first in wanted.day_first]
        numbers, wrong = {}, np.zeros(len(frame), np.bool_)
        shown = np.full(len(frame), -1)
        blank = (columns[0] == "").to_numpy(np.bool_)
        for place in wanted.numbers:
            values, bad = numbers_of(frame[place], wanted.marks)
            bad = bad | (values < 0)
            shown[bad & ~wrong] = place
            wrong = wrong | bad
            blank = blank & (frame[place].str.strip() == "").to_numpy(np.bool_)
            numbers[place] = values
        titles = {title.strip() for title in self.layout.titles[wanted.time[0]]} - {""}
        no_row = blank | columns[0].isin(titles).to_numpy(np.bool_)
        lines = kept + self.above + 1
        no_time = np.isnan(times).all(axis=0) & ~no_row
        wrong = wrong & ~no_time & ~no_row
        if no_time.any():
            self.faults[TIME].add(lines[no_time], repr(text.iloc[int(np.argmax(no_time))].strip()[:40]))
        if wrong.any():
            row = int(np.argmax(wrong))
            self.faults[NUMBER].add(lines[wrong], repr(frame[int(shown[row])].iloc[row].strip()[:40]))
        use = ~(no_row | no_time | wrong)
        zoned = has_zone(text) if wanted.zones else np.empty(0, np.bool_)
        return (
            [values[use] for values in times],
            {place: values[use] for place, values in numbers.items()},
            lines[use],
            zoned[use] if len(zoned) else zoned,
        )
