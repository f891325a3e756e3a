"""The project's way: the same trainings through the engine, one pinned process a core, the dearest first.

A program of its own, as `fitting` is.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.evaluator.mix import load
from hyperbounty.bounty.cost import cost
from hyperbounty.bounty.spec import Spec

if TYPE_CHECKING:
    from hyperbounty.training.engine import Trainer

_trainer: Trainer | None = None


def _start(folder: str, backend: str, ready: Barrier, cores: Any) -> None:
    """A worker: on a core of its own, with the data loaded."""
    global _trainer  # noqa: PLW0603 - what an initializer leaves to the jobs of its process.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {cores.get()})
    from hyperbounty.training.engine import Trainer

    _trainer = Trainer(*load(Path(folder)), backend=backend)
    ready.wait()


def _train(word: str, seed: int) -> dict[str, Any]:
    assert _trainer is not None
    epochs: list[float] = []
    result = _trainer.train(Spec.from_word(bytes.fromhex(word)), seed, lambda progress: epochs.append(progress.seconds))
    return {"epochs": epochs, "score": result.correct / result.total}


def _matrix_rate(_: int) -> float:
    """Multiplications and additions a second of the backend's product of two 1024 x 1024 matrices, best of ten."""
    from hyperbounty.training.backend import keras

    a = keras.ops.ones((1024, 1024))
    best = float("inf")
    for _ in range(10):
        began = time.perf_counter()
        float(keras.ops.matmul(a, a)[0, 0])
        best = min(best, time.perf_counter() - began)
    return float(2 * 1024**3 / best)


def main() -> None:
    """Task: `folder` of the data, `specs` in hexadecimal, `backend` and `processes`."""
    task = json.load(sys.stdin)
    train, _ = load(Path(task["folder"]))
    size = {"features": train.features.shape[1], "sequence_length": train.length, "rows": len(train)}
    context = multiprocessing.get_context("spawn")
    ready, cores = context.Barrier(task["processes"] + 1), context.Queue()
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    for core in list(usable)[: task["processes"]]:
        cores.put(core)
    start = (task["folder"], task["backend"], ready, cores)
    with ProcessPoolExecutor(task["processes"], context, _start, start) as pool:
        # A pool starts a process per job while it has fewer than it may: these start all of them.
        rates = [pool.submit(_matrix_rate, i) for i in range(task["processes"])]
        ready.wait()
        rate = sum(future.result() for future in rates) / task["processes"]
        began = time.perf_counter()
        words = dict(enumerate(task["specs"]))
        dearest = sorted(words, key=lambda i: -cost(Spec.from_word(bytes.fromhex(words[i])), **size))
        futures = {i: pool.submit(_train, words[i], i) for i in dearest}
        found = [futures[i].result() for i in sorted(words)]
        seconds = time.perf_counter() - began
    json.dump({"seconds": seconds, "specs": found, "rate": rate}, sys.stdout)


if __name__ == "__main__":
    main()
