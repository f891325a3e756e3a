"""The rate at which the machine multiplies matrices, all cores at work; a program of its own, as `fitting` is."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from multiprocessing.synchronize import Barrier
from typing import Final

# One thread a process, as the engine trains; read once, when NumPy's library of matrix products is loaded.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

SIZE: Final = 1024
PRODUCTS: Final = 40


def _start(everyone: Barrier) -> None:
    """A process takes one measurement: none begins before all are there."""
    everyone.wait()


def _rate(_: int) -> float:
    """Multiplications and additions a second of NumPy's product of two float32 matrices, best of `PRODUCTS`."""
    a = np.random.default_rng(0).standard_normal((SIZE, SIZE), np.float32)
    best = float("inf")
    for _ in range(PRODUCTS):
        began = time.perf_counter()
        np.matmul(a, a)
        best = min(best, time.perf_counter() - began)
    return float(2 * SIZE**3 / best)


def main() -> None:
    """Task: `processes`; the answer is the mean rate of one."""
    processes = json.load(sys.stdin)["processes"]
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _start, (context.Barrier(processes),)) as pool:
        rates = pool.map(_rate, range(processes), chunksize=1)
    json.dump({"rate": sum(rates) / processes}, sys.stdout)


if __name__ == "__main__":
    main()
