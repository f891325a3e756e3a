"""How SQLite and PostgreSQL are reached."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from hyperbounty.errors import DatabaseError, InvalidInput
from hyperbounty.write_ahead import switch_to_write_ahead

WRITING: Final = "hyperbounty_writing"
"""Execution option of a connection: whether its transaction may write."""


def parse_url(where: Path | str, name: str) -> URL:
    """The URL of a database.

    Args:
        where: path of a SQLite file, or a URL.
        name: what the database is called.

    Raises:
        InvalidInput: the URL is neither of SQLite nor of PostgreSQL.

    >>> parse_url("postgresql://ada@here/contests", "the queue").drivername
    'postgresql+psycopg'
    """
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
        f"{name} is neither a file of SQLite nor a PostgreSQL database",
        "pass postgresql://USER@HOST/DATABASE or sqlite:///PATH",
    )


def make_engine(url: URL, name: str, patience_s: float) -> Engine:
    """The engine for `url`; a transaction of SQLite waits `patience_s` seconds for those that write before it.

    Raises:
        DatabaseError: the folder of the file cannot be made.
        InvalidInput: what PostgreSQL needs is not installed.
    """
    if url.get_backend_name() == "sqlite":
        try:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                f"cannot make the folder of {name} {url.database}: {error.strerror}", "name another folder"
            ) from error
        engine = create_engine(url, connect_args={"timeout": patience_s})
        event.listen(engine, "connect", partial(_prepare_sqlite, patience_s))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED")
    except ImportError as error:
        raise InvalidInput("psycopg is not installed", 'pip install "hyperbounty[postgresql]"') from error


def _prepare_sqlite(patience_s: float, connection: Any, _: object) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver's guess.
    connection.isolation_level = None
    cursor = connection.cursor()
    switch_to_write_ahead(cursor, patience_s)
    # A power cut may undo the last transactions, which then are done again; it cannot damage the file.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes would fail where another wrote in between.
    writing = connection.get_execution_options().get(WRITING, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
