"""An evaluator in a process of its own that can be killed.

`python -m tests.evaluator.queue.stub_evaluator QUEUE STORE JOBS SEED` prints events but epochs, then `all done`. With
`--largest-file BYTES` no file may grow past that, as on a disk that is full; with `--engine` it trains in earnest; with
`--group JOBS` a worker gets so many at once.
"""

from __future__ import annotations

import argparse
import os
import resource
from functools import partial
from pathlib import Path

import numpy as np

from hyperbounty.compute.training import prepare_training
from hyperbounty.training.windows import Windows
from tests.compute.stub_training import DATA, make_stub


def windows(seed: int) -> Windows:
    """Random ones; the stub does not look at them."""
    rows = np.random.default_rng(seed).normal(size=(85, 2)).astype(np.float32)
    return Windows(rows, np.arange(80), (rows[5:, 0] > 0).astype(np.uint8), 6)


def main() -> None:
    # Workers import this module too, and start sooner without what only the evaluator needs.
    from evaluator.queue.coordinator import Progress, run_jobs
    from evaluator.queue.queue import Queue
    from evaluator.queue.tables import SCHEMA
    from evaluator.queue.weights import PinnedWeights
    from hyperbounty.compute.pool import LocalPool
    from hyperbounty.database import Database
    from hyperbounty.store import open_store
    from tests.evaluator.queue.stub_jobs import numbered_jobs

    parser = argparse.ArgumentParser()
    parser.add_argument("queue")
    parser.add_argument("store", type=Path)
    parser.add_argument("jobs", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--largest-file", type=int)
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("--group", type=int, default=1)
    said = parser.parse_args()
    if said.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (said.largest_file, said.largest_file))
    queue = Queue(
        Database(said.queue if "://" in said.queue else Path(said.queue), SCHEMA), lease_s=1.0, backoff_s=0.01
    )

    def say(progress: Progress) -> None:
        if progress.event != "epoch":
            os.write(1, f"{progress.event} {progress.job.key}\n".encode())

    run_jobs(
        queue,
        f"31337/0xab/{said.seed}",
        DATA.name,
        numbered_jobs(said.jobs, said.seed),
        executor=LocalPool(
            partial(prepare_training, windows(1), windows(2)) if said.engine else make_stub,
            workers=2,
            groups_per_worker=30,
            largest_group=said.group,
        ),
        weights=PinnedWeights(open_store(None, said.store), said.store / "outbox"),
        on_progress=say,
        poll_s=0.05,
    )
    os.write(1, b"all done\n")


if __name__ == "__main__":
    main()
