"""Whoever is killed at whatever moment: in the end every job has exactly one result, and it is the right one.

The moments are drawn anew each time, and the seed is printed.
"""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy

from evaluator.queue.queue import Queue
from evaluator.queue.tables import SCHEMA, ResultRow
from hyperbounty.compute.training import prepare_training
from hyperbounty.database import Database
from hyperbounty.spec.spec import Spec
from hyperbounty.store import Cid, open_store
from hyperbounty.training.result import TrainingResult
from tests.compute.stub_training import stub_result
from tests.evaluator.queue.stub_evaluator import windows
from tests.evaluator.queue.stub_jobs import numbered_jobs
from tests.kills import KILLS

JOBS = 60
LONG = 10
LONGEST_LIFE_S = 2.5

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(sys.platform != "linux", reason="finds a process's children in Linux's /proc"),
]


Launch = Callable[..., "Evaluator"]


@dataclass
class Evaluator:
    """One evaluator in a process of its own, and what it says."""

    process: subprocess.Popen[bytes]
    said: Path

    def lived(self, seconds: float) -> bool:
        """Whether it is still there after `seconds`."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def lines(self) -> list[str]:
        return self.said.read_text().splitlines()

    def ended_well(self) -> bool:
        """Whether it did what was wanted; it may end with an error of ours instead, for its user to run it again."""
        code = self.process.wait()
        assert code == 0 or "TrainingError" in self.lines()[-1], self.said.read_text()
        return code == 0 and self.lines()[-1] == "all done"


@pytest.fixture
def launch(database_place: Path | str, tmp_path: Path) -> Iterator[Launch]:
    """Starts an evaluator on the queue; those that are left are ended."""
    started: list[Evaluator] = []

    def call(seed: int, jobs: int = JOBS, *options: str) -> Evaluator:
        command = [sys.executable, "-m", "tests.evaluator.queue.stub_evaluator"]
        # To a file: a pipe that nobody reads would stop it.
        said = tmp_path / f"said-{len(started)}"
        with said.open("wb") as file:
            process = subprocess.Popen(
                [*command, str(database_place), str(tmp_path / "store"), str(jobs), str(seed), *options],
                stdout=file,
                stderr=file,
            )
        started.append(Evaluator(process, said))
        return started[-1]

    yield call
    for evaluator in started:
        evaluator.process.kill()
        evaluator.process.wait()


def children(pid: int) -> list[int]:
    try:
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def wait_for_ends(pids: Iterable[int]) -> None:
    """Return once these processes are gone, which no worker that outlives its evaluator would be."""
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            select.select([process], [], [])
        finally:
            os.close(process)


def check_results(place: Path | str, tmp_path: Path, expected: dict[str, TrainingResult]) -> None:
    """Every job has one result, which is what is expected of it, and its weights are in the store."""
    database = Database(place, SCHEMA)
    queue, store = Queue(database), open_store(None, tmp_path / "store")
    keys = database.read(lambda c: c.execute(sqlalchemy.select(ResultRow.key)).scalars().all())
    assert Counter(keys) == dict.fromkeys(expected, 1)
    for key, result in expected.items():
        record = queue.result(key)
        assert record is not None
        assert record.result.fingerprint == replace(result, weights=()).fingerprint
        assert store.has(Cid.parse(record.weights))
    database.close()


def of_the_stub(seeds: Iterable[int]) -> dict[str, TrainingResult]:
    jobs = [w.job for seed in seeds for w in numbered_jobs(JOBS, seed)]
    return {job.key: stub_result(Spec.from_word(job.spec), job.seed) for job in jobs}


def finish(launch: Launch, *arguments: object) -> None:
    """Run until done."""
    assert any(launch(*arguments).ended_well() for _ in range(5))


def test_a_killed_evaluator(database_place: Path | str, tmp_path: Path, launch: Launch, chance: random.Random) -> None:
    for contest in range(KILLS):
        evaluator, workers = launch(contest), list[int]()
        if evaluator.lived(chance.uniform(0, LONGEST_LIFE_S)):
            workers += children(evaluator.process.pid)
            evaluator.process.kill()
        evaluator.process.wait()
        wait_for_ends(workers)
        finish(launch, contest)
    check_results(database_place, tmp_path, of_the_stub(range(KILLS)))


in_groups = pytest.mark.parametrize("group", ["1", "16"], ids=["alone", "groups"])


@in_groups
def test_killed_workers(
    database_place: Path | str, tmp_path: Path, launch: Launch, chance: random.Random, group: str
) -> None:
    contest = killed = 0
    while killed < KILLS:
        evaluator = launch(contest, JOBS, "--group", group)
        while killed < KILLS and evaluator.lived(chance.uniform(0, 1)):
            for worker in children(evaluator.process.pid)[:1]:
                os.kill(worker, 9)
                killed += 1
        if not evaluator.ended_well():
            finish(launch, contest, JOBS, "--group", group)
        contest += 1
    check_results(database_place, tmp_path, of_the_stub(range(contest)))


def test_two_evaluators_share_one_queue_and_one_of_them_dies(
    database_place: Path | str, tmp_path: Path, launch: Launch, chance: random.Random
) -> None:
    contests = range(max(1, KILLS // 2))
    for contest in contests:
        one, other = launch(contest), launch(contest)
        if other.lived(chance.uniform(0.5, LONGEST_LIFE_S)):
            other.process.kill()
        assert one.ended_well()
    check_results(database_place, tmp_path, of_the_stub(contests))


@in_groups
def test_two_evaluators_train_nothing_twice(
    database_place: Path | str, tmp_path: Path, launch: Launch, group: str
) -> None:
    both = [launch(1, JOBS, "--group", group) for _ in range(2)]
    assert all(evaluator.ended_well() for evaluator in both)
    finished = Counter(line for evaluator in both for line in evaluator.lines() if line.startswith("finished"))
    expected = of_the_stub([1])
    assert finished == dict.fromkeys((f"finished {key}" for key in expected), 1)
    check_results(database_place, tmp_path, expected)


@pytest.mark.training
@pytest.mark.skipif(KILLS < LONG, reason=f"takes minutes: HYPERBOUNTY_TEST_KILLS={LONG} or more asks for it")
@pytest.mark.parametrize("database_place", ["sqlite"], indirect=True)
def test_killed_while_training_in_earnest(
    database_place: Path | str, tmp_path: Path, launch: Launch, chance: random.Random
) -> None:
    jobs = 2 * KILLS
    for _ in range(KILLS // 2):
        evaluator, workers, enough = launch(1, jobs, "--engine"), list[int](), chance.randrange(5)
        while evaluator.lived(0.1) and sum(line.startswith("finished") for line in evaluator.lines()) < enough:
            pass
        if evaluator.lived(chance.uniform(0, 2)):
            workers += children(evaluator.process.pid)
            if workers and chance.random() < 0.5:
                os.kill(chance.choice(workers), 9)
                evaluator.lived(chance.uniform(0, 5))
            evaluator.process.kill()
        evaluator.process.wait()
        wait_for_ends(workers)
    finish(launch, 1, jobs, "--engine")
    every = [w.job for w in numbered_jobs(jobs, 1)]
    train, members = prepare_training(windows(1), windows(2)), [(Spec.from_word(job.spec), job.seed) for job in every]
    expected = {every[index].key: result for index, result in train(members, lambda _index, _epoch: None)}
    check_results(database_place, tmp_path, expected)
