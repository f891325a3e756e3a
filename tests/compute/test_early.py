"""Workers that are started before their work is known: the pool takes them, and nobody is left behind."""

from __future__ import annotations

import multiprocessing
import os
from functools import partial
from pathlib import Path

import pytest

from hyperbounty.compute.early import EarlyWorkers
from hyperbounty.compute.executor import Failed, Finished, Task, run_tasks
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.work import Each
from hyperbounty.errors import TrainingError


def note(folder: str) -> None:
    """Leave word that a process has loaded."""
    (Path(folder) / str(os.getpid())).touch()


def refuse() -> None:
    raise TrainingError("nothing can be loaded here")


def name_of(_: int) -> str:
    return str(os.getpid())


def test_a_pool_takes_workers_that_are_there_already(tmp_path: Path) -> None:
    with EarlyWorkers(2, partial(note, str(tmp_path))) as early:
        pool: LocalPool[int, object, str] = LocalPool(Each(name_of), workers=2, early=early)
        tasks = [Task(str(number), number) for number in range(6)]
        events = list(run_tasks(pool, tasks))
    worked = {event.result for event in events if isinstance(event, Finished)}
    assert len(events) == 6
    assert worked <= {path.name for path in tmp_path.iterdir()}
    assert multiprocessing.active_children() == []


def test_more_are_started_where_the_early_ones_are_taken(tmp_path: Path) -> None:
    with EarlyWorkers(1, partial(note, str(tmp_path))) as early:
        pool: LocalPool[int, object, str] = LocalPool(Each(name_of), workers=1, groups_per_worker=1, early=early)
        events = list(run_tasks(pool, [Task(str(number), number) for number in range(3)]))
    assert len({event.result for event in events if isinstance(event, Finished)}) == 3
    assert len(list(tmp_path.iterdir())) == 1


def test_those_that_nobody_takes_end_with_their_context() -> None:
    with EarlyWorkers(3, int) as early:
        pass
    assert early.take("cpu") is None
    assert multiprocessing.active_children() == []


def test_one_that_cannot_load_is_told_as_one_that_cannot_start() -> None:
    with EarlyWorkers(1, refuse) as early:
        pool: LocalPool[int, object, str] = LocalPool(Each(name_of), workers=1, early=early)
        (event,) = run_tasks(pool, [Task("a", 1)])
    assert event == Failed(("a",), "nothing can be loaded here", lasting=True, started=False)


@pytest.mark.parametrize("device", ["accelerator"])
def test_a_worker_for_another_device_is_not_taken(device: str) -> None:
    with EarlyWorkers(1, int) as early:
        assert early.take(device) is None
