"""What a development chain keeps: its blocks and states, its transactions and logs by block, and its clock.

All of it lies in one SQLite database: in a file that outlives the process, or in a temporary one that SQLite holds in
memory and moves to the disk as it grows. What one request changed is kept together, or not at all: a process that is
killed, and a disk that is full, leave the chain as it was before that request.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from eth.db.backends.base import BaseDB

from hyperbounty.errors import ChainError, HyperbountyError, InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

VERSION: Final = 1
# "HBdn", in the header of the file: tells it from the database of another program.
APPLICATION_ID: Final = 0x4842646E
_CACHE_KIBIBYTES: Final = 32 * 1024
_TOPIC_BYTES: Final = 32
# `entries` is what py-evm keeps by its own keys; it never removes a state, so any block can be asked about.
_SCHEMA: Final = """
CREATE TABLE entries (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE transactions (
    block INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, block_hash BLOB NOT NULL
);
CREATE TABLE logs (
    block INTEGER NOT NULL, position INTEGER NOT NULL, address BLOB NOT NULL, topics BLOB NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (block, position)
) WITHOUT ROWID;
CREATE TABLE clock (moved_by INTEGER NOT NULL, forced INTEGER)
"""


@dataclass(frozen=True)
class KeptLog:
    """A log, with the place that it has on the chain; each block has one transaction at most.

    Attributes:
        block: its number.
        position: of the log in the block.
        topics: of 32 bytes each.
    """

    block: int
    block_hash: bytes
    transaction: bytes
    position: int
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


class ChainDatabase(BaseDB):
    """The database at `file`, or a temporary one. Not safe for use by threads at once.

    Args:
        file: made with its folder where it is not there. As long as it is open here, no other process can open it.

    Raises:
        InvalidInput: the file is something else, or of another version.
        ChainError: it is in use, damaged, or cannot be read or written.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        try:
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            # An empty name is SQLite's for a temporary database.
            self._connection = sqlite3.connect(
                "" if file is None else file, timeout=0, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error
        # Whoever forgets a chain need not close it.
        self._close = weakref.finalize(self, self._connection.close)
        try:
            self._prepare()
        except BaseException as error:
            self._close()
            if isinstance(error, sqlite3.Error):
                raise self._unusable(error) from error
            raise

    def close(self) -> None:
        """Close the database; what was not kept is undone."""
        with suppress(sqlite3.Error):
            self._close()

    # ------------------------------------------------------------------------------------- what py-evm asks for

    def __getitem__(self, key: bytes) -> bytes:
        row = self._connection.execute("SELECT value FROM entries WHERE key = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        value: bytes = row[0]
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._change("INSERT OR REPLACE INTO entries VALUES (?, ?)", (key, value))

    def __delitem__(self, key: bytes) -> None:
        if not self._exists(key):
            raise KeyError(key)
        self._change("DELETE FROM entries WHERE key = ?", (key,))

    def _exists(self, key: bytes) -> bool:
        return self._connection.execute("SELECT 1 FROM entries WHERE key = ?", (key,)).fetchone() is not None

    # ----------------------------------------------------------------------------------- transactions and logs

    def add_transaction(self, block: int, block_hash: bytes, transaction: bytes, logs: Iterator[KeptLog]) -> None:
        """Remember the transaction of `block`, by its hash, and what it logged."""
        self._change("INSERT INTO transactions VALUES (?, ?, ?)", (block, transaction, block_hash))
        for log in logs:
            row = (log.block, log.position, log.address, b"".join(log.topics), log.data)
            self._change("INSERT INTO logs VALUES (?, ?, ?, ?, ?)", row)

    def block_of(self, transaction: bytes) -> int | None:
        """The number of the block with the transaction of this hash; None where there is none."""
        row = self._connection.execute("SELECT block FROM transactions WHERE hash = ?", (transaction,)).fetchone()
        return None if row is None else int(row[0])

    def logs(self, first: int, last: int, addresses: Collection[bytes] | None) -> Iterator[KeptLog]:
        """The logs of the blocks from `first` to `last`, both included, in their order; of `addresses` or of all."""
        statement = (
            "SELECT block, block_hash, hash, position, address, topics, data FROM logs JOIN transactions USING (block)"
            " WHERE block BETWEEN ? AND ?"
        )
        if addresses is not None:
            statement += f" AND address IN ({', '.join('?' * len(addresses))})"
        statement += " ORDER BY block, position"
        with closing(self._connection.execute(statement, (first, last, *(addresses or ())))) as rows:
            for block, block_hash, transaction, position, address, packed, data in rows:
                topics = tuple(packed[at : at + _TOPIC_BYTES] for at in range(0, len(packed), _TOPIC_BYTES))
                yield KeptLog(block, block_hash, transaction, position, address, topics, data)

    def forget_after(self, block: int) -> None:
        """Forget transactions and logs of all later blocks."""
        self._change("DELETE FROM transactions WHERE block > ?", (block,))
        self._change("DELETE FROM logs WHERE block > ?", (block,))

    # ---------------------------------------------------------------------------------------------- the clock

    @property
    def clock(self) -> tuple[int, int | None] | None:
        """What was last set; None where nothing was."""
        row = self._connection.execute("SELECT moved_by, forced FROM clock").fetchone()
        return None if row is None else (row[0], row[1])

    def set_clock(self, moved_by: int, forced: int | None) -> None:
        """Remember how the clock is set."""
        self._change("DELETE FROM clock", ())
        self._change("INSERT INTO clock VALUES (?, ?)", (moved_by, forced))

    # ---------------------------------------------------------------------------------- all of it, or nothing

    def keep(self) -> None:
        """Make what was changed last, on the disk.

        Raises:
            ChainError: it cannot be written. `undo` is to be called.
        """
        if self._connection.in_transaction:
            with self.failures():
                self._connection.execute("COMMIT")

    def undo(self) -> None:
        """Take back what was changed since `keep`."""
        # Where the failure was that of the disk, SQLite has rolled back by itself.
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    @contextmanager
    def failures(self) -> Iterator[None]:
        """What SQLite raises inside, as a `ChainError`."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _change(self, statement: str, values: tuple[Any, ...]) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(statement, values)

    def _prepare(self) -> None:
        run = self._connection.execute
        # Held until it is closed, and by the system no longer than the process lives.
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("BEGIN EXCLUSIVE")
        found = (self._pragma("application_id"), self._pragma("user_version"))
        is_empty = run("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        if found == (0, 0) and is_empty:
            for statement in _SCHEMA.split(";"):
                run(statement)
            run(f"PRAGMA application_id = {APPLICATION_ID}")
            run(f"PRAGMA user_version = {VERSION}")
        elif found[0] != APPLICATION_ID:
            raise self._foreign()
        elif found[1] != VERSION:
            raise InvalidInput(
                f"{self._file} is the state of a devnet of version {found[1]}, and this program reads {VERSION}",
                NextStep("use the program that wrote it, or name another file as {}", Parameter("state")),
            )
        run("COMMIT")
        run(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        if self._file is None:
            run("PRAGMA journal_mode = MEMORY")
            run("PRAGMA synchronous = OFF")
            return
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        answer = run("PRAGMA quick_check(1)").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _foreign(self) -> InvalidInput:
        return InvalidInput(
            f"{self._file} is not the state of a devnet; it was left as it is",
            NextStep("name the file of a devnet, or one that does not exist yet, as {}", Parameter("state")),
        )

    def _unusable(self, error: Exception) -> HyperbountyError:
        # The low byte is the kind; what stands above it says more.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ChainError(
                f"{self._file} is in use, by another devnet most likely",
                NextStep("stop that one, or name another file as {}", Parameter("state")),
            )
        if code == sqlite3.SQLITE_NOTADB:
            return self._foreign()
        if code == sqlite3.SQLITE_FULL:
            return ChainError(
                f"the disk has no room for the chain in {self._file or 'its temporary file'}; nothing was changed",
                "free disk space, then do the same again",
            )
        why = getattr(error, "strerror", None) or error
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            return ChainError(
                f"the chain in {self._file} is damaged: {why}",
                NextStep("restore the file from a copy, or name a new one as {}", Parameter("state")),
            )
        return ChainError(
            f"the chain in {self._file or 'a temporary file'} cannot be used: {why}",
            NextStep("check the folder, its permissions and the disk, or name another file as {}", Parameter("state")),
        )
