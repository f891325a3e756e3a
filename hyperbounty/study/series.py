"""One run of a study over time: what was measured on the way."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models.simulation.results import Run

FILE: Final = "one-run.csv"


@dataclass(frozen=True)
class Series:
    """What was measured at a time.

    Attributes:
        time_s: seconds since the model went live.
        right, tests: test samples that were right, and all of them.
        added: samples that were added by then.
        good, bad: balances of the good agents together, and of the bad ones, in the smallest unit.
    """

    time_s: int
    right: int
    tests: int
    added: int
    good: int
    bad: int


_COLUMNS: Final = tuple(field.name for field in fields(Series))


def series_of(done: Run, goods: int) -> list[Series]:
    """The measurements of a run whose first `goods` agents are good."""
    return [
        Series(each.time, each.right, each.tests, each.added, sum(each.balances[:goods]), sum(each.balances[goods:]))
        for each in done.measured
    ]


def write_series(series: Sequence[Series]) -> bytes:
    """As CSV.

    >>> write_series([Series(0, 50, 100, 0, 7, 7)]).decode().splitlines()
    ['time_s,right,tests,added,good,bad', '0,50,100,0,7,7']
    """
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows([_COLUMNS, *map(astuple, series)])
    return held.getvalue().encode()


def read_series(path: Path) -> list[Series]:
    """What `write_series` wrote; empty where there is no such file.

    Raises:
        InvalidInput: it holds something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    try:
        if lines[0].split(",") != list(_COLUMNS):
            raise ValueError(lines[0])
        return [Series(*map(int, line.split(","))) for line in lines[1:]]
    except (IndexError, ValueError, TypeError):
        raise InvalidInput(f"{path} is no run of a study", "remove it, and run the study again") from None
