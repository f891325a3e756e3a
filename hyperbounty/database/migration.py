"""The tables of a database brought to what this version of the program expects, by Alembic.

Revisions go up only. A database that a newer version has migrated is refused, since nobody here knows its tables.
"""

from __future__ import annotations

import threading
from importlib.resources import as_file, files
from typing import Any, Final

from sqlalchemy import Connection, String, column, inspect, select, table

from hyperbounty.database.schema import Schema
from hyperbounty.errors import DatabaseError

_ALEMBIC: Final = threading.Lock()
"""Alembic keeps what it migrates in its modules, so one thread uses it at a time."""


def revision_of(connection: Connection, schema: Schema) -> str | None:
    """The revision that the tables of `schema` are at; None where no revision is recorded."""
    if not inspect(connection).has_table(schema.version_table):
        return None
    version = select(column("version_num", String)).select_from(table(schema.version_table))
    return connection.execute(version).scalar_one_or_none()


def migrate(connection: Connection, schema: Schema, name: str) -> None:
    """Bring the tables of `schema` to its head, in the transaction of `connection`, which nobody else migrates beside.

    Args:
        name: says which database this is.

    Raises:
        DatabaseError: they are of a revision that this version does not know.
    """
    found = revision_of(connection, schema)
    if found == schema.head:
        return  # Another process came first.
    # Alembic takes longer to load than a database takes to open, and is needed only here.
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    before = schema.revision_before(connection) if found is None else None
    with _ALEMBIC, as_file(files(schema.package).joinpath("migrations")) as folder:
        script = ScriptDirectory(str(folder))
        known = {revision.revision for revision in script.walk_revisions(head=schema.head)}
        start = found or before
        if start is not None and start not in known:
            raise DatabaseError(
                f"{schema.name} {name} was made by another version: its tables are of revision {start}, and"
                f" this version knows none after {schema.head}",
                "use the version that made it, or name another database",
            )

        def upgrade(revision: Any, _context: Any) -> Any:
            return script._upgrade_revs(schema.head, revision)

        with EnvironmentContext(Config(), script, fn=upgrade) as environment:
            environment.configure(connection=connection, version_table=schema.version_table)
            if before is not None:
                environment.get_context().stamp(script, before)
            environment.run_migrations()
