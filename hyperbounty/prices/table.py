"""The price table: several coins on one clock, and the bytes it is content addressed by.

Needs numpy alone, because the machines that only train read tables too.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.prices.canonical import read_canonical

FIELDS: Final = ("close", "volume")

_Array = TypeVar("_Array", bound=NDArray[Any])

_COLUMN: Final = re.compile(r"([A-Z0-9]{1,12})\.(close|volume)")
# Times beyond it (the year 5138) are milliseconds that somebody took for seconds.
_LAST_TIME: Final = 100_000_000_000
_TIME_CHARACTERS: Final = 11
# The longest text of a float that is not negative, such as 2.2250738585072014e-308.
_CELL_CHARACTERS: Final = 23
_ROWS_AT_ONCE: Final = 4_096
_BYTES_AT_ONCE: Final = 256 * 1024
_NEWLINE: Final = ord("\n")
# Names of columns have up to 19 characters.
_LONGEST_HEADER: Final = 1024 * 1024


@dataclass(frozen=True, eq=False)
class PriceTable:
    r"""Aligned prices of several coins. Checked when made; holds read-only views of the arrays it was given.

    Attributes:
        times: [rows] unix seconds, UTC, strictly increasing.
        columns: `COIN.close` and `COIN.volume`, sorted, so a coin's columns are neighbours.
        values: [rows, columns]; a close is above 0, a volume is not negative, all are finite.
        interval: seconds between neighbouring rows; a larger step is a gap, a smaller one is refused.

    Raises:
        PriceDataError: one of the above does not hold, or there is no row.

    >>> import numpy as np
    >>> times = np.array([0, 300, 900, 1200])
    >>> values = np.array([[2.0, 10.0], [2.5, 11.0], [2.25, 9.0], [3.0, 12.0]])
    >>> table = PriceTable(times, ("BTC.close", "BTC.volume"), values, interval=300)
    >>> table.coins, len(table), table.column("BTC.close").tolist()
    (('BTC',), 4, [2.0, 2.5, 2.25, 3.0])
    >>> table.segments().tolist()  # no row at 600: a gap
    [[0, 2], [2, 4]]
    >>> train, holdout = table.split(0.25)
    >>> len(train), len(holdout)
    (3, 1)
    >>> holdout.to_csv()
    b'time,BTC.close,BTC.volume\n1200,3.0,12.0\n'
    >>> PriceTable.from_csv(holdout.to_csv(), 300) == holdout
    True
    """

    times: NDArray[np.int64]
    columns: tuple[str, ...]
    values: NDArray[np.float64]
    interval: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", _frozen(np.asarray(self.times, dtype=np.int64)))
        values = np.asarray(self.values, dtype=np.float64)
        # Minus zero equals zero but is written differently, and equal tables must give equal bytes.
        values = values + 0.0 if np.signbit(values).any() else values
        object.__setattr__(self, "values", _frozen(values))
        _check_columns(self.columns)
        if self.interval < 1:
            raise PriceDataError(f"the interval is {self.interval} s", "give at least one second")
        if self.times.ndim != 1 or len(self.times) == 0 or self.values.shape != (len(self.times), len(self.columns)):
            raise PriceDataError(
                f"a table of {len(self.columns)} columns cannot hold times {self.times.shape} and values "
                f"{self.values.shape}",
                "give at least one row, and one value per row and column",
            )
        self._check_times()
        self._check_values()

    def __len__(self) -> int:
        return len(self.times)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PriceTable):
            return NotImplemented
        return (
            (self.columns, self.interval) == (other.columns, other.interval)
            and np.array_equal(self.times, other.times)
            and np.array_equal(self.values, other.values)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def coins(self) -> tuple[str, ...]:
        """The coins of the table, sorted."""
        return tuple(sorted({column.split(".")[0] for column in self.columns}))

    def column(self, name: str) -> NDArray[np.float64]:
        """The [rows] values of one column.

        Raises:
            PriceDataError: there is no such column.
        """
        if name not in self.columns:
            raise PriceDataError(f"the table has no column {name!r}", f"choose one of {', '.join(self.columns)}")
        return self.values[:, self.columns.index(name)]

    def segments(self) -> NDArray[np.int64]:
        """[segments, 2] first row and row after the last of each run without a gap, in order; together all rows."""
        breaks = np.flatnonzero(np.diff(self.times) != self.interval) + 1
        edges = np.concatenate(([0], breaks, [len(self)])).astype(np.int64)
        return np.stack((edges[:-1], edges[1:]), axis=1)

    def rows(self, start: int, stop: int) -> PriceTable:
        """The rows from `start` up to, not including, `stop`; no copy is made.

        Raises:
            PriceDataError: the range is empty or not within the table.
        """
        if not 0 <= start < stop <= len(self):
            raise PriceDataError(
                f"rows {start} to {stop} were asked of a table of {len(self)} rows",
                f"choose 0 <= start < stop <= {len(self)}",
            )
        return PriceTable(self.times[start:stop], self.columns, self.values[start:stop], self.interval)

    def split(self, holdout_fraction: float) -> tuple[PriceTable, PriceTable]:
        """The table cut in two by time: training first, then the last `holdout_fraction` of its rows.

        Raises:
            PriceDataError: the fraction leaves one side without a row.
        """
        if not 0 < holdout_fraction < 1:
            raise PriceDataError(f"the holdout fraction is {holdout_fraction}", "choose one between 0 and 1")
        cut = len(self) - round(len(self) * holdout_fraction)
        if not 0 < cut < len(self):
            raise PriceDataError(
                f"a holdout of {holdout_fraction:g} of {len(self)} rows leaves one side empty",
                "bring more rows or choose another fraction",
            )
        return self.rows(0, cut), self.rows(cut, len(self))

    def to_csv(self) -> bytes:
        r"""The canonical CSV: `time,BTC.close,…` and one line a row, floats in the shortest form that reads back equal.

        Equal tables give equal bytes on every machine: this is what a content address is made of. Lines end in `\n`.
        """
        starts = range(0, len(self), _ROWS_AT_ONCE)
        parts = (slice(start, start + _ROWS_AT_ONCE) for start in starts)
        return b"".join((_header(self.columns), *(_lines(self.times[part], self.values[part]) for part in parts)))

    @staticmethod
    def split_csv(text: bytes, rows: int) -> tuple[bytes, bytes]:
        r"""The CSV of a table, cut into that of its first `rows` and that of the others, without writing them again.

        >>> PriceTable.split_csv(b"time,BTC.close\n0,1.5\n60,2.0\n", 1)
        (b'time,BTC.close\n0,1.5\n', b'time,BTC.close\n60,2.0\n')
        """
        header = text.index(b"\n") + 1
        cut, left = header, rows
        while left:
            lines = np.flatnonzero(np.frombuffer(text, np.uint8, min(_BYTES_AT_ONCE, len(text) - cut), cut) == _NEWLINE)
            # The last line wanted may end in this piece, or beyond it.
            cut += int(lines[left - 1]) + 1 if left <= len(lines) else min(_BYTES_AT_ONCE, len(text) - cut)
            left = max(0, left - len(lines))
        return text[:cut], text[:header] + text[cut:]

    @staticmethod
    def largest_csv(rows: int, columns: Sequence[str]) -> int:
        """The most bytes that the CSV of so many rows of these columns can have.

        >>> PriceTable.largest_csv(1_000, ["BTC.close", "BTC.volume"])
        60026
        """
        return len(_header(columns)) + rows * (_TIME_CHARACTERS + len(columns) * (1 + _CELL_CHARACTERS) + 1)

    @classmethod
    def from_csv(cls, text: bytes, interval: int) -> PriceTable:
        """The table whose `to_csv` is exactly `text`, so that no table has two addresses.

        Beside `text` and the table little memory is needed: it is read in pieces.

        Raises:
            PriceDataError: no table has these bytes; says in which line they differ from the canonical form.
        """
        lines = io.BytesIO(text)
        header = lines.readline(_LONGEST_HEADER)
        names = header.rstrip(b"\n").decode("ascii", "replace").split(",")
        rows = text.count(b"\n") - 1
        if names[0] != "time" or len(names) < 2 or not header.endswith(b"\n") or not text[len(header) :][:1].strip():
            raise PriceDataError(
                f"a price table starts with {bytes(header[:40])!r}",
                "pass the canonical CSV: time,COIN.close,… and rows",
            )
        _check_columns(tuple(names[1:]))
        if not text.endswith(b"\n"):
            raise _not_canonical(rows + 3)
        # A cell has a character and what ends it: no array is made for cells that cannot be there.
        if 2 * rows * len(names) > len(text):
            raise PriceDataError(
                f"a price table of {len(text):,} bytes cannot hold {rows:,} rows of {len(names)} columns in canonical "
                "form",
                "fetch it again",
            )
        times = np.empty(rows, np.int64)
        values = np.empty((rows, len(names) - 1))
        done = 0
        while piece := lines.read(_BYTES_AT_ONCE):
            piece += lines.readline()
            read = read_canonical(piece, len(names))
            sure = read is not None
            if read is None:
                read = _read_lines(piece, len(names), done + 2)
            stop = done + len(read)
            times[done:stop] = read[:, 0]
            # Minus zero is not written as it was read, and is refused below.
            values[done:stop] = read[:, 1:] + 0.0
            if not sure:
                _check_canonical(piece, _lines(times[done:stop], values[done:stop]), done + 2)
            done = stop
        return cls(times, tuple(names[1:]), values, interval)

    def _check_times(self) -> None:
        if not 0 <= self.times[0] <= self.times[-1] < _LAST_TIME:
            raise PriceDataError(
                f"the times run from {self.times[0]} to {self.times[-1]}", "give unix seconds, in increasing order"
            )
        steps = np.diff(self.times)
        if np.any(steps < self.interval):
            row = int(np.argmax(steps < self.interval))
            raise PriceDataError(
                f"time {self.times[row + 1]} follows {self.times[row]} by {steps[row]} s, less than the interval of "
                f"{self.interval} s",
                "clean the prices first",
            )

    def _check_values(self) -> None:
        closes = np.array([name.endswith(".close") for name in self.columns])
        # NaN fails every comparison, so it counts as wrong here.
        right = np.where(closes, self.values > 0, self.values >= 0) & (self.values < np.inf)
        if not right.all():
            row, column = np.argwhere(~right)[0]
            raise PriceDataError(
                f"{self.columns[column]} is {self.values[row, column]} at time {self.times[row]}",
                "clean the prices first",
            )


def _header(columns: Sequence[str]) -> bytes:
    return f"{','.join(('time', *columns))}\n".encode("ascii", "replace")


def _lines(times: NDArray[np.int64], values: NDArray[np.float64]) -> bytes:
    """Rows as canonical lines."""
    cells = [map(str, times.tolist())]
    cells += [map(repr, column.tolist()) for column in values.T]
    return "\n".join([*map(",".join, zip(*cells, strict=True)), ""]).encode("ascii")


def _read_lines(piece: bytes, columns: int, first: int) -> NDArray[np.float64]:
    """The [lines, columns] numbers in `piece`, whose first line has the number `first`."""
    try:
        cells = np.loadtxt(io.BytesIO(piece), delimiter=",", comments=None, ndmin=2, encoding="ascii")
    except ValueError as error:
        raise PriceDataError(f"a price table cannot be read from line {first} on: {error}", "fetch it again") from error
    if cells.shape[1] != columns or not np.all(np.abs(cells[:, 0]) < _LAST_TIME):
        raise PriceDataError(
            f"a price table of {columns} columns has {cells.shape[1]} in its rows, or a time out of range",
            "fetch it again",
        )
    if len(cells) != piece.count(b"\n"):
        blank = next(number for number, line in enumerate(piece.split(b"\n"), first) if not line.strip())
        raise _not_canonical(blank)
    return cells


def _check_canonical(given: bytes, ours: bytes, first: int) -> None:
    if given != ours:
        pairs = zip(ours.split(b"\n"), given.split(b"\n"), strict=False)
        line = next(number for number, (one, other) in enumerate(pairs, first) if one != other)
        raise _not_canonical(line)


def _not_canonical(line: int) -> PriceDataError:
    return PriceDataError(f"line {line} of a price table is not in canonical form", "write it with to_csv")


def _check_columns(columns: tuple[str, ...]) -> None:
    for name in columns:
        if not _COLUMN.fullmatch(name):
            raise PriceDataError(f"the column {name!r} is not COIN.close or COIN.volume", "use names like BTC.close")
    if not columns or list(columns) != sorted(set(columns), key=lambda name: name.split(".")):
        raise PriceDataError(f"the columns are {', '.join(columns) or 'none'}", "name each once, sorted by coin")


def _frozen(array: _Array) -> _Array:
    view = array.view()
    view.flags.writeable = False
    return view
