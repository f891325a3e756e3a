"""Numbers as files of prices write them: with marks of either kind, units and signs of currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MISSING: Final = (
    *("", "nan", "-nan", "+nan", "NaN", "-NaN", "+NaN", "NAN", "null", "Null", "NULL", "none", "None", "NONE"),
    *("na", "NA", "n/a", "N/A", "#N/A", "<NA>", "-", "--", "nil", "undefined", "inf", "-inf", "Infinity"),
)
"""What stands where there is no value."""

_MISSING: Final = frozenset(word.lower() for word in MISSING)
_SIGNS: Final = re.compile(r"[$€£¥₿\s'’_]|US\$|USDT?|EUR")
_UNITS: Final = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_MARKED: Final = re.compile(r"[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


@dataclass(frozen=True)
class Marks:
    """Which character separates the fraction, and which one groups of three digits; no group where it is empty."""

    decimal: str = "."
    thousands: str = ""


def marks_of(cells: Iterable[str]) -> Marks | None:
    """The marks that numbers are written with; None where they may be read in two ways.

    >>> marks_of(["42,280.5", "1,842"]), marks_of(["0,5", "1.842,25"]), marks_of(["1,842"])
    (Marks(decimal='.', thousands=','), Marks(decimal=',', thousands='.'), None)
    """
    decimal: set[str] = set()
    thousands: set[str] = set()
    undecided: set[str] = set()
    for cell in cells:
        text = _SIGNS.sub("", cell).rstrip("kKmMbBtT%").lstrip("+-")
        found = [mark for mark in text if mark in ".,"]
        if not found or not _MARKED.fullmatch(text):
            continue
        last = found[-1]
        if len(set(found)) == 2:
            decimal.add(last)
            thousands.add(found[0])
        elif len(found) > 1:
            thousands.add(last)
        elif _GROUPED.fullmatch(text):
            undecided.add(last)
        else:
            decimal.add(last)
    if not decimal:
        # Three digits after a point are a fraction as anywhere; after a comma they may be either.
        decimal = {"."} if "." not in thousands else {","}
        if "," in undecided - thousands:
            return None
    if len(decimal) > 1 or decimal & thousands:
        return None
    mark = decimal.pop()
    other = "," if mark == "." else "."
    return Marks(mark, other if other in thousands | undecided else "")


def numbers_of(cells: pd.Series[str], marks: Marks) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers, NaN where there is none, and which of those cells are no word for that.

    >>> values, wrong = numbers_of(pd.Series(["$1,234.5", "1.2K", "-", "ten"]), Marks(".", ","))
    >>> values.tolist(), wrong.tolist()
    ([1234.5, 1200.0, nan, nan], [False, False, False, True])
    """
    text = cells.str.strip()
    if marks.decimal == ".":
        values = pd.to_numeric(text, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
    else:
        values = np.full(len(text), np.nan)
    rest = np.flatnonzero(np.isnan(values))
    wrong = np.zeros(len(text), np.bool_)
    for place, cell in zip(rest, text.iloc[rest], strict=True):
        if cell.lower() in _MISSING:
            continue
        value = number_of(cell, marks)
        wrong[place] = value is None
        values[place] = np.nan if value is None else value
    values[~np.isfinite(values)] = np.nan
    return values, wrong


def number_of(cell: str, marks: Marks) -> float | None:
    """The number in a cell; None where it is none.

    >>> number_of("1.234,5 €", Marks(",", ".")), number_of("12K", Marks()), number_of("ten", Marks())
    (1234.5, 12000.0, None)
    """
    text = _SIGNS.sub("", cell)
    unit = text[-1:].lower() if text[-1:].lower() in _UNITS else ""
    digits = text[: len(text) - len(unit)]
    if not _MARKED.fullmatch(digits):
        return None
    whole, _, fraction = digits.partition(marks.decimal)
    if marks.thousands and marks.thousands in whole:
        groups = whole.lstrip("+-").split(marks.thousands)
        # Only the last group has three digits everywhere: India's others have two.
        sizes = [len(group) for group in groups]
        if not (1 <= sizes[0] <= 3 and sizes[-1] == 3 and all(2 <= size <= 3 for size in sizes[1:])):
            return None
        whole = whole.replace(marks.thousands, "")
    try:
        return float(f"{whole}.{fraction}" if fraction else whole) * _UNITS[unit]
    except ValueError:
        return None
