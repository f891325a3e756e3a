"""Who looks on is told what changed since it looked; who was away too long is told that everything may have."""

from __future__ import annotations

import hashlib

from hyperbounty.store import Cid
from hyperbounty.web.index import changes
from hyperbounty.web.index.changes import begin_version, changes_after
from hyperbounty.web.index.documents import DocumentFetcher
from hyperbounty.web.index.process import IndexProcess
from hyperbounty.web.index.reading import Depths
from tests.web.index.conftest import Indexing
from tests.web.index.odd_node import OddNode
from tests.web.index.test_index_documents import Shelf


def after(process: IndexProcess, version: int) -> list[str] | None:
    """The subjects that changed after a version, in order."""
    found = process.keeper.database.read(lambda c: changes_after(c, version))
    return None if found is None else [change.subject for change in found]


def test_each_block_tells_what_it_changed_and_so_does_one_that_is_taken_back(indexing: Indexing, node: OddNode) -> None:
    with indexing.process() as process:
        node.mine(2)
        process.catch_up()
        before = process.keeper.state().version
        node.store(1, 5)
        snapshot = node.snapshot()
        process.catch_up()
        seen = process.keeper.state().version
        node.store(2, 6)
        node.mine()
        process.catch_up()
        assert after(process, before) == ["1", "2"]
        assert after(process, seen) == ["2"]
        latest = process.keeper.state().version
        assert after(process, latest) == []
        node.revert(snapshot)
        node.mine(3)
        process.catch_up()
        assert after(process, latest) == ["2"]


def test_a_history_that_is_read_changes_everything(indexing: Indexing, node: OddNode) -> None:
    indexing.depths = Depths(history=0)
    with indexing.process() as process:
        before = process.keeper.state().version
        node.store(1, 5)
        process.catch_up()
        assert after(process, before) is None
        seen = process.keeper.state().version
        process.rebuild()
        assert after(process, seen) is None


def test_an_index_that_is_opened_again_without_news_changes_nothing(indexing: Indexing, node: OddNode) -> None:
    node.store(1, 5)
    with indexing.process() as process:
        process.catch_up()
        state = process.keeper.state()
    with indexing.process() as process:
        process.catch_up()
        assert process.keeper.state().era == state.era
        assert after(process, state.version) == []


def test_a_document_that_comes_changes_the_subjects_that_want_it(indexing: Indexing, node: OddNode) -> None:
    digest = hashlib.sha256(b"a document").digest()
    indexing.family.documents[5] = digest
    node.store(1, 5)
    node.store(2, 5)
    node.store(3, 4)
    shelf = Shelf()
    shelf.content[str(Cid.from_digest(digest))] = b"a document"
    with indexing.process() as process:
        process.catch_up()
        seen = process.keeper.state().version
        DocumentFetcher(process.keeper.database, shelf, [indexing.family]).fetch_due()  # type: ignore[arg-type]
        assert after(process, seen) == ["1", "2"]


def test_versions_that_are_too_old_or_of_another_index_are_not_known(indexing: Indexing, node: OddNode) -> None:
    node.store(1, 5)
    with indexing.process() as process:
        process.catch_up()
        seen = process.keeper.state().version
        assert after(process, seen + 1) is None
        for _ in range(changes.KEPT + 1):
            process.keeper.database.write(begin_version)
        assert after(process, seen) is None


def test_many_changes_are_told_as_one(indexing: Indexing, node: OddNode) -> None:
    with indexing.process() as process:
        node.mine()
        process.catch_up()
        seen = process.keeper.state().version
        for key in range(4):
            node.store(key, 5)
        process.catch_up()
        assert process.keeper.database.read(lambda c: changes_after(c, seen, most=3)) is None
        assert after(process, seen) == ["0", "1", "2", "3"]
