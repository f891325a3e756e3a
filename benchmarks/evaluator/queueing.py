"""What the queue and the executors cost: many jobs whose training takes no time, from `put` to the last result.

A program of its own, as `fitting` is. Linux only, for its /proc.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy import text

from evaluator.queue.coordinator import Progress, run_jobs
from evaluator.queue.queue import Queue, Wanted
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import HashedWeights
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.memory import resident_bytes
from hyperbounty.compute.training import Training, TrainingExecutor
from hyperbounty.database import Database
from hyperbounty.errors import InvalidInput
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import METRICS
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult

RUNS: Final = 100
EPOCHS: Final = 20
# A name of its own each time: in a database that lasts, the results of an earlier pass would be found.
DATA: Final = TrainingData(secrets.token_hex(32), features=8, length=60, windows=2048, holdout=1024)


def instant() -> Training:
    """Training that answers at once, with as much to keep as a training of `EPOCHS` epochs has."""
    curve = (0.5,) * EPOCHS
    result = TrainingResult(
        parameters=5281,
        losses=curve,
        accuracies=curve,
        holdout_ppm=dict.fromkeys(METRICS, (500_000,) * EPOCHS),
        logits=np.zeros(512, np.float32),
        diverged_at=None,
        seconds=1.0,
        weights=(np.zeros(5281, np.float32),),
        checkpoints=("ab" * 32,) * EPOCHS,
    )

    def train(
        members: Sequence[Member], _on_epoch: Callable[[int, EpochProgress], None]
    ) -> Iterator[tuple[int, TrainingResult]]:
        return ((index, result) for index in range(len(members)))

    return train


def wanted(jobs: int) -> list[Wanted]:
    """`jobs` trainings, `RUNS` of each spec."""
    specs = (Spec(recurrent_units=(1 + i // 50,), epochs=1 + i % 50).word for i in range(-(-jobs // RUNS)))
    every = (
        Wanted(index, run, Job.of(word, seed=run, data=DATA)) for index, word in enumerate(specs) for run in range(RUNS)
    )
    return [one for one, _ in zip(every, range(jobs), strict=False)]


def _executor(name: str, workers: int) -> TrainingExecutor:
    if name == "in-process":
        return InProcess(instant)
    # A worker for all jobs: what it takes to replace one belongs to the programs it ran, of which there are none.
    if name == "ray":
        from hyperbounty.compute.cluster import RayCluster

        # Shares of a core, so that the cluster on this machine has room for all of them.
        return RayCluster(instant, workers=workers, cpus=0.1)
    from hyperbounty.compute.pool import LocalPool

    return LocalPool(instant, workers=workers)


def _server(database: Database) -> int | None:
    """The number of the process that a PostgreSQL server's others are of; None of SQLite, which has none."""
    if database.dialect == "sqlite":
        return None
    mine: int = database.read(lambda c: c.execute(text("SELECT pg_backend_pid()")).scalar_one())
    return int(_stat(mine)[1])


def _cpu_seconds(server: int) -> float:
    """What the server and its processes have taken, those that ended and those that live."""
    ticks = sum(map(int, _stat(server)[11:15]))
    for child in Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split():
        ticks += sum(map(int, _stat(int(child))[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    """The fields of /proc/<process>/stat after the name, which may have blanks: see proc(5)."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def main() -> None:
    """Task: how many `jobs`, the `executor` and its `workers`, and the URL of a `database`, or none for one of SQLite.

    The answer has the seconds between the first tenth of the results and the last result, `cpu` of them this process's
    and those of a PostgreSQL server on this machine, and how long the last tenth took against the second (a queue that
    slows down as it fills would show it); of this process, the resident bytes at these two moments. Or what is
    `missing`.
    """
    task = json.load(sys.stdin)
    jobs = task["jobs"]
    marks: list[tuple[float, float, int]] = []

    def mark(progress: Progress) -> None:
        if progress.event == "finished" and progress.done % (jobs // 10) == 0:
            cpu = time.process_time() + (_cpu_seconds(server) if server else 0.0)
            marks.append((time.perf_counter(), cpu, resident_bytes()))

    with tempfile.TemporaryDirectory() as folder:
        queue = Queue(Database(task.get("database") or Path(folder) / "queue.sqlite", SCHEMA))
        server = _server(queue.database)
        try:
            executor = _executor(task["executor"], task["workers"])
        except InvalidInput as error:
            json.dump({"missing": str(error)}, sys.stdout)
            return
        contest = "31337/benchmark/1"
        run_jobs(queue, contest, DATA.name, wanted(jobs), executor=executor, weights=HashedWeights(), on_progress=mark)
        queue.database.close()
    times, cpu_times, sizes = zip(*marks, strict=True)
    json.dump(
        {
            "jobs": jobs - jobs // 10,
            "seconds": times[-1] - times[0],
            "cpu": cpu_times[-1] - cpu_times[0],
            "slowing": (times[-1] - times[-2]) / (times[1] - times[0]),
            "bytes": (sizes[0], sizes[-1]),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
