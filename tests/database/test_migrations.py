"""Sets of tables come to their newest revision, whoever opens them, and nothing that they hold is lost."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, select, text

from evaluator.queue.tables import SCHEMA
from hyperbounty.database import Database
from hyperbounty.database.migration import revision_of
from hyperbounty.errors import DatabaseError
from tests.database.opening import open_with_others
from tests.database.shelf.tables import BOOKS, OLD_SHELF, SHELF


@pytest.fixture
def old_shelf(database_place: Path | str) -> Path | str:
    """Where a database of the version before is, with a book in it."""
    with closing(Database(database_place, OLD_SHELF)) as old:
        old.write(lambda c: c.execute(text("INSERT INTO shelf_books (title) VALUES ('Middlemarch')")))
    return database_place


def books(database: Database) -> list[tuple[str, int]]:
    return [(row.title, row.pages) for row in database.read(lambda c: c.execute(select(BOOKS)).all())]


def test_an_old_database_goes_up_with_its_rows(old_shelf: Path | str) -> None:
    for _ in range(2):
        with closing(Database(old_shelf, SHELF)) as database:
            assert database.read(lambda c: revision_of(c, SHELF)) == "0002"
            assert books(database) == [("Middlemarch", 0)]


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(database_place: Path | str) -> None:
    with closing(Database(database_place, SHELF)) as database:
        database.write(lambda c: c.execute(insert(BOOKS).values(title="Emma", pages=474)))
        with pytest.raises(DatabaseError, match=r"the shelf .*of revision 0002.*none after 0001; use the version that"):
            Database(database_place, OLD_SHELF)
        assert books(database) == [("Emma", 474)]


def test_sets_of_tables_live_side_by_side(old_shelf: Path | str) -> None:
    with closing(Database(old_shelf, SCHEMA)) as queue, closing(Database(old_shelf, SHELF)) as shelf:
        assert books(shelf) == [("Middlemarch", 0)]
        names = queue.read(lambda c: inspect(c).get_table_names())
        assert {"shelf_books", "shelf_version", "evaluator_jobs", "evaluator_version"} <= set(names)


def test_a_migration_that_fails_changes_nothing(old_shelf: Path | str) -> None:
    with closing(Database(old_shelf, OLD_SHELF)) as old:
        old.write(lambda c: c.execute(text("ALTER TABLE shelf_books ADD COLUMN pages INTEGER")))
        with pytest.raises(DatabaseError, match="cannot use the shelf"):
            Database(old_shelf, SHELF)
        assert old.read(lambda c: revision_of(c, SHELF)) == "0001"


@pytest.fixture(params=["fresh", "old"])
def opened_at_once(request: pytest.FixtureRequest, database_place: Path | str) -> Iterator[Path | str]:
    if request.param == "old":
        request.getfixturevalue("old_shelf")
    yield database_place
    with closing(Database(database_place, SHELF)) as database:
        assert len(books(database)) == (request.param == "old")


@pytest.mark.heavy
def test_processes_that_open_it_at_once_migrate_it_once(opened_at_once: Path | str) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(4)
    arguments = (barrier, opened_at_once, SHELF)
    processes = [context.Process(target=open_with_others, args=arguments) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4


def test_threads_migrate_different_databases_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda number: Database(tmp_path / f"{number}.sqlite", SHELF), range(8)))
    for database in opened:
        assert books(database) == []
        database.close()


def test_a_file_that_another_writes_to_is_waited_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import sqlite3

    # Not yet in WAL, where SQLite itself does not wait.
    with closing(sqlite3.connect(tmp_path / "file.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = threading.Thread(target=lambda: Database(tmp_path / "file.sqlite", SHELF).close())
        opening.start()
        opening.join(0.2)
        assert opening.is_alive()
        other.execute("COMMIT")
        opening.join()
    assert caplog.text == ""
    with closing(Database(tmp_path / "file.sqlite", SHELF)) as database:
        assert books(database) == []
