"""What came of each run, one row a run: integers and short names, so that the bytes are the same everywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from hyperbounty.errors import InvalidInput

FILE: Final = "rows.csv"


@dataclass(frozen=True)
class Row:
    """What came of a run. Amounts are in the smallest unit of the coin, times in seconds since the model went live.

    Attributes:
        part, level, seed: name the run; see `plan.Planned`.
        data, kind, words, reviews, step, weight_ppm, refund_wait_s, bad_wait_s, agents, watched, mechanism: what it
            was; see `plan.Case`. `watched` is 0 or 1.
        tests: test samples; in a market those that were not hidden.
        right_before, right_after: so many of them were right when the model went live, and at the end.
        right_alone: at the end of the same run without the bad agents.
        added: samples that were added.
        ended_s: when the run ended.
        ruined_s: when the first bad agent was ruined: its balance was below 1 % of its start, or below the price when
            it wanted to add a sample. None where it never was.
        good_start, good_end, bad_start, bad_end: balances of all good agents together, and of all bad ones.
        good_added, good_refunded: samples of the good agents; those they had back.
        bad_added, bad_taken: samples of the bad agents; those of which others took a share, or all.
        honest_lost: what the good agents who lost have lost together.
    """

    part: str
    level: str
    seed: int
    data: str
    kind: str
    words: int
    reviews: int
    step: int
    weight_ppm: int
    refund_wait_s: int
    bad_wait_s: int
    agents: int
    watched: int
    mechanism: str
    tests: int
    right_before: int
    right_after: int
    right_alone: int
    added: int
    ended_s: int
    ruined_s: int | None
    good_start: int
    good_end: int
    bad_start: int
    bad_end: int
    good_added: int
    good_refunded: int
    bad_added: int
    bad_taken: int
    honest_lost: int

    @property
    def key(self) -> tuple[str, str, int]:
        """Names the run."""
        return self.part, self.level, self.seed

    def line(self) -> str:
        """The row as a line of CSV, with its end."""
        held = io.StringIO()
        csv.writer(held, lineterminator="\n").writerow("" if value is None else value for value in astuple(self))
        return held.getvalue()


COLUMNS: Final = tuple(field.name for field in fields(Row))
_TEXTS: Final = ("part", "level", "data", "kind", "mechanism")
HEADER: Final = ",".join(COLUMNS) + "\n"


def write_rows(rows: Iterable[Row]) -> bytes:
    """The whole file."""
    return (HEADER + "".join(row.line() for row in rows)).encode()


def read_rows(path: Path) -> list[Row]:
    """The rows of a file.

    Raises:
        InvalidInput: there is no such file, or it is none of a study.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}", "let the study end first") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}", "check the path") from None
    if not lines or lines[0] + "\n" != HEADER:
        raise InvalidInput(f"{path} has not the columns of a study", "name the folder of one")
    return [parsed(line, f"{path}, line {place}") for place, line in enumerate(lines[1:], 2)]


def parsed(line: str, where: str = "a row") -> Row:
    """The row of a line.

    Raises:
        InvalidInput: it is none.
    """
    found = next(csv.reader([line]), [])
    try:
        if len(found) != len(COLUMNS):
            raise ValueError(f"{len(found)} values")
        values = {
            name: text if name in _TEXTS else None if name == "ruined_s" and not text else int(text)
            for name, text in zip(COLUMNS, found, strict=True)
        }
    except ValueError as error:
        raise InvalidInput(
            f"{where} is no row of a study: {error}", "run the study anew, into another folder"
        ) from None
    return Row(**values)  # type: ignore[arg-type]
