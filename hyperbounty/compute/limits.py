"""What a training may take of a machine: the time after which it counts as hung, and the memory it must not exceed.

Both follow from the spec by formula, generously. Whoever reaches one has met a fault of the machine, never a zero: what
is too much for a contest is refused by the manifest's budget and the bound on memory, before it becomes a job.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hyperbounty.spec.cost import cost
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

COMPILE_S: Final = 3.0
"""Seconds to compile a layer in one direction; measured, 1 to 4."""

SECONDS_PER_COST: Final = 1.2e-10
"""Seconds for each parameter, timestep, window and epoch on one thread; measured, 0.8 to 1.2e-10."""

SECONDS_PER_STEP: Final = 5e-5
"""Seconds for each timestep of a batch and layer, whatever its size; measured."""

HUNG_FACTOR: Final = 20.0
"""How many times as long as estimated an epoch may take before its worker counts as hung."""

HUNG_LEAST_S: Final = 300.0
"""Shortest silence that counts as hung: compiling, or a machine busy with something else."""

IDLE_WORKER_BYTES: Final = 1024**3
"""What a worker holds before it trains; measured, 0.6 GiB, and 30 MB more for each program it ran."""

ACCELERATOR_BYTES: Final = 4 * 1024**3
"""What the libraries of an accelerator may hold of the machine's own memory. Not measured: none was at hand."""

SPARE_BYTES: Final = 2 * 1024**3
"""What a worker may hold over formula and idle need: compilers, allocators, large windows."""


@dataclass(frozen=True)
class Limits:
    """What a worker may take for one training, or for several side by side.

    Attributes:
        epoch_s: longest silence between two epochs, or before the first.
        total_s: longest time from the first to the last result.
        memory_bytes: most memory that its process may hold.
    """

    epoch_s: float
    total_s: float
    memory_bytes: int

    @classmethod
    def of(cls, word: bytes, *, estimate_s: float, memory_bytes: int, slowness: float = 1.0) -> Limits:
        """The limits of a job of the spec in `word`, on a machine that takes `slowness` times the estimates."""
        slowness = max(1.0, slowness)
        return cls(
            epoch_s=HUNG_LEAST_S + HUNG_FACTOR * slowness * estimate_s / Spec.from_word(word).epochs,
            total_s=HUNG_LEAST_S + HUNG_FACTOR * slowness * estimate_s,
            memory_bytes=IDLE_WORKER_BYTES + SPARE_BYTES + memory_bytes,
        )

    @classmethod
    def together(cls, each: Sequence[Limits]) -> Limits:
        """The limits of trainings side by side: all the time that they may take one after the other.

        Their epochs pass together, and a device that is `HUNG_FACTOR` times slower with all of them than one thread
        with the slowest counts as hung. Memory is that of the largest: see `Job.memory_bytes`.
        """
        return cls(
            epoch_s=max(limits.epoch_s for limits in each),
            total_s=sum(limits.total_s for limits in each),
            memory_bytes=max(limits.memory_bytes for limits in each),
        )


def estimate_seconds(spec: Spec, shape: TaskShape) -> float:
    """Seconds that training `spec` takes on one thread, roughly: to order jobs and to bound them, never to judge."""
    layers = len(spec.recurrent_units) * (2 if spec.bidirectional else 1)
    batches = -(-shape.rows // min(spec.batch_size, shape.rows))
    steps = batches * shape.sequence_length * spec.epochs
    arithmetic = SECONDS_PER_COST * cost(spec, shape)
    return COMPILE_S * layers + arithmetic + SECONDS_PER_STEP * layers * steps


def machine_memory_bytes() -> int:
    """The memory of this machine, or of the container that this process is in; where it cannot be told, no bound."""
    if not hasattr(os, "sysconf"):  # Windows
        return sys.maxsize
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            allowed = Path(file).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if allowed.isdigit():
            return min(physical, int(allowed))
    return physical
