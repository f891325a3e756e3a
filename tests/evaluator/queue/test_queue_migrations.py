"""The queue's tables as they were first released come to today's, with what they hold."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, inspect, select, text
from sqlalchemy.engine import make_url

import evaluator.queue
from evaluator.queue import reading
from evaluator.queue.queue import Queue
from evaluator.queue.stored_result import StoredResult
from evaluator.queue.tables import SCHEMA, Base, FormatRow
from hyperbounty.database import Database
from hyperbounty.database.migration import revision_of
from hyperbounty.errors import DatabaseError
from tests.compute.stub_training import DATA, SPEC, stub_result
from tests.evaluator.queue.stub_jobs import stub_jobs

RELEASED: Final = """
CREATE TABLE evaluator_format (version {serial} NOT NULL, PRIMARY KEY (version));
CREATE TABLE evaluator_jobs (
    "key" VARCHAR(64) NOT NULL, dataset VARCHAR(64) NOT NULL, spec {bytes} NOT NULL, seed BIGINT NOT NULL,
    program VARCHAR(64) NOT NULL, estimate_s {float} NOT NULL, memory_bytes BIGINT NOT NULL, state VARCHAR(8) NOT NULL,
    faults INTEGER NOT NULL, losses INTEGER NOT NULL, not_before {float} NOT NULL, owner VARCHAR(200) NOT NULL,
    lease_ends {float} NOT NULL, worker VARCHAR(200) NOT NULL, epoch INTEGER NOT NULL, fault VARCHAR(14) NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY ("key")
);
CREATE INDEX evaluator_jobs_of_program ON evaluator_jobs (dataset, state, program, estimate_s DESC, "key");
CREATE INDEX evaluator_jobs_next ON evaluator_jobs (dataset, state, estimate_s DESC, program, "key");
CREATE TABLE evaluator_wanted (
    contest VARCHAR(200) NOT NULL, spec_index INTEGER NOT NULL, run INTEGER NOT NULL, "key" VARCHAR(64) NOT NULL,
    PRIMARY KEY (contest, spec_index, run), FOREIGN KEY ("key") REFERENCES evaluator_jobs ("key")
);
CREATE INDEX ix_evaluator_wanted_key ON evaluator_wanted ("key");
CREATE TABLE evaluator_results (
    "key" VARCHAR(64) NOT NULL, document TEXT NOT NULL, checksum VARCHAR(64) NOT NULL, seconds {float} NOT NULL,
    PRIMARY KEY ("key"), FOREIGN KEY ("key") REFERENCES evaluator_jobs ("key")
);
INSERT INTO evaluator_format (version) VALUES (1)
"""
"""What the first released version made, in both dialects."""
TYPES: Final = {
    "sqlite": {"serial": "INTEGER", "bytes": "BLOB", "float": "FLOAT"},
    "postgresql": {"serial": "SERIAL", "bytes": "BYTEA", "float": "FLOAT(53)"},
}
CONTEST: Final = "31337/0xab/1"


def fill(connection: Connection) -> None:
    done, waiting = stub_jobs(SPEC, runs=2)
    stored = StoredResult.of(stub_result(SPEC, 1), "bafkqaaa", {}).to_json()
    for wanted, state in ((done, "done"), (waiting, "waiting")):
        job = {**vars(wanted.job), "dataset": DATA.name, "state": state, "run": wanted.run, "contest": CONTEST}
        connection.execute(
            text(
                "INSERT INTO evaluator_jobs VALUES (:key, :dataset, :spec, :seed, :program, :estimate_s, :memory_bytes,"
                " :state, 0, 0, 0.0, '', 0.0, '', 0, '', '')"
            ),
            job,
        )
        connection.execute(text("INSERT INTO evaluator_wanted VALUES (:contest, 0, :run, :key)"), job)
    result = {"key": done.job.key, "document": stored, "checksum": hashlib.sha256(stored.encode()).hexdigest()}
    connection.execute(text("INSERT INTO evaluator_results VALUES (:key, :document, :checksum, 0.001)"), result)


@pytest.fixture
def released(database_place: Path | str) -> Path | str:
    """Where a database of the first released version is, in which one training is done and one waits."""
    if isinstance(database_place, Path):
        url = make_url(f"sqlite:///{database_place}")
    else:
        url = make_url(database_place).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in RELEASED.format_map(TYPES[engine.dialect.name]).split(";"):
            connection.execute(text(statement))
        fill(connection)
    engine.dispose()
    return database_place


def differences(connection: Connection) -> list[object]:
    """What the tables lack, or have too much, against the metadata."""
    options = {"version_table": SCHEMA.version_table, "compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def test_a_released_database_comes_to_head_with_what_it_holds(released: Path | str) -> None:
    for _ in range(2):
        with closing(Database(released, SCHEMA)) as database:
            assert database.read(lambda c: revision_of(c, SCHEMA)) == SCHEMA.head
            assert database.read(differences) == []
            assert reading.tally(database, CONTEST) == reading.Tally(waiting=1, done=1)
            done, waiting = (wanted.job for wanted in stub_jobs(SPEC, runs=2))
            queue = Queue(database)
            stored = queue.result(done.key)
            assert stored is not None
            assert stored.result.checkpoints == stub_result(SPEC, 1).checkpoints
            assert queue.claim(DATA.name) == [waiting]
            queue.release()


def test_a_fresh_database_has_the_tables_and_what_an_earlier_version_asks_for(database_place: Path | str) -> None:
    with closing(Database(database_place, SCHEMA)) as database:
        assert database.read(differences) == []
        assert database.read(lambda c: revision_of(c, SCHEMA)) == SCHEMA.head
        # The first released version opens it too, as long as this says 1.
        assert database.read(lambda c: c.execute(select(FormatRow.version)).scalars().all()) == [1]


def test_the_head_is_the_newest_revision() -> None:
    (folder,) = evaluator.queue.__path__
    assert ScriptDirectory(f"{folder}/migrations").get_current_head() == SCHEMA.head


def test_tables_of_an_unknown_format_are_refused(released: Path | str) -> None:
    with closing(Database(released, SCHEMA)) as database:

        def older(connection: Connection) -> None:
            connection.execute(text("DROP TABLE evaluator_version"))
            connection.execute(text("UPDATE evaluator_format SET version = 99"))

        database.write(older)
        with pytest.raises(DatabaseError, match=r"the queue .* was made by another version.*format 99.*none after"):
            Database(released, SCHEMA)
        assert not database.read(lambda c: inspect(c).has_table("evaluator_version"))
        assert database.read(lambda c: c.execute(select(func.count()).select_from(FormatRow)).scalar_one()) == 1
