"""Rows added where they are not there yet, or in place of those that are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add those of `rows` whose primary key is not there yet."""
    if rows:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(kind.insert(table).on_conflict_do_nothing(), rows)


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Have `rows` in the table, each in place of one with the same primary key."""
    if not rows:
        return
    kind = postgresql if connection.dialect.name == "postgresql" else sqlite
    wanted = kind.insert(table)
    keys = list(table.primary_key.columns)
    values = {column.name: wanted.excluded[column.name] for column in table.columns if column not in set(keys)}
    connection.execute(wanted.on_conflict_do_update(index_elements=keys, set_=values), rows)
