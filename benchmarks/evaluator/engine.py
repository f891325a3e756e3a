"""The project's way: the same trainings through the evaluator's queue and its processes on this machine.

A program of its own, as `fitting` is.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from functools import partial
from pathlib import Path

from benchmarks.evaluator.mix import load
from evaluator.queue.coordinator import Progress, run_jobs
from evaluator.queue.queue import Queue, Wanted
from evaluator.queue.tables import SCHEMA
from evaluator.queue.weights import HashedWeights
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.training import GROUPS_PER_WORKER, prepare_training
from hyperbounty.database import Database


def main() -> None:
    """Task: `folder` of the data, `specs` in hexadecimal, `backend` and `processes`; spec i is trained with seed i."""
    task = json.load(sys.stdin)
    train, holdout = load(Path(task["folder"]))
    data = TrainingData.of("ab" * 32, train, holdout)
    wanted = [
        Wanted(i, 0, Job.of(bytes.fromhex(word), seed=i, data=data, backend=task["backend"]))
        for i, word in enumerate(task["specs"])
    ]
    epochs: dict[str, list[float]] = defaultdict(list)

    def hear(progress: Progress) -> None:
        if progress.epoch is not None:
            epochs[progress.job.key].append(progress.epoch.seconds)

    with tempfile.TemporaryDirectory() as folder:
        queue = Queue(Database(Path(folder) / "queue.sqlite", SCHEMA))
        run_jobs(
            queue,
            "31337/benchmark/1",
            data.name,
            wanted,
            executor=LocalPool(
                partial(prepare_training, train, holdout, backend=task["backend"]),
                workers=task["processes"],
                groups_per_worker=GROUPS_PER_WORKER,
            ),
            weights=HashedWeights(),
            on_progress=hear,
        )
        records = [queue.result(one.job.key) for one in wanted]
        queue.database.close()
    found = [
        {
            "epochs": epochs[one.job.key],
            "score": record.result.score_ppm("accuracy") / 1e6,
            "windows": len(record.result.logits),
        }
        for one, record in zip(wanted, records, strict=True)
        if record is not None
    ]
    json.dump({"specs": found}, sys.stdout)


if __name__ == "__main__":
    main()
