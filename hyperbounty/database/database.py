"""The database behind the queue: a file of SQLite, or PostgreSQL by URL."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from evaluator.queue.tables import FORMAT, Base, FormatRow
from hyperbounty.errors import InvalidInput, TrainingError

PATIENCE_S: Final = 60.0
"""How long a database may be away, or locked by others, before that is an error."""

_FIRST_PAUSE_S: Final = 0.1
# Any number that no other program in the database uses for the same.
_ADVISORY_LOCK: Final = 7_305_198_264

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Database:
    """Transactions on the queue's tables, which are made where they are missing.

    Args:
        where: path of a SQLite file, or the URL of a PostgreSQL database.
        patience_s: see `PATIENCE_S`.

    Raises:
        InvalidInput: the URL is of neither kind, or what PostgreSQL needs is not installed.
        TrainingError: the database cannot be used.
    """

    def __init__(self, where: Path | str, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._url = _url(where)
        self._engine = _engine(self._url, patience_s)
        # A server that is away at the start is more likely misnamed than away for a moment.
        patience_s = patience_s if self.dialect == "sqlite" else 0.0
        try:
            self._with_patience(self._make_tables, writing=True, patience_s=patience_s)
        except TrainingError:
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
            TrainingError: the database is away for too long, damaged, or its disk is full.
        """
        return self._with_patience(work, writing=True, patience_s=self._patience_s)

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """The answer of `work`, which sees one state of the database and changes nothing.

        Raises:
            TrainingError: as of `write`.
        """
        return self._with_patience(work, writing=False, patience_s=self._patience_s)

    def lock(self, connection: Connection) -> None:
        """Until the transaction ends, wait for and keep out whoever else calls this."""
        if self.dialect == "postgresql":  # SQLite lets one write at a time anyway.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _with_patience(self, work: Callable[[Connection], _T], *, writing: bool, patience_s: float) -> _T:
        engine = self._engine.execution_options(hyperbounty_writing=writing)
        until, pause = time.monotonic() + patience_s, _FIRST_PAUSE_S
        while True:
            try:
                with engine.begin() as connection:
                    return work(connection)
            except SQLAlchemyError as error:
                if not _passing(error) or time.monotonic() + pause > until:
                    raise self._explained(error) from error
                _log.warning("the queue %s does not answer, trying again: %s", self, _cause(error))
                time.sleep(pause)
                pause = min(2 * pause, 5.0)

    def _make_tables(self, connection: Connection) -> None:
        self.lock(connection)
        Base.metadata.create_all(connection)
        found = connection.execute(select(FormatRow.version)).scalar_one_or_none()
        if found is None:
            connection.execute(insert(FormatRow).values(version=FORMAT))
        elif found != FORMAT:
            raise TrainingError(
                f"the queue {self} was made by another version (format {found}, this one has {FORMAT})",
                "name another queue, or use the version that made it",
            )

    def _explained(self, error: SQLAlchemyError) -> TrainingError:
        what = f"cannot use the queue {self}: {_cause(error)}"
        if "malformed" in str(error) or "not a database" in str(error):
            return TrainingError(what, "move the file away and run again: what it held is trained again")
        if _passing(error):
            return TrainingError(what, "start the database and run again: finished trainings are kept")
        return TrainingError(what, "make room there or name another queue, then run again: finished trainings are kept")


def _url(where: Path | str) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where))
    try:
        url = make_url(where)
        if url.get_backend_name() == "postgresql":
            # Whatever the default driver of this SQLAlchemy is, this is the one that the extra installs.
            return url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite" and url.database:
            return url.set(drivername="sqlite")
    except (ArgumentError, NoSuchModuleError):
        pass  # It may hold a password, so it is not repeated.
    raise InvalidInput(
        "the queue is neither a file of SQLite nor a PostgreSQL database",
        "pass postgresql://USER@HOST/DATABASE or sqlite:///PATH",
    )


def _engine(url: URL, patience_s: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        try:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TrainingError(
                f"cannot make the folder of the queue {url.database}: {error.strerror}", "name another folder"
            ) from error
        engine = create_engine(url, connect_args={"timeout": patience_s})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except ImportError as error:
        raise InvalidInput("psycopg is not installed", 'pip install "hyperbounty[postgresql]"') from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver's guess.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # A power cut may undo the last transactions, which then are done again; it cannot damage the file.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes would fail where another wrote in between.
    writing = connection.get_execution_options().get("hyperbounty_writing", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _passing(error: SQLAlchemyError) -> bool:
    """Whether waiting may help: another holds the lock, or the server is away."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or "is locked" in str(error.orig):
        return True
    # 40: serialization failure or deadlock; 57P: the server is shutting down or starting; 08: no connection.
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(("40", "57P", "08", "53300"))
    return type(error.orig).__module__.startswith("psycopg") and type(error.orig).__name__ == "OperationalError"


def _cause(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(cause).split())[:300]
