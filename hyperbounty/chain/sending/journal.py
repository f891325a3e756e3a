"""The journal of transactions: each is stored, signed, before it is sent; so a crash neither loses nor doubles one.

A folder with one SQLite file and one lock file for each account. It holds signed transactions and no keys: whoever
reads it can send what was meant to be sent, nothing else. Without a folder the journal lives in memory, for one
process. What one account has in it is read and written through `book.Book`.

SQLite in WAL mode with `synchronous=FULL` returns from a commit once the disk has it, and a commit is whole or absent.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from hyperbounty.errors import ChainError
from hyperbounty.write_ahead import opening, switch_to_write_ahead

VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    chain TEXT NOT NULL,
    account TEXT NOT NULL,
    nonce INTEGER NOT NULL,
    key TEXT,
    call TEXT NOT NULL,
    gas INTEGER NOT NULL,
    since_block INTEGER NOT NULL,
    state TEXT NOT NULL,
    succeeded INTEGER,
    block INTEGER,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX by_account ON operations (chain, account, state);
CREATE INDEX by_key ON operations (chain, account, key);
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    operation INTEGER NOT NULL REFERENCES operations (id),
    hash TEXT NOT NULL,
    raw BLOB NOT NULL,
    most_wei TEXT NOT NULL,
    tip_wei TEXT,
    signed_at REAL NOT NULL
);
CREATE INDEX by_operation ON attempts (operation)
"""

_FILE: Final = "transactions.sqlite"
_BUSY_SECONDS: Final = 30.0


class JournalError(ChainError):
    """The journal cannot be read or written; nothing is sent that could not be stored."""

    error_code = "journal"
    is_unavailable = True


class Journal:
    """The journal in `folder`, or in memory.

    Safe for use by threads and by processes at once.

    Raises:
        JournalError: the folder or the file in it cannot be used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._turns: dict[str, threading.Lock] = {}
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file; the next use opens it again. A journal in memory is empty then."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the database: all of it is on the disk afterwards, or none.

        Raises:
            JournalError: it could not be written.
        """
        with self._lock, self._failures():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                # Where the failure was that of the disk, SQLite has rolled back by itself.
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """The database, to be read.

        Raises:
            JournalError: it could not be.
        """
        with self._lock, self._failures():
            yield self._open()

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Inside, no other thread and no other process is inside for the same `name`.

        The lock of a process that dies is released by the system.
        """
        with self._lock:
            turn = self._turns.setdefault(name, threading.Lock())
        with turn:
            if self._folder is None:
                yield
                return
            # Not on Windows: there only the journal in memory can be had.
            import fcntl

            with self._failures():
                self._open()
                descriptor = os.open(self._folder / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                # Said, not left to the close: a process forked meanwhile holds the same description.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                os.close(descriptor)

    def damaged(self, why: str) -> JournalError:
        """The error for contents that cannot be right."""
        return JournalError(
            f"the journal of transactions at {self._folder} is damaged: {why}",
            "look up what this account sent last, then move the journal away",
        )

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._opened()
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        if self._folder is None:
            connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            connection.executescript(SCHEMA)
            return connection
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / _FILE
        # SQLite gives its own files the permissions of this one.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        with opening(file, mode=0o600):
            connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                switch_to_write_ahead(connection.cursor(), _BUSY_SECONDS)
                connection.execute("PRAGMA synchronous=FULL")
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        with closing(connection.execute("PRAGMA user_version")) as cursor:
            (version,) = cursor.fetchone()
        if version not in (0, VERSION):
            raise JournalError(
                f"the journal of transactions at {self._folder} is of version {version}, not {VERSION}",
                "use the version of hyperbounty that wrote it",
            )
        if version == 0:
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={VERSION}")
        connection.execute("COMMIT")

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise JournalError(
                f"the journal of transactions at {self._folder} cannot be used: {error}",
                "check the disk and the permissions; nothing was sent",
            ) from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(str(error)) from error
        except OSError as error:
            raise JournalError(
                f"the journal of transactions at {self._folder} cannot be used: {error.strerror or error}",
                "check the disk and the permissions; nothing was sent",
            ) from error
