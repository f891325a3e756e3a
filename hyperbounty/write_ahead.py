"""SQLite files in WAL mode, which any number of threads and processes may open at the same moment.

In WAL mode readers and a writer do not wait for each other. But to switch a new file to it SQLite wants the file for
itself, and where it cannot have it says at once that it is locked, whatever the timeout
(https://www.sqlite.org/wal.html#sometimes_queries_return_sqlite_busy_in_wal_mode). So one opens a file at a time here,
and what still meets a lock is tried again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hyperbounty.locks import locked

_PAUSE_S: Final = 0.02
_PASSING: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_PRIMARY_CODE: Final = 0xFF


@contextmanager
def opening(file: Path, *, mode: int = 0o666) -> Iterator[None]:
    """Inside, nobody else opens `file`.

    Args:
        file: in a folder that is there.
        mode: permissions of the lock beside it, less the umask.

    Raises:
        OSError: the lock beside it cannot be made.
    """
    with locked(file.with_name(f"{file.name}.opening"), exclusive=True, mode=mode):
        yield


def switch_to_write_ahead(cursor: sqlite3.Cursor, patience_s: float) -> None:
    """Have the file that `cursor` is on in WAL mode, in which it stays for ever; wait for who holds it.

    Raises:
        sqlite3.OperationalError: somebody still held it after `patience_s` seconds, or it cannot be used.

    >>> connection = sqlite3.connect(tmp_path / "new.sqlite")
    >>> switch_to_write_ahead(connection.cursor(), 1.0)
    >>> connection.execute("PRAGMA journal_mode").fetchone()
    ('wal',)
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            # Asked first: where it is so already, nothing is to be waited for.
            if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                cursor.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)


def is_locked(error: BaseException | None) -> bool:
    """Whether a database was only held by somebody else, so that trying again may help."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & _PRIMARY_CODE in _PASSING
