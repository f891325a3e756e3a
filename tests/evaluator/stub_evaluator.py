"""An evaluator on the stub, in a process of its own that can be killed.

`python -m tests.evaluator.stub_evaluator QUEUE STORE JOBS [BYTES]` prints events but epochs, then `all done`.
No file may grow past BYTES, as on a disk that is full.
"""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from evaluator.coordinator import Progress, run_jobs
from evaluator.executors.pool import LocalPool
from evaluator.queue.database import Database
from evaluator.queue.queue import Queue, Wanted
from evaluator.weights import PinnedWeights
from hyperbounty.store import open_store
from hyperbounty.training.windows import Windows
from tests.evaluator.stub_training import DATA, SPEC, make_stub, stub_jobs

CONTEST = "31337/0xab/1"


def wanted(count: int) -> list[Wanted]:
    """What the contest of `count` jobs wants."""
    return stub_jobs(*(replace(SPEC, epochs=1 + i % 50, recurrent_units=(1 + i // 50,)) for i in range(count)))


def main() -> None:
    place, store, count = sys.argv[1:4]
    for size in sys.argv[4:]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
    queue = Queue(Database(place if "://" in place else Path(place)), lease_s=1.0, backoff_s=0.01)
    nothing = Windows(np.zeros((9, 2), np.float32), np.arange(2), np.zeros(2, np.uint8), 6)

    def say(progress: Progress) -> None:
        if progress.event != "epoch":
            os.write(1, f"{progress.event} {progress.job.key}\n".encode())

    run_jobs(
        queue,
        CONTEST,
        DATA.name,
        wanted(int(count)),
        executor=LocalPool(nothing, nothing, workers=2, jobs_per_worker=30, make_train=make_stub),
        weights=PinnedWeights(open_store(None, Path(store)), Path(store) / "outbox"),
        on_progress=say,
        poll_s=0.05,
    )
    os.write(1, b"all done\n")


if __name__ == "__main__":
    main()
