"""Whoever is killed at whatever moment: in the end every job has exactly one result, and it is the right one.

HYPERBOUNTY_TEST_KILLS says how often each test kills; the moments are drawn anew each time, and the seed is printed.
"""

from __future__ import annotations

import os
import random
import secrets
import select
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy

from evaluator.queue.database import Database
from evaluator.queue.queue import Queue
from evaluator.queue.tables import ResultRow
from hyperbounty.bounty.spec import Spec
from hyperbounty.store import Cid, open_store
from tests.evaluator.stub_evaluator import wanted
from tests.evaluator.stub_training import stub_result

KILLS = int(os.environ.get("HYPERBOUNTY_TEST_KILLS", "2"))
JOBS = 80
LONGEST_LIFE_S = 2.5

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds a process's children in Linux's /proc")


@pytest.fixture
def chance() -> random.Random:
    seed = secrets.randbits(32)
    sys.stdout.write(f"moments drawn with seed {seed}\n")
    return random.Random(seed)


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
        code = self.process.wait(120)
        assert code == 0 or "TrainingError" in self.lines()[-1], self.said.read_text()
        return code == 0 and self.lines()[-1] == "all done"


@pytest.fixture
def launch(queue_place: Path | str, tmp_path: Path) -> Iterator[Callable[[], Evaluator]]:
    """Starts an evaluator on the queue; those that are left are ended."""
    started: list[Evaluator] = []

    def call() -> Evaluator:
        command = [sys.executable, "-m", "tests.evaluator.stub_evaluator"]
        # To a file: a pipe that nobody reads would stop it.
        said = tmp_path / f"said-{len(started)}"
        with said.open("wb") as file:
            process = subprocess.Popen(
                [*command, str(queue_place), str(tmp_path / "store"), str(JOBS)], stdout=file, stderr=file
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


def ends_soon(pid: int) -> bool:
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 60)[0])
    finally:
        os.close(process)


def check_results(place: Path | str, tmp_path: Path) -> None:
    """Every job has one result, which is what the stub gives for it, and its weights are in the store."""
    database = Database(place)
    queue, store = Queue(database), open_store(None, tmp_path / "store")
    keys = database.read(lambda c: c.execute(sqlalchemy.select(ResultRow.key)).scalars().all())
    assert Counter(keys) == dict.fromkeys((w.job.key for w in wanted(JOBS)), 1)
    for w in wanted(JOBS):
        record = queue.record(w.job.key)
        assert record is not None
        assert record.result.checkpoints == stub_result(Spec.from_word(w.job.spec), w.job.seed).checkpoints
        assert store.has(Cid.parse(record.weights))
    database.close()


def finish(launch: Callable[[], Evaluator]) -> None:
    """Run until done."""
    assert any(launch().ended_well() for _ in range(5))


def test_a_killed_coordinator(
    queue_place: Path | str, tmp_path: Path, launch: Callable[[], Evaluator], chance: random.Random
) -> None:
    for _ in range(KILLS):
        evaluator = launch()
        workers: set[int] = set()
        if evaluator.lived(chance.uniform(0, LONGEST_LIFE_S)):
            workers.update(children(evaluator.process.pid))
            evaluator.process.kill()
        evaluator.process.wait()
        assert all(ends_soon(pid) for pid in workers), "no worker outlives its evaluator"
    finish(launch)
    check_results(queue_place, tmp_path)


def test_killed_workers(
    queue_place: Path | str, tmp_path: Path, launch: Callable[[], Evaluator], chance: random.Random
) -> None:
    killed = runs = 0
    while killed < KILLS and runs < 2 * KILLS:
        evaluator, runs = launch(), runs + 1
        while killed < KILLS and evaluator.lived(chance.uniform(0, 0.5)):
            for worker in children(evaluator.process.pid)[:1]:
                os.kill(worker, 9)
                killed += 1
        evaluator.ended_well()
    finish(launch)
    check_results(queue_place, tmp_path)


def test_two_evaluators_share_one_queue_and_one_of_them_dies(
    queue_place: Path | str, tmp_path: Path, launch: Callable[[], Evaluator], chance: random.Random
) -> None:
    for _ in range(max(1, KILLS // 2)):
        one, other = launch(), launch()
        if other.lived(chance.uniform(0.5, LONGEST_LIFE_S)):
            other.process.kill()
        assert one.ended_well()
    check_results(queue_place, tmp_path)


def test_two_evaluators_train_nothing_twice(
    queue_place: Path | str, tmp_path: Path, launch: Callable[[], Evaluator]
) -> None:
    both = [launch(), launch()]
    assert all(evaluator.ended_well() for evaluator in both)
    finished = Counter(line for evaluator in both for line in evaluator.lines() if line.startswith("finished"))
    assert finished == dict.fromkeys((f"finished {w.job.key}" for w in wanted(JOBS)), 1)
    check_results(queue_place, tmp_path)
