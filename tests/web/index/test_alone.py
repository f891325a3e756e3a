"""One process keeps an index; who comes second is told, and who was overtaken writes nothing more."""

from __future__ import annotations

import pytest

from hyperbounty.web.index.errors import IndexTaken
from hyperbounty.web.index.keeping import Keeper
from tests.web.index.conftest import Indexing, counted
from tests.web.index.odd_node import OddNode


def test_a_second_process_is_told_and_changes_nothing(indexing: Indexing, node: OddNode) -> None:
    node.store(1, 5)
    with indexing.process() as process:
        process.catch_up()
        taken = pytest.raises(IndexTaken, match=r"another process keeps the index in .*name another database")
        with taken, indexing.process():
            pass
        node.store(1, 6)
        process.catch_up()
        assert counted(process) == {("1", node.accounts[0].address): [5, 6]}
    with indexing.process():
        pass


def test_who_lost_the_index_to_another_writes_nothing_more(indexing: Indexing, node: OddNode) -> None:
    # As where the connection to a server broke, which held the lock.
    with indexing.process() as process:
        process.catch_up()
        other = Keeper(process.keeper.database, "another", [indexing.family], 256)
        other.begin(node.chain_id, None)
        node.store(1, 5)
        with pytest.raises(IndexTaken, match="only one"):
            process.catch_up()
        assert counted(process) == {}
