"""The history, in ranges: all of it once, whatever the node takes and whenever the process ends."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from hyperbounty.errors import ChainError
from hyperbounty.web.index.keeping import Keeper
from hyperbounty.web.index.reading import Depths
from hyperbounty.web.index.state import Status
from hyperbounty.web.index.tables import BLOCKS, LOGS, TOUCHED
from tests.web.index.conftest import Indexing, counted
from tests.web.index.odd_node import OddNode


class Killed(BaseException):
    """What a test ends a process with."""


def count(indexing: Indexing, table: Any) -> int:
    with indexing.process() as process:
        found = process.keeper.database.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())
        return int(found)


@pytest.fixture
def full(node: OddNode) -> OddNode:
    """With events in blocks that do not change any more, and later ones."""
    for value in range(6):
        node.store(value % 2, value)
        node.mine(2)
    node.final = node.head
    node.store(0, 10)
    return node


EXPECTED = {"0": [0, 2, 4, 10], "1": [1, 3, 5]}


def values(process: Any) -> dict[str, list[int]]:
    return {subject: found for (subject, _), found in counted(process).items()}


@pytest.mark.parametrize("limit", [1, 3, 10, 1_000])
def test_the_history_is_read_in_ranges_that_the_node_takes(indexing: Indexing, full: OddNode, limit: int) -> None:
    indexing.depths = Depths(history=0)
    full.limit = limit
    with indexing.process() as process:
        process.catch_up()
        assert values(process) == EXPECTED
        state = process.keeper.state()
        assert (state.target, state.block, state.status) == (full.final, full.head, Status.FOLLOWING)
    assert count(indexing, LOGS) == 7


def test_history_ends_at_what_is_final_or_deeper(indexing: Indexing, full: OddNode) -> None:
    with indexing.process() as process:
        process.catch_up()
        assert process.keeper.state().target == 0
    indexing.depths = Depths(history=5)
    with indexing.process() as process:
        process.rebuild()
        assert process.keeper.state().target == full.head - 5
        assert values(process) == EXPECTED


@pytest.mark.parametrize("call", ["add_history", "fold", "arrive", "add_blocks", "say"])
@pytest.mark.parametrize("number", range(3))
def test_a_process_that_ends_anywhere_loses_and_doubles_nothing(
    indexing: Indexing, full: OddNode, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    indexing.depths = Depths(history=0)
    full.limit = 4
    calls = 0
    real = getattr(Keeper, call)

    def dies(self: Keeper, *arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number + 1:
            if number % 2:
                real(self, *arguments, **named)
            raise Killed
        return real(self, *arguments, **named)

    monkeypatch.setattr(Keeper, call, dies)
    try:
        with indexing.process() as process:
            process.catch_up()
    except Killed:
        pass
    monkeypatch.undo()
    with indexing.process() as process:
        process.catch_up()
        assert values(process) == EXPECTED
    assert count(indexing, LOGS) == 7
    assert count(indexing, TOUCHED) == 0


@pytest.mark.parametrize("was_there", [True, False])
def test_a_history_that_ended_early_may_be_read_less_deep(
    indexing: Indexing, node: OddNode, monkeypatch: pytest.MonkeyPatch, was_there: bool
) -> None:
    if was_there:
        with indexing.process() as process:
            process.catch_up()
    for value in range(12):
        node.store(1, value)
    indexing.depths = Depths(history=0)
    node.limit = 5

    def dies(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(Keeper, "arrive", dies)
    with pytest.raises(Killed), indexing.process() as process:
        process.catch_up()
    monkeypatch.undo()
    assert count(indexing, LOGS) == 12
    # Now its blocks are read one by one, though some were read before.
    indexing.depths = Depths(history=64)
    for _ in range(2):
        with indexing.process() as process:
            process.catch_up()
            assert values(process) == {"1": list(range(12))}
    assert count(indexing, LOGS) == 12


def test_after_an_absence_only_what_is_new_is_read(indexing: Indexing, full: OddNode) -> None:
    indexing.depths = Depths(history=2)
    with indexing.process() as process:
        process.catch_up()
        folded = indexing.family.folded
    for _ in range(12):
        full.store(7, 1)
    full.final = full.head - 3
    with indexing.process() as process:
        process.catch_up()
        assert values(process) == {**EXPECTED, "7": [1] * 12}
        # Of what was folded before, nothing was again.
        assert indexing.family.folded - folded <= 12 + 10 + 11 + 12
    assert count(indexing, BLOCKS) < 10


def test_few_blocks_are_kept_however_long_it_runs(indexing: Indexing, node: OddNode) -> None:
    indexing.depths = Depths(history=4, reorganization=6)
    with indexing.process() as process:
        for _ in range(30):
            node.mine()
            process.catch_up()
        assert [number for number, _ in process.keeper.blocks()] == list(range(node.head, node.head - 7, -1))


def test_a_fold_that_changed_is_done_again(indexing: Indexing, full: OddNode) -> None:
    with indexing.process() as process:
        process.catch_up()
        version = process.keeper.state().version
    before = indexing.family.folded
    with indexing.process() as process:
        process.catch_up()
    assert indexing.family.folded == before
    indexing.family.FOLD = 2  # type: ignore[misc]
    with indexing.process() as process:
        assert process.keeper.state().version > version
        assert values(process) == EXPECTED
    assert indexing.family.folded == before + 7


def test_another_contract_takes_the_place_of_the_first(indexing: Indexing, full: OddNode) -> None:
    with indexing.process() as process:
        process.catch_up()
        assert values(process) == EXPECTED
    full._deploy()
    full.store(3, 30)
    with indexing.process() as process:
        process.catch_up()
        assert values(process) == {"3": [30]}
    assert count(indexing, LOGS) == 1


def test_a_node_that_refuses_is_named_where_pages_read_it(
    indexing: Indexing, full: OddNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    with indexing.process() as process:

        def refuses(*_: object) -> Any:
            raise ChainError("the node refuses", "pay it")

        monkeypatch.setattr(process.source, "final", refuses)
        with pytest.raises(ChainError):
            process.catch_up()
        state = process.keeper.state()
        assert (state.status, state.reason, state.next_step) == (Status.WAITING, "the node refuses", "pay it")


@pytest.mark.heavy
def test_about_as_many_logs_as_are_wanted_are_asked_for_at_once(node: OddNode) -> None:
    for value in range(110):
        node.store(1, value)
    topic = node.probe.events.Stored().topic
    parts = list(node.chain().log_parts([node.probe.address], [topic], 0, node.head, 10))
    assert [part.first for part in parts] == [0, *(part.last + 1 for part in parts[:-1])]
    assert parts[-1].last == node.head
    assert sum(len(part.logs) for part in parts) == 110
    # It begins with few blocks, and has seen then how dense they are.
    assert len(parts[0].logs) <= 64
    assert all(len(part.logs) <= 12 for part in parts[1:])
