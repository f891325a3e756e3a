"""Documents: fetched once they are named, checked, kept, and asked for again ever less often."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from hyperbounty.errors import ContentMismatch, ContentNotFound, ContentTooLarge, StoreUnavailable
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.web.index.documents import MAX_BYTES, DocumentFetcher, DocumentState
from hyperbounty.web.index.process import IndexProcess
from hyperbounty.web.index.tables import DOCUMENTS
from tests.web.index.conftest import Indexing
from tests.web.index.odd_node import OddNode


class Shelf:
    """A store that holds what a test puts there, or fails."""

    def __init__(self) -> None:
        self.content: dict[str, bytes | Exception] = {}
        self.asked: list[str] = []

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        assert max_bytes == MAX_BYTES
        self.asked.append(str(cid))
        found = self.content.get(str(cid), ContentNotFound("nobody has it", "wait"))
        if isinstance(found, Exception):
            raise found
        return found


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class World:
    """One document is wanted; the clock is the test's."""

    def __init__(self, indexing: Indexing, node: OddNode) -> None:
        self.shelf, self.clock = Shelf(), Clock()
        self.digest = hashlib.sha256(b"a document").digest()
        self.cid = str(Cid.from_digest(self.digest))
        indexing.family.documents[5] = self.digest
        node.store(1, 5)
        self.family = indexing.family

    def fetcher(self, process: IndexProcess) -> DocumentFetcher:
        store = cast("ContentStore", self.shelf)
        return DocumentFetcher(process.keeper.database, store, [self.family], self.clock)

    def row(self, process: IndexProcess) -> dict[str, Any]:
        found = process.keeper.database.read(lambda c: c.execute(select(DOCUMENTS)).mappings().all())
        [row] = found
        return dict(row)


@pytest.fixture
def opened(indexing: Indexing, node: OddNode) -> Iterator[tuple[World, IndexProcess, DocumentFetcher]]:
    world = World(indexing, node)
    with indexing.process() as process:
        process.catch_up()
        assert world.row(process)["state"] == DocumentState.WAITING
        yield world, process, world.fetcher(process)


Opened = tuple[World, IndexProcess, DocumentFetcher]


def test_a_document_is_kept_once_it_is_there(opened: Opened) -> None:
    world, process, fetcher = opened
    world.shelf.content[world.cid] = b"a document"
    version = process.keeper.state().version
    assert fetcher.fetch_due() == 1
    row = world.row(process)
    assert (row["state"], row["content"], row["reason"]) == (DocumentState.THERE, b"a document", "")
    assert process.keeper.state().version > version
    world.clock.now += 10**9
    assert fetcher.fetch_due() == 0


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b"", DocumentState.WRONG),
        (ContentTooLarge("too many bytes", ""), DocumentState.TOO_LARGE),
    ],
)
def test_what_can_never_be_right_is_not_asked_for_again(
    opened: Opened, answer: bytes | Exception, state: DocumentState
) -> None:
    world, process, fetcher = opened
    world.shelf.content[world.cid] = answer
    fetcher.fetch_due()
    row = world.row(process)
    assert row["state"] == state
    assert row["reason"]
    world.clock.now += 10**9
    assert fetcher.fetch_due() == 0


@pytest.mark.parametrize(
    "failure",
    [
        ContentNotFound("nobody has it"),
        StoreUnavailable("no store answers"),
        ContentMismatch("other bytes"),
        OSError("disk"),
    ],
)
def test_what_is_missing_is_asked_for_ever_less_often_and_kept_when_it_comes(
    opened: Opened, failure: Exception
) -> None:
    world, process, fetcher = opened
    world.shelf.content[world.cid] = failure
    pauses = []
    for _ in range(20):
        assert fetcher.fetch_due() == 1
        assert fetcher.fetch_due() == 0
        row = world.row(process)
        pauses.append(row["next_try"] - world.clock.now)
        world.clock.now = row["next_try"]
    assert pauses == sorted(pauses)
    assert pauses[0] <= 10
    assert pauses[-1] == pauses[-2] <= 86_400
    row = world.row(process)
    assert row["state"] == DocumentState.MISSING
    assert row["since"] < world.clock.now
    world.shelf.content[world.cid] = b"a document"
    fetcher.fetch_due()
    assert world.row(process)["state"] == DocumentState.THERE


def test_a_new_document_does_not_wait_behind_missing_ones(opened: Opened, indexing: Indexing, node: OddNode) -> None:
    world, process, fetcher = opened
    fetcher.fetch_due()
    world.clock.now += 10**6
    new = hashlib.sha256(b"new").digest()
    indexing.family.documents[6] = new
    node.store(1, 6)
    process.catch_up()
    fetcher.fetch_one()
    assert world.shelf.asked[-1] == str(Cid.from_digest(new))


def test_two_threads_do_not_ask_for_the_same(opened: Opened) -> None:
    world, process, fetcher = opened
    other = world.fetcher(process)
    inner = world.shelf.get

    def meanwhile(cid: Cid, *, max_bytes: int | None = None) -> bytes:
        assert other.fetch_due() == 0
        return inner(cid, max_bytes=max_bytes)

    world.shelf.get = meanwhile  # type: ignore[method-assign]
    assert fetcher.fetch_due() == 1


def test_what_a_fork_alone_has_named_is_kept_all_the_same(opened: Opened, tmp_path: Path) -> None:
    world, process, fetcher = opened
    world.shelf.content[world.cid] = b"a document"
    fetcher.fetch_due()
    process.rebuild()
    assert world.row(process)["state"] == DocumentState.THERE


def test_the_store_on_the_disk_gives_what_it_has(opened: Opened, tmp_path: Path) -> None:
    world, process, _ = opened
    store = open_store("embedded", tmp_path / "store")
    fetcher = DocumentFetcher(process.keeper.database, store, [world.family], world.clock)
    fetcher.fetch_due()
    assert world.row(process)["state"] == DocumentState.WAITING
    store.add_block(b"a document")
    world.clock.now = world.row(process)["next_try"]
    fetcher.fetch_due()
    assert world.row(process)["content"] == b"a document"


def test_what_cannot_be_written_anywhere_is_quoted_escaped(opened: Opened) -> None:
    world, process, fetcher = opened
    world.shelf.content[world.cid] = ContentNotFound("nobody has \x00\x1b[31m it")
    fetcher.fetch_due()
    assert "\x00" not in world.row(process)["reason"]
    assert "nobody has" in world.row(process)["reason"]
