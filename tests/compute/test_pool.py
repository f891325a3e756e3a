"""Workers of this machine: when they are replaced, the memory they take, and that they train as this process does.

What they share with other executors is in `executor_contract`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import numpy as np
import pytest

from hyperbounty.compute.executor import Event, Failed, Finished, Progressed, run_tasks
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.limits import IDLE_WORKER_BYTES, Limits
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.training import TrainingExecutor, prepare_training
from hyperbounty.errors import InvalidInput
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Windows
from tests.compute.stub_training import EATS_MEMORY, SPEC, make_stub, stub_task

Pool: TypeAlias = LocalPool[Member, EpochProgress, TrainingResult]


def end_of(pool: Pool) -> Event[EpochProgress, TrainingResult]:
    """What is told last of a group of one."""
    while True:
        for event in pool.wait(60):
            if not isinstance(event, Progressed):
                return event


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = LocalPool(make_stub, workers=1, groups_per_worker=3)
    yield made
    made.stop()
    assert multiprocessing.active_children() == []


@pytest.mark.heavy
def test_workers_are_replaced_after_a_number_of_groups(pool: Pool) -> None:
    names = []
    for seed in range(7):
        names.append(pool.submit([stub_task(SPEC, seed=seed)]))
        end_of(pool)
    assert [names.count(name) for name in dict.fromkeys(names)] == [3, 3, 1]


def test_what_is_in_progress_takes_room() -> None:
    roomy = LocalPool(make_stub, workers=2, memory_bytes=4 * IDLE_WORKER_BYTES)
    try:
        one = stub_task(SPEC)
        assert roomy.room_bytes == 3 * IDLE_WORKER_BYTES
        roomy.submit([one])
        assert roomy.room_bytes == 2 * IDLE_WORKER_BYTES - one.memory_bytes
        end_of(roomy)
        assert roomy.room_bytes == 3 * IDLE_WORKER_BYTES
    finally:
        roomy.stop()


def test_a_signal_that_kills_a_worker_is_named(pool: Pool) -> None:
    pool.submit([stub_task(SPEC)])
    end_of(pool)
    (worker,) = multiprocessing.active_children()
    worker.kill()
    pool.submit([stub_task(SPEC)])
    killed = end_of(pool)
    assert isinstance(killed, Failed)
    assert killed.reason == "its worker was killed by SIGKILL, as the system does when memory runs out"


def test_a_worker_that_is_stopped_counts_as_hung(pool: Pool) -> None:
    pool.submit([stub_task(SPEC)])
    end_of(pool)
    (worker,) = multiprocessing.active_children()
    os.kill(worker.pid or 0, signal.SIGSTOP)
    pool.submit([stub_task(SPEC, Limits(silence_s=0.2))])
    hung = end_of(pool)
    assert isinstance(hung, Failed)
    assert "hung" in hung.reason


@pytest.mark.heavy
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")  # noqa: PTH110
def test_a_worker_that_eats_memory_is_ended_before_the_machine_is(pool: Pool) -> None:
    pool.submit([stub_task(EATS_MEMORY, Limits(memory_bytes=2**29))])
    fat = end_of(pool)
    assert isinstance(fat, Failed)
    assert "memory" in fat.reason
    pool.submit([stub_task(SPEC)])
    assert isinstance(end_of(pool), Finished)


def test_at_least_one_worker_and_one_group_each() -> None:
    with pytest.raises(InvalidInput, match="0 workers"):
        LocalPool(make_stub, workers=0)
    with pytest.raises(InvalidInput, match="0 groups"):
        LocalPool(make_stub, workers=1, groups_per_worker=0)


def both(train: Windows, holdout: Windows) -> tuple[TrainingExecutor, TrainingExecutor]:
    """Real training in processes and in this one."""
    prepare = partial(prepare_training, train, holdout)
    return LocalPool(prepare, workers=1), InProcess(prepare)


@pytest.mark.training
def test_processes_and_this_process_train_to_the_same_bits(windows: tuple[Windows, Windows]) -> None:
    tasks = [
        stub_task(SPEC, seed=7),
        stub_task(replace(SPEC, recurrent_units=(4,), dropout=0.2), seed=8),
    ]
    fingerprints = []
    for executor in both(*windows):
        done = {event.key: event for event in run_tasks(executor, tasks) if isinstance(event, Finished)}
        fingerprints += [done[one.key].result.fingerprint for one in tasks]
    assert fingerprints[:2] == fingerprints[2:]
    assert fingerprints[0] != fingerprints[1]


@pytest.mark.training
def test_windows_that_cannot_be_trained_on_are_no_fault_of_the_job(windows: tuple[Windows, Windows]) -> None:
    broken = replace(windows[0], features=np.full_like(windows[0].features, np.nan))
    for executor in both(broken, windows[1]):
        (failed,) = run_tasks(executor, [stub_task(SPEC)])
        assert isinstance(failed, Failed)
        assert "row 0 of the training features is not finite" in failed.reason
        assert (failed.lasting, failed.started) == (True, False)
