"""Blocks that come, blocks that are taken back, and chains that begin anew."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hyperbounty.web.index.errors import IndexStopped
from hyperbounty.web.index.reading import Depths
from hyperbounty.web.index.state import Status
from hyperbounty.web.index.tables import REORGANIZATIONS
from tests.web.index.conftest import Indexing, counted
from tests.web.index.odd_node import OddNode


def reorganizations(indexing: Indexing) -> list[int]:
    with indexing.process() as process:
        found = process.keeper.database.read(lambda c: c.execute(select(REORGANIZATIONS.c.depth)).scalars().all())
        return [int(depth) for depth in found]


def test_a_block_is_in_the_tables_after_one_step(indexing: Indexing, node: OddNode) -> None:
    ada = node.accounts[0].address
    with indexing.process() as process:
        process.catch_up()
        for value in (5, 6):
            node.store(1, value)
            version = process.keeper.state().version
            assert process.reader.step() is False
            state = process.keeper.state()
            assert (state.block, state.behind, state.status) == (node.head, 0, Status.FOLLOWING)
            assert state.version > version
        assert counted(process) == {("1", ada): [5, 6]}


@pytest.mark.parametrize("history", [0, 64])
def test_blocks_that_the_chain_takes_back_are_taken_back(indexing: Indexing, node: OddNode, history: int) -> None:
    indexing.depths = Depths(history=history)
    ada, bob = (account.address for account in node.accounts[:2])
    node.store(1, 5)
    before = node.snapshot()
    node.store(1, 6)
    node.store(2, 7)
    with indexing.process() as process:
        process.catch_up()
        # It counts as final what is so deep; here it begins after the history.
        assert counted(process) == {("1", ada): [5, 6], ("2", ada): [7]}
        node.mine()
        process.catch_up()
        kept = process.keeper.blocks()[0][0]
        node.revert(before)
        node.store(1, 8, who=1)
        node.mine(4)
        assert node.head >= kept
        if history:
            process.catch_up()
            assert counted(process) == {("1", ada): [5], ("1", bob): [8]}
        else:
            # Deeper than any block that is kept: the history had ended there.
            with pytest.raises(IndexStopped, match="reorganized deeper"):
                process.catch_up()
            assert process.keeper.state().status is Status.STOPPED
            assert process.keeper.state().next_step
    if history:
        assert reorganizations(indexing) == [3]


def test_a_deeper_reorganization_than_is_followed_stops_the_index_until_it_is_made_anew(
    indexing: Indexing, node: OddNode
) -> None:
    indexing.depths = Depths(history=64, reorganization=3)
    ada = node.accounts[0].address
    node.store(1, 5)
    before = node.snapshot()
    node.mine(4)
    with indexing.process() as process:
        process.catch_up()
        node.revert(before)
        node.store(1, 6)
        node.mine(5)
        with pytest.raises(IndexStopped, match="deeper than 3 blocks"):
            process.catch_up()
        state = process.keeper.state()
        assert (state.status, state.block) == (Status.STOPPED, node.head - 2)
        assert "deeper than 3 blocks" in state.reason
        assert counted(process) == {("1", ada): [5]}
    with indexing.process() as process:
        with pytest.raises(IndexStopped):
            process.catch_up()
        process.rebuild()
        assert counted(process) == {("1", ada): [5, 6]}
        assert process.keeper.state().status is Status.FOLLOWING


def test_a_node_that_is_behind_is_waited_for(indexing: Indexing, node: OddNode) -> None:
    ada = node.accounts[0].address
    node.store(1, 5)
    node.mine(3)
    with indexing.process() as process:
        process.catch_up()
        block = process.keeper.state().block
        node.hidden = 2
        assert process.reader.step() is False
        state = process.keeper.state()
        assert (state.status, state.block) == (Status.WAITING, block)
        assert "is behind" in state.reason
        assert counted(process) == {("1", ada): [5]}
        node.hidden = 0
        node.store(1, 6)
        process.catch_up()
        assert process.keeper.state().status is Status.FOLLOWING
        assert counted(process) == {("1", ada): [5, 6]}
    assert reorganizations(indexing) == []


def test_a_development_chain_may_become_shorter(indexing: Indexing, node: OddNode) -> None:
    node.chain_id = 31337
    ada = node.accounts[0].address
    node.store(1, 5)
    before = node.snapshot()
    node.store(1, 6)
    with indexing.process() as process:
        process.catch_up()
        assert counted(process) == {("1", ada): [5, 6]}
        node.revert(before)
        process.catch_up()
        assert counted(process) == {("1", ada): [5]}
        assert process.keeper.state().block == node.head


@pytest.mark.parametrize("chain_id", [10, 31337])
@pytest.mark.parametrize("is_running", [True, False])
def test_a_chain_that_began_anew_is_begun_anew(
    indexing: Indexing, node: OddNode, chain_id: int, is_running: bool
) -> None:
    node.chain_id = chain_id
    node.store(1, 5)
    node.store(2, 6)
    with indexing.process() as process:
        process.catch_up()
        if is_running:
            node.restart()
            node.store(3, 7)
            process.catch_up()
            assert counted(process) == {("3", node.accounts[0].address): [7]}
            return
    node.restart()
    node.store(3, 7)
    with indexing.process() as process:
        process.catch_up()
        assert counted(process) == {("3", node.accounts[0].address): [7]}


def test_the_index_of_another_chain_is_left_alone(indexing: Indexing, node: OddNode) -> None:
    node.store(1, 5)
    with indexing.process() as process:
        process.catch_up()
    node.chain_id = 11
    of_another = pytest.raises(IndexStopped, match="is the index of chain 10, and the node is of chain 11")
    with of_another, indexing.process():
        pass
    node.chain_id = 10
    with indexing.process() as process:
        assert counted(process) == {("1", node.accounts[0].address): [5]}
