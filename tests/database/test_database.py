"""What is said of a database that cannot be used, and that one which comes back is used again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update

from hyperbounty.database import Database
from hyperbounty.errors import DatabaseError, InvalidInput
from tests.database.shelf.tables import BOOKS, SHELF


def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "shelf.sqlite").write_bytes(b"not a database, but long enough to be read as one" * 40)
    what = r"cannot use the shelf .*shelf\.sqlite.*move the file away and run again: books are bought again"
    with pytest.raises(DatabaseError, match=what):
        Database(tmp_path / "shelf.sqlite", SHELF)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseError, match=r"cannot make the folder"):
        Database(tmp_path / "file" / "shelf.sqlite", SHELF)


@pytest.mark.parametrize("url", ["", "shelf.sqlite", "mysql://me:secret@host/db", "sqlite://", "oracle://me:secret@h"])
def test_other_databases_are_refused_without_repeating_a_password(url: str) -> None:
    with pytest.raises(InvalidInput, match="neither a file of SQLite nor") as refused:
        Database(url, SHELF)
    assert "secret" not in str(refused.value)


def test_whether_somebody_is_alone_can_be_seen_from_outside(tmp_path: Path) -> None:
    look_whether_somebody_is_alone(tmp_path / "shelf.sqlite")


@pytest.mark.postgresql
def test_the_same_of_a_server(postgresql_url: str) -> None:
    look_whether_somebody_is_alone(postgresql_url)


def look_whether_somebody_is_alone(where: Path | str) -> None:
    keeping, looking = Database(where, SHELF), Database(where, SHELF)
    assert not looking.is_anybody_alone()
    for _ in range(2):
        with keeping.alone() as is_alone:
            assert is_alone
            assert looking.is_anybody_alone()
            with looking.alone() as second:
                assert not second
        assert not looking.is_anybody_alone()
    keeping.close()
    looking.close()


@pytest.mark.postgresql
def test_a_server_that_is_away_is_named_without_its_password(postgresql_url: str) -> None:
    with pytest.raises(DatabaseError, match="start the database") as away:
        Database("postgresql://me:secret@127.0.0.1:1/nowhere", SHELF)
    assert "secret" not in str(away.value)
    assert "127.0.0.1:1" in str(away.value)


@pytest.mark.postgresql
def test_a_connection_that_breaks_is_made_again(postgresql_url: str) -> None:
    database, other = Database(postgresql_url, SHELF), Database(postgresql_url, SHELF)
    database.write(lambda c: c.execute(insert(BOOKS).values(title="Emma")))
    end_others = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert other.read(lambda c: c.execute(end_others).scalar_one()) >= 1
    assert database.read(lambda c: c.execute(select(BOOKS.c.title)).scalars().all()) == ["Emma"]
    database.close()
    other.close()


@pytest.mark.postgresql
def test_a_transaction_that_is_cut_off_is_done_again_whole(postgresql_url: str) -> None:
    database, other = Database(postgresql_url, SHELF), Database(postgresql_url, SHELF)
    database.write(lambda c: c.execute(insert(BOOKS).values(title="Emma", pages=0)))
    attempts = []

    def work(connection: Connection) -> int:
        attempts.append(1)
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        connection.execute(update(BOOKS).values(pages=BOOKS.c.pages + 1))
        if len(attempts) == 1:
            other.read(lambda c: c.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid}).scalar_one())
        return int(connection.execute(select(BOOKS.c.pages)).scalar_one())

    assert database.write(work) == 1
    assert len(attempts) == 2
    database.close()
    other.close()
