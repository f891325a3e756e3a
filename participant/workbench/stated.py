"""What was said of specs before they were scored: their folds and their odds, kept at home until there is an outcome.

A file is named by a hash of contest and spec, and the spec is not in it: nothing that is kept beside sealed entries
names what is in them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from hyperbounty.files import write_atomic

ODDS: Final = "odds"
"""The folder under a home."""

MOST_KEPT: Final = 20
"""Statements about one spec; the oldest go first."""


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedFold(_Kept):
    """What a spec did on one fold.

    Attributes:
        first_time, last_time: of the rows of its block, unix seconds.
        scores_ppm: by seed.
    """

    number: int
    first_time: int
    last_time: int
    training_windows: int
    windows: int
    scores_ppm: tuple[int, ...]


class StatedOdds(_Kept):
    """The chance that was stated; see `hyperbounty.statistics.odds`."""

    chance_ppm: int
    expected_ppm: int
    error_ppm: int
    coin_chance_ppm: int
    tried: int


class Statement(_Kept):
    """What was said of one spec at one time.

    Attributes:
        stated_at: by the chain's clock, unix seconds.
        odds: None where only folds were trained.
    """

    stated_at: int
    metric: str
    minimum_ppm: int
    folds: tuple[StatedFold, ...]
    odds: StatedOdds | None = None

    @property
    def mean_ppm(self) -> int:
        """Of all trainings."""
        scores = [score for fold in self.folds for score in fold.scores_ppm]
        return sum(scores) // len(scores)


class _File(_Kept):
    format: str
    statements: tuple[Statement, ...]


_FORMAT: Final = "hyperbounty/stated-odds/1"


class KeptStatements:
    """The statements under a folder.

    >>> kept = KeptStatements(tmp_path)
    >>> fold = StatedFold(number=1, first_time=0, last_time=9, training_windows=90, windows=10, scores_ppm=(510_000,))
    >>> said = Statement(stated_at=7, metric="accuracy", minimum_ppm=550_000, folds=(fold,))
    >>> kept.add("31337/0xab/1", bytes(32), said)
    >>> kept.all("31337/0xab/1", bytes(32)) == (said,), kept.all("31337/0xab/2", bytes(32))
    (True, ())
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self, contest: str, spec: bytes) -> tuple[Statement, ...]:
        """What was said, oldest first; nothing where nothing was, or the file cannot be read.

        Args:
            contest: its chain, contract and number.
            spec: the 32-byte word.
        """
        try:
            found = _File.model_validate_json(self._file(contest, spec).read_bytes())
        except (FileNotFoundError, ValidationError):
            return ()
        return found.statements if found.format == _FORMAT else ()

    def add(self, contest: str, spec: bytes, statement: Statement) -> None:
        """Keep `statement` behind the others.

        Raises:
            OSError: the disk does not take it.
        """
        kept = (*self.all(contest, spec), statement)[-MOST_KEPT:]
        write_atomic(self._file(contest, spec), _File(format=_FORMAT, statements=kept).model_dump_json().encode())

    def _file(self, contest: str, spec: bytes) -> Path:
        name = hashlib.sha256(f"{contest}/".encode() + spec).hexdigest()
        return self._folder / f"{name}.json"


def stated_before(statements: tuple[Statement, ...], ends: int | None) -> Statement | None:
    """The last that was said before `ends`, with odds if any had them; the last of all where none was said before.

    >>> early, late = (
    ...     Statement(stated_at=at, metric="accuracy", minimum_ppm=1, folds=()) for at in (5, 15)
    ... )
    >>> stated_before((early, late), 10) == early, stated_before((late,), 10) == late, stated_before((), 10)
    (True, True, None)
    """
    before = [each for each in statements if ends is None or each.stated_at <= ends] or list(statements)
    return next((each for each in reversed(before) if each.odds is not None), before[-1] if before else None)
