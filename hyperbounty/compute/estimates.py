"""How long a training takes by formula, and from that the limits of its worker.

Both are generous. What is too much to be trained at all is refused by a budget and the bound on memory, before it
becomes a job; whoever reaches a limit here has met a fault of the machine, never a zero.
"""

from __future__ import annotations

from typing import Final

from hyperbounty.compute.limits import IDLE_WORKER_BYTES, Limits
from hyperbounty.spec.cost import PER_SECOND, picoseconds
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

HUNG_FACTOR: Final = 20.0
"""How many times as long as estimated an epoch may take before its worker counts as hung."""

HUNG_LEAST_S: Final = 300.0
"""Shortest silence that counts as hung: compiling, or a machine busy with something else."""

SPARE_BYTES: Final = 2 * 1024**3
"""What a worker may hold over formula and idle need: compilers, allocators, large windows."""


def estimate_seconds(spec: Spec, shape: TaskShape) -> float:
    """Seconds that training `spec` takes on the reference core: to order jobs and to bound them, never to judge.

    >>> shape = TaskShape(features=8, rows=2048, sequence_length=60)
    >>> round(estimate_seconds(Spec(recurrent_units=(32,), epochs=10), shape), 1)
    3.3
    """
    return picoseconds(spec, shape) / PER_SECOND


def training_limits(spec: Spec, *, estimate_s: float, memory_bytes: int, slowness: float = 1.0) -> Limits:
    """The limits of a training of `spec`.

    Args:
        spec: an epoch of it may take its part of the time.
        estimate_s: seconds by `estimate_seconds`.
        memory_bytes: what it may need over an idle worker.
        slowness: how many times the estimates trainings have taken on this machine; below 1 counts as 1.

    >>> training_limits(Spec(epochs=10), estimate_s=100.0, memory_bytes=0)
    Limits(silence_s=500.0, total_s=2300.0, memory_bytes=3221225472)
    """
    slow = HUNG_FACTOR * max(1.0, slowness) * estimate_s
    return Limits(
        silence_s=HUNG_LEAST_S + slow / spec.epochs,
        total_s=HUNG_LEAST_S + slow,
        memory_bytes=IDLE_WORKER_BYTES + SPARE_BYTES + memory_bytes,
    )
