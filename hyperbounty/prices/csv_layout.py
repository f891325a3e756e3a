"""Where the prices begin in a file of text, what separates its cells, and what stands above them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.numerals import MISSING, Marks, number_of
from hyperbounty.prices.times import looks_like_time, unknown_zone

DELIMITERS: Final = (",", ";", "\t", "|")
# Above the prices stand an address, a licence, a title: a few lines.
_HEADER_WITHIN: Final = 60
# yfinance writes three, and a file with units below its names has two.
_MOST_HEADER_ROWS: Final = 4
SAMPLE_ROWS: Final = 400
_SAMPLE_BYTES: Final = 512 * 1024
_FEWEST_FIELDS: Final = 2

EXAMPLE: Final = Parameter("columns", "time=Date,close=Close,volume=Volume")


@dataclass(frozen=True)
class Layout:
    """How a file is laid out.

    Attributes:
        delimiter: between cells.
        fields: cells of a line.
        titles: of each column what the header rows say above it, from the top; empty texts where there is no header.
        first: number of lines above the first one with prices.
        offset: number of bytes above it.
        sample: the cells of the first lines with prices, without space around them.
    """

    delimiter: str
    fields: int
    titles: tuple[tuple[str, ...], ...]
    first: int
    offset: int
    sample: tuple[tuple[str, ...], ...]

    @property
    def has_header(self) -> bool:
        """Whether any column has a title."""
        return any(map(any, self.titles))

    def column(self, place: int) -> list[str]:
        """The sample's cells of one column."""
        return [row[place] for row in self.sample]


def find_layout(name: str, data: bytes) -> Layout:
    r"""The layout of the text `data` of the file `name`.

    Raises:
        PriceDataError: no line has a time and a number.

    >>> layout = find_layout("BTC.csv", b"sep=;\nDatum;Schluss;Volumen\n31.01.2024;42280,5;10\n01.02.2024;42300,5;11\n")
    >>> layout.delimiter, layout.titles, layout.first
    (';', (('Datum',), ('Schluss',), ('Volumen',)), 2)
    """
    lines = data[:_SAMPLE_BYTES].split(b"\n")
    if len(data) > _SAMPLE_BYTES:
        del lines[-1]
    texts = [line.decode("utf-8", "replace") for line in lines[: _HEADER_WITHIN + SAMPLE_ROWS]]
    found = [(score, layout) for mark in DELIMITERS for score, layout in _by(mark, texts, lines)]
    if not found:
        _refuse_zones(name, texts)
        number, line = next((number, text) for number, text in enumerate(texts, 1) if text.strip())
        raise PriceDataError(
            f"{name} has no line with a time and prices within its first {_HEADER_WITHIN} lines; line {number} is "
            f"{line[:60]!r}",
            NextStep(
                "bring a file with a line for each interval, and name its columns where they have other names: {}",
                EXAMPLE,
            ),
        )
    return max(found, key=lambda pair: pair[0])[1]


def _refuse_zones(name: str, texts: Sequence[str]) -> None:
    """Refuse a file whose times have a zone of which it is not known what it means."""
    for text in texts:
        for delimiter in DELIMITERS:
            for cell in _cells(text, delimiter):
                if zone := unknown_zone(cell):
                    raise PriceDataError(
                        f"{name} has the time {cell[:40]!r}, and {zone} is the name of several zones",
                        "bring times in UTC, or with an offset such as +05:30",
                    )


def _by(delimiter: str, texts: Sequence[str], lines: Sequence[bytes]) -> list[tuple[tuple[float, int], Layout]]:
    """The layout with this delimiter and how well it fits; none where no line has prices."""
    if not any(delimiter in text for text in texts[:_HEADER_WITHIN]):
        return []
    rows = _rows(texts, delimiter)
    first = next((number for number, row in enumerate(rows[:_HEADER_WITHIN]) if _has_prices(row)), None)
    if first is None:
        return []
    fields = len(rows[first])
    body = [row for row in rows[first:] if any(row)][:SAMPLE_ROWS]
    sample = tuple(row for row in body if len(row) == fields)
    header: list[tuple[str, ...]] = []
    for row in reversed(rows[:first]):
        # Spreadsheets write the delimiter on a line of its own; pandas numbers columns that have no name.
        if not any(row) or row[0].lower().startswith("sep=") or all(map(str.isdecimal, filter(None, row))):
            continue
        titles = _fitted(row, sample)
        if titles is None or len(header) == _MOST_HEADER_ROWS:
            break
        header.insert(0, titles)
    above = tuple(tuple(row[place] for row in header) for place in range(fields))
    layout = Layout(delimiter, fields, above, first, sum(len(line) + 1 for line in lines[:first]), sample)
    return [((round(len(sample) / len(body), 1), fields), layout)]


def _rows(texts: Sequence[str], delimiter: str) -> list[tuple[str, ...]]:
    """The cells of each text. A quote that is not closed in its line must not reach into the next one."""
    if any('"' in text for text in texts):
        return [_cells(text, delimiter) for text in texts]
    reader = csv.reader(texts, delimiter=delimiter, skipinitialspace=True)
    return [tuple(cell.strip() for cell in row) for row in reader]


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    row = next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    return tuple(cell.strip() for cell in row)


def _has_prices(row: Sequence[str]) -> bool:
    if len(row) < _FEWEST_FIELDS:
        return False
    times = [looks_like_time(cell) for cell in row]
    if not any(times):
        return False
    rest = [cell for place, cell in enumerate(row) if place != times.index(True)]
    return any(cell in MISSING or is_amount(cell) for cell in rest)


def is_amount(cell: str) -> bool:
    """Whether a cell is a number, whatever its marks."""
    return any(number_of(cell, marks) is not None for marks in (Marks(".", ","), Marks(",", ".")))


def _fitted(row: tuple[str, ...], sample: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """A row above the prices as their titles; None where it is something else, such as an address."""
    fields = len(sample[0])
    if len(row) == fields + 1 and not row[-1]:
        return row[:-1]
    if len(row) == fields - 1 and len(row) > 1:
        # Either each line ends with a delimiter, or its first cell is the name of the row.
        return (*row, "") if not any(cells[-1] for cells in sample) else ("", *row)
    return row if len(row) == fields else None
