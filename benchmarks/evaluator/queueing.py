"""What the queue itself costs: many jobs whose training takes no time, from `put` to the last result.

`python benchmarks/evaluator/queueing.py [JOBS] [URL]` runs JOBS jobs (10,000 by default) through queue and loop of one
evaluator, in a new SQLite file or in the PostgreSQL database at URL, and repeats that in five fresh processes. Shown
are medians: jobs a second, how the last tenth of the jobs compares with the second (a queue that slows down as it fills
would show it), and the resident memory at the end against that after the first tenth. Linux only, for its /proc.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from evaluator.coordinator import Progress, run_jobs
from evaluator.executors.inprocess import InProcess
from evaluator.jobs import Data, Job
from evaluator.queue.database import Database
from evaluator.queue.queue import Queue, Wanted
from evaluator.weights import HashedWeights
from evaluator.worker import Member, Train, resident_bytes
from hyperbounty.bounty.spec import Spec
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Windows

REPEATS: Final = 5
RUNS: Final = 100
EPOCHS: Final = 20
# A name of its own each time: in a database that lasts, the results of an earlier pass would be found.
DATA: Final = Data(secrets.token_hex(32), features=8, length=60, windows=2048)


def instant(_train: Windows, _holdout: Windows) -> Train:
    """A trainer that answers at once, with as much to keep as a training of `EPOCHS` epochs has."""
    curve = (0.5,) * EPOCHS
    result = TrainingResult(
        5281, curve, curve, curve, 60, 100, 50, None, 1.0, (np.zeros(5281, np.float32),), ("ab" * 32,) * EPOCHS
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


def measure(jobs: int, place: Path | str) -> dict[str, float]:
    """Seconds and bytes of one pass over `jobs` jobs."""
    nothing = Windows(np.zeros((9, 2), np.float32), np.arange(2), np.zeros(2, np.uint8), 6)
    queue, every = Queue(Database(place)), wanted(jobs)
    marks: list[tuple[float, int]] = []

    def mark(progress: Progress) -> None:
        if progress.event == "finished" and progress.done % (jobs // 10) == 0:
            marks.append((time.perf_counter(), resident_bytes()))

    began = time.perf_counter()
    run_jobs(
        queue,
        "31337/benchmark/1",
        DATA.name,
        every,
        executor=InProcess(nothing, nothing, make_train=instant),
        weights=HashedWeights(),
        on_progress=mark,
    )
    seconds = time.perf_counter() - began
    queue.database.close()
    times, sizes = zip(*marks, strict=True)
    return {
        "jobs a second": jobs / seconds,
        "last tenth / second tenth, time": (times[-1] - times[-2]) / (times[1] - times[0]),
        "MB after a tenth": sizes[0] / 1e6,
        "MB at the end": sizes[-1] / 1e6,
        "end / a tenth, memory": sizes[-1] / sizes[0],
    }


def main() -> None:
    """Measure in fresh processes and print the medians."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--once"]:
        with tempfile.TemporaryDirectory() as folder:
            place = arguments[2] if len(arguments) > 2 else Path(folder) / "queue.sqlite"
            print(json.dumps(measure(int(arguments[1]), place)))
        return
    jobs = int(arguments[0]) if arguments else 10_000
    command = [sys.executable, __file__, "--once", str(jobs), *arguments[1:]]
    runs = [
        json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)  # noqa: S603
        for _ in range(REPEATS)
    ]
    print(f"{jobs:,} jobs, medians of {REPEATS}")
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"{name:34}{median(values):10.2f}   ({min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    main()
