"""A set of tables, and how a database comes to have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection


def _nothing_before(_: Connection) -> None:
    return None


@dataclass(frozen=True)
class Schema:
    """A set of tables. Several can be in one database: each has migrations and a version of its own.

    Attributes:
        name: what a database with these tables is called in messages, such as `the queue`.
        package: its folder `migrations` has the Alembic revisions, in `versions`.
        head: the newest of these revisions.
        version_table: the table in which Alembic keeps the revision that a database is at.
        lock: number of PostgreSQL's advisory lock, which no other program in the database may use.
        kept: what is said of the data where a database cannot be used now.
        lost: what is said of the data where a database is damaged.
        revision_before: the revision of tables that were made before there were revisions; None where none were.
    """

    name: str
    package: str
    head: str
    version_table: str
    lock: int
    kept: str
    lost: str
    revision_before: Callable[[Connection], str | None] = _nothing_before
