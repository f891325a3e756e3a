"""The tables of the index, of families and of the outbox come from their migrations, from every revision."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

import hyperbounty.web.bounty.index
import hyperbounty.web.index
import hyperbounty.web.models.index
import hyperbounty.web.site.webhooks
from hyperbounty.database import Database, Schema
from hyperbounty.database.migration import revision_of
from hyperbounty.web.bounty.index import tables as bounty
from hyperbounty.web.index import tables as frame
from hyperbounty.web.models.index import tables as models
from hyperbounty.web.site.webhooks import tables as outbox

SETS = [
    (frame.SCHEMA, frame.METADATA, hyperbounty.web.index),
    (bounty.SCHEMA, bounty.METADATA, hyperbounty.web.bounty.index),
    (models.SCHEMA, models.METADATA, hyperbounty.web.models.index),
    (outbox.SCHEMA, outbox.METADATA, hyperbounty.web.site.webhooks),
]


def revisions(package: ModuleType) -> list[str]:
    """Of a set of tables, the newest first."""
    (folder,) = package.__path__
    return [each.revision for each in ScriptDirectory(f"{folder}/migrations").walk_revisions()]


EVERY = [(schema, metadata, revision) for schema, metadata, package in SETS for revision in revisions(package)]


@pytest.mark.parametrize(("schema", "metadata", "revision"), EVERY)
def test_every_revision_comes_to_the_tables_of_today(
    database_place: Path | str, schema: Schema, metadata: MetaData, revision: str
) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {
            "version_table": schema.version_table,
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    with closing(Database(database_place, replace(schema, head=revision))):
        pass
    with closing(Database(database_place, schema)) as database:
        assert database.read(lambda c: revision_of(c, schema)) == schema.head
        assert database.read(differences) == []


@pytest.mark.parametrize(("schema", "_metadata", "package"), SETS)
def test_the_head_is_the_newest_revision(schema: Schema, _metadata: MetaData, package: ModuleType) -> None:
    assert revisions(package)[0] == schema.head


def test_the_sets_of_tables_do_not_meet() -> None:
    names = [name for _, metadata, _ in SETS for name in metadata.tables]
    assert len(set(names)) == len(names)
    assert len({schema.lock for schema, _, _ in SETS}) == len(SETS)
