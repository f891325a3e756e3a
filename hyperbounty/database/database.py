"""Transactions on a database that may be locked, away or full for a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from hyperbounty.database.engine import WRITING, make_engine, parse_url
from hyperbounty.database.migration import migrate, revision_of
from hyperbounty.database.schema import Schema
from hyperbounty.errors import DatabaseError
from hyperbounty.locks import Held, is_held, locked_now
from hyperbounty.write_ahead import is_locked, opening

PATIENCE_S: Final = 60.0
"""How long a database may be away, or locked by others, before that is an error."""

_FIRST_PAUSE_S: Final = 0.1
_ATTEMPTS: Final = 3
_BETWEEN_S: Final = 0.02

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Database:
    """Transactions on a set of tables, which are made where they are missing and migrated where they are old.

    Any number of processes may open one database at the same time.

    Args:
        where: path of a SQLite file, or the URL of a PostgreSQL database.
        schema: the tables.
        patience_s: see `PATIENCE_S`.

    Raises:
        InvalidInput: the URL is of neither kind, or what PostgreSQL needs is not installed.
        DatabaseError: the database cannot be used, or its tables were made by a newer version.
    """

    def __init__(self, where: Path | str, schema: Schema, *, patience_s: float = PATIENCE_S) -> None:
        self._schema = schema
        self._patience_s = patience_s
        self._url = parse_url(where, schema.name)
        self._engine = make_engine(self._url, schema.name, patience_s)
        # A server that is away at the start is more likely misnamed than away for a moment.
        patience_s = patience_s if self.dialect == "sqlite" else 0.0
        try:
            with self._opening():
                found = self._with_patience(lambda c: revision_of(c, schema), writing=False, patience_s=patience_s)
                if found != schema.head:
                    self._with_patience(self._migrate, writing=True, patience_s=patience_s)
        except OSError as error:
            self.close()
            raise DatabaseError(
                f"cannot use {schema.name} {self}: {error.strerror or error}", "name another database"
            ) from error
        except DatabaseError:
            self.close()
            raise

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def __str__(self) -> str:
        """Which database this is, without its password."""
        if self._url.get_backend_name() == "sqlite":
            return str(self._url.database)
        return self._url.render_as_string(hide_password=True)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """The answer of `work`, which runs in one transaction that nobody else writes beside; all of it or nothing.

        A database that is away for a while is waited for, and `work` done again from its start. It is also done again
        where the answer to a commit was lost, so it must be a change that can be made twice.

        Raises:
            DatabaseError: the database is away for too long, damaged, or its disk is full.
        """
        return self._with_patience(work, writing=True, patience_s=self._patience_s)

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """The answer of `work`, which sees one state of the database and changes nothing.

        Raises:
            DatabaseError: as of `write`.
        """
        return self._with_patience(work, writing=False, patience_s=self._patience_s)

    def lock(self, connection: Connection) -> None:
        """Until the transaction ends, wait for and keep out whoever else calls this."""
        if self.dialect == "postgresql":  # SQLite lets one write at a time anyway.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self._schema.lock})

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether, of all who call this for the same tables, nobody else is inside; that stays so until it is left.

        It ends with the process that holds it. Where a connection to a server breaks it ends too, so who must not do
        something beside another looks again in each transaction.
        """
        if self.dialect == "sqlite":
            with ExitStack() as stack:
                yield any(self._is_alone_now(stack, is_last=left == 0) for left in reversed(range(_ATTEMPTS)))
            return
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Beside the lock of `lock`, which is held by each transaction in turn.
            asked = text("SELECT pg_try_advisory_lock(:key)")
            yield bool(connection.execute(asked, {"key": -self._schema.lock}).scalar_one())
            # What goes back to the pool stays connected, and would hold it on.
            connection.invalidate()

    def is_anybody_alone(self) -> bool:
        """Whether somebody is inside `alone` now.

        Raises:
            DatabaseError: as of `write`.
        """
        if self.dialect == "sqlite":
            return is_held(self._alone_file)
        key = -self._schema.lock % 2**64
        asked = text(
            "SELECT EXISTS(SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE locktype = 'advisory' AND granted AND datname = current_database() AND objsubid = 1 "
            "AND classid = CAST(:high AS bigint)::oid AND objid = CAST(:low AS bigint)::oid)"
        )
        halves = {"high": key >> 32, "low": key & 0xFFFF_FFFF}
        return self.read(lambda connection: bool(connection.execute(asked, halves).scalar_one()))

    @property
    def _alone_file(self) -> Path:
        file = Path(str(self._url.database))
        return file.with_name(f"{file.name}.alone")

    def _is_alone_now(self, held: ExitStack, *, is_last: bool) -> bool:
        """Whether this process is inside `alone` from now on; who only asks for others keeps it out for a moment."""
        try:
            held.enter_context(locked_now(self._alone_file))
        except Held:
            if not is_last:
                time.sleep(_BETWEEN_S)
            return False
        return True

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _opening(self) -> AbstractContextManager[None]:
        """Alone with a file; PostgreSQL needs nothing of the kind."""
        is_file = self.dialect == "sqlite" and self._url.database != ":memory:"
        return opening(Path(str(self._url.database))) if is_file else nullcontext()

    def _with_patience(self, work: Callable[[Connection], _T], *, writing: bool, patience_s: float) -> _T:
        engine = self._engine.execution_options(**{WRITING: writing})
        until, pause = time.monotonic() + patience_s, _FIRST_PAUSE_S
        while True:
            try:
                with engine.begin() as connection:
                    return work(connection)
            except SQLAlchemyError as error:
                if not _passing(error) or time.monotonic() + pause > until:
                    raise self._explained(error) from error
                _log.warning("%s %s does not answer, trying again: %s", self._schema.name, self, _cause(error))
                time.sleep(pause)
                pause = min(2 * pause, 5.0)

    def _migrate(self, connection: Connection) -> None:
        self.lock(connection)
        migrate(connection, self._schema, str(self))

    def _explained(self, error: SQLAlchemyError) -> DatabaseError:
        what = f"cannot use {self._schema.name} {self}: {_cause(error)}"
        if "malformed" in str(error) or "not a database" in str(error):
            return DatabaseError(what, f"move the file away and run again: {self._schema.lost}")
        if _passing(error):
            return DatabaseError(what, f"start the database and run again: {self._schema.kept}")
        return DatabaseError(what, f"make room there or name another database, then run again: {self._schema.kept}")


def _passing(error: SQLAlchemyError) -> bool:
    """Whether waiting may help: another holds the lock, or the server is away."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or is_locked(error.orig):
        return True
    # 40: serialization failure or deadlock; 57P: the server is shutting down or starting; 08: no connection.
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(("40", "57P", "08", "53300"))
    return type(error.orig).__module__.startswith("psycopg") and type(error.orig).__name__ == "OperationalError"


def _cause(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())[:300]
