"""Workers of this machine: what they train, and what is told of those that die, hang or take too much."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from hyperbounty.compute.executor import EpochDone, Event, Executor, Failed, Finished, Task
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.jobs import Data, Job
from hyperbounty.compute.limits import IDLE_WORKER_BYTES, Limits
from hyperbounty.compute.pool import LocalPool
from hyperbounty.errors import InvalidInput
from hyperbounty.spec.spec import Spec
from hyperbounty.training.windows import Windows
from tests.evaluator.stub_training import (
    CANNOT,
    DATA,
    DIES,
    EATS_MEMORY,
    HANGS,
    SPEC,
    make_stub,
    stub_result,
)

ENOUGH = Limits(epoch_s=600, total_s=600, memory_bytes=2**34)


def task(spec: Spec, seed: int = 1, limits: Limits = ENOUGH, data: Data = DATA) -> Task:
    return Task(Job.of(spec.word, seed=seed, data=data), limits)


def train(executor: Executor, *tasks: Task) -> list[Event]:
    """Everything that is told of these tasks."""
    waiting, events, ended = list(tasks), list[Event](), 0
    while ended < len(tasks):
        while waiting and executor.vacancy is not None:
            executor.submit([waiting.pop(0)])
        told = executor.wait(60)
        events += told
        ended += sum(not isinstance(event, EpochDone) for event in told)
    return events


def ends(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, EpochDone)]


@pytest.fixture
def pool(windows: tuple[Windows, Windows]) -> Iterator[LocalPool]:
    made = LocalPool(*windows, workers=1, groups_per_worker=3, make_train=make_stub)
    yield made
    made.stop()
    assert multiprocessing.active_children() == []


def test_every_job_is_trained_and_its_epochs_are_told(pool: LocalPool) -> None:
    tasks = [task(replace(SPEC, epochs=1 + i), seed=i) for i in range(5)]
    events = train(pool, *tasks)
    for one in tasks:
        mine = [event for event in events if not isinstance(event, Failed) and event.key == one.job.key]
        spec = Spec.from_word(one.job.spec)
        assert [type(event) for event in mine] == [EpochDone] * spec.epochs + [Finished]
        assert isinstance(mine[-1], Finished)
        assert mine[-1].result.fingerprint == stub_result(spec, one.job.seed).fingerprint


def test_workers_are_replaced_after_a_number_of_groups(pool: LocalPool) -> None:
    names = []
    for seed in range(7):
        names.append(pool.submit([task(SPEC, seed)]))
        assert pool.vacancy is None
        train_rest(pool)
    assert [names.count(name) for name in dict.fromkeys(names)] == [3, 3, 1]


def train_rest(pool: LocalPool) -> None:
    while not any(isinstance(event, Finished) for event in pool.wait(60)):
        pass


def test_the_vacancy_says_what_the_worker_has_compiled(pool: LocalPool) -> None:
    assert pool.vacancy == ""
    one = task(SPEC)
    train(pool, one)
    assert pool.vacancy == one.job.program


def test_what_is_in_progress_takes_room(pool: LocalPool, windows: tuple[Windows, Windows]) -> None:
    roomy = LocalPool(*windows, workers=2, memory_bytes=4 * IDLE_WORKER_BYTES, make_train=make_stub)
    try:
        one = task(SPEC)
        assert roomy.room_bytes == 3 * IDLE_WORKER_BYTES
        roomy.submit([one])
        assert roomy.room_bytes == 2 * IDLE_WORKER_BYTES - one.job.memory_bytes
        while not ends(roomy.wait(60)):
            pass
        assert roomy.room_bytes == 3 * IDLE_WORKER_BYTES
    finally:
        roomy.stop()


def test_a_worker_that_dies_is_told_by_its_signal_and_replaced(pool: LocalPool) -> None:
    dead, alive = ends(train(pool, task(DIES), task(SPEC)))
    assert isinstance(dead, Failed)
    assert "SIGKILL" in dead.reason
    assert (dead.lasting, dead.started) == (False, True)
    assert isinstance(alive, Finished)


def test_a_worker_that_hangs_is_killed(pool: LocalPool) -> None:
    (hung,) = ends(train(pool, task(HANGS, limits=replace(ENOUGH, epoch_s=0.2))))
    assert isinstance(hung, Failed)
    assert "hung" in hung.reason
    assert not hung.lasting
    (slow,) = ends(train(pool, task(HANGS, limits=replace(ENOUGH, total_s=0.2))))
    assert isinstance(slow, Failed)


def test_a_worker_that_is_stopped_counts_as_hung(pool: LocalPool) -> None:
    pool.submit([task(HANGS, limits=replace(ENOUGH, epoch_s=0.5))])
    while not pool.wait(60):
        pass
    (worker,) = multiprocessing.active_children()
    os.kill(worker.pid or 0, signal.SIGSTOP)
    while not (events := pool.wait(60)):
        pass
    assert isinstance(events[0], Failed)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux's /proc")  # noqa: PTH110
def test_a_worker_that_eats_memory_is_ended_before_the_machine_is(pool: LocalPool) -> None:
    (fat,) = train(pool, task(EATS_MEMORY, limits=replace(ENOUGH, memory_bytes=2**29)))
    assert isinstance(fat, Failed)
    assert "memory" in fat.reason
    (fine,) = ends(train(pool, task(SPEC)))
    assert isinstance(fine, Finished)


def test_an_error_of_ours_is_lasting_and_keeps_its_words(pool: LocalPool, windows: tuple[Windows, Windows]) -> None:
    for executor in (pool, InProcess(*windows, make_train=make_stub)):
        (failed,) = train(executor, task(CANNOT))
        assert isinstance(failed, Failed)
        assert failed.reason == "the stub cannot; train another spec"
        assert (failed.lasting, failed.started) == (True, True)


def test_at_least_one_worker_and_one_job_each(windows: tuple[Windows, Windows]) -> None:
    with pytest.raises(InvalidInput, match="0 workers"):
        LocalPool(*windows, workers=0)
    with pytest.raises(InvalidInput, match="0 groups"):
        LocalPool(*windows, workers=1, groups_per_worker=0)


@pytest.mark.training
def test_processes_and_this_process_train_to_the_same_bits(windows: tuple[Windows, Windows]) -> None:
    tasks = [task(SPEC, 7), task(replace(SPEC, recurrent_units=(4,), dropout=0.2), 8)]
    fingerprints = []
    for executor in (LocalPool(*windows, workers=2), InProcess(*windows)):
        done = {event.key: event for event in train(executor, *tasks) if isinstance(event, Finished)}
        executor.stop()
        fingerprints += [done[one.job.key].result.fingerprint for one in tasks]
    assert fingerprints[:2] == fingerprints[2:]
    assert fingerprints[0] != fingerprints[1]


@pytest.mark.training
def test_windows_that_cannot_be_trained_on_are_no_fault_of_the_job(windows: tuple[Windows, Windows]) -> None:
    broken = replace(windows[0], features=np.full_like(windows[0].features, np.nan))
    for executor in (LocalPool(broken, windows[1], workers=1), InProcess(broken, windows[1])):
        (failed,) = train(executor, task(SPEC))
        executor.stop()
        assert isinstance(failed, Failed)
        assert "row 0 of the training features is not finite" in failed.reason
        assert (failed.lasting, failed.started) == (True, False)
