"""The folder of a study: which study it is of, the runs that are done, and the rows once all are.

Rows are appended as they come and reach the disk one by one, so a killed process loses the runs that were in progress
and no other. A last line that was not written whole is dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.locks import Held, locked_now
from hyperbounty.study import series
from hyperbounty.study.plan import Study
from hyperbounty.study.rows import FILE, Row, parsed, write_rows
from hyperbounty.study.series import Series

ABOUT: Final = "study.json"
_DONE: Final = "done.csv"
_LOCK: Final = ".lock"
_FORMAT: Final = "hyperbounty/study/1"
_VERSIONS: Final = ("hyperbounty", "numpy")
_ANOTHER: Final = "name another folder"


class StudyFolder:
    """A folder that belongs to one study.

    Args:
        path: of the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    @contextmanager
    def held(cls, path: Path, study: Study, data: Mapping[str, str]) -> Iterator[StudyFolder]:
        """The folder of a study, which nobody else uses meanwhile; made where there is none.

        Args:
            path: of the folder: a new one, an empty one, or the one of this study.
            study: that it belongs to.
            data: SHA-256 of each data set, by its name.

        Raises:
            InvalidInput: it is the folder of something else, of another study, or in use. Nothing in it was changed.
        """
        about = {
            "format": _FORMAT,
            "study": study.document,
            "data": dict(data),
            "versions": {name: version(name) for name in _VERSIONS},
        }
        _require_own(path, about)
        try:
            with locked_now(path / _LOCK):
                # Whoever held the lock until now may have made it another's.
                _require_own(path, about)
                write_atomic(path / ABOUT, _json(about))
                yield cls(path)
        except Held:
            raise InvalidInput(f"another process runs a study in {path}", "wait until it ends") from None
        except NotADirectoryError:
            raise InvalidInput(f"{path} lies in a file", _ANOTHER) from None

    def done(self) -> dict[tuple[str, str, int], Row]:
        """The runs that are done, by their keys. A line that was not written whole is cut off."""
        path = self.path / _DONE
        try:
            held = path.read_bytes()
        except FileNotFoundError:
            return {}
        whole = held[: held.rfind(b"\n") + 1]
        if whole != held:
            write_atomic(path, whole)
        lines = whole.decode(errors="replace").splitlines()
        rows = [parsed(line, f"{path}, line {place}") for place, line in enumerate(lines, 1)]
        return {row.key: row for row in rows}

    @contextmanager
    def adding(self) -> Iterator[Callable[[Row], None]]:
        """Keeps runs as they are done."""
        with (self.path / _DONE).open("ab", buffering=0) as file:

            def add(row: Row) -> None:
                left = memoryview(row.line().encode())
                # A disk that is nearly full takes a part; the next try says that it is full.
                while left:
                    left = left[file.write(left) :]
                os.fsync(file.fileno())

            yield add

    @property
    def has_series(self) -> bool:
        """Whether the run over time is there."""
        return (self.path / series.FILE).exists()

    def write_series(self, found: Sequence[Series]) -> None:
        """Write the run over time."""
        write_atomic(self.path / series.FILE, series.write_series(found))

    def finish(self, rows: list[Row]) -> None:
        """Write the rows of all runs."""
        write_atomic(self.path / FILE, write_rows(rows))


def _require_own(path: Path, about: Mapping[str, Any]) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise InvalidInput(f"{path} is a file", _ANOTHER)
    # A study that never ran, since something about it was wrong, has no claim to its folder.
    names = {each.name for each in path.iterdir()}
    if names <= {_LOCK, ABOUT, _DONE} and not (_DONE in names and (path / _DONE).stat().st_size):
        return
    try:
        found = json.loads((path / ABOUT).read_bytes())
    except (OSError, ValueError):
        raise InvalidInput(f"{path} is not empty, and holds no study", _ANOTHER) from None
    wanted = json.loads(_json(about))
    if found == wanted:
        return
    for name, what in (("study", "of another design"), ("data", "of other data"), ("versions", "of other versions")):
        if not isinstance(found, dict) or found.get(name) != wanted[name]:
            raise InvalidInput(f"{path} holds a study {what}", _ANOTHER)
    raise InvalidInput(f"{path} holds another study", _ANOTHER)


def _json(about: Mapping[str, Any]) -> bytes:
    return (json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
