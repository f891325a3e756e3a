"""How a spec is executed, decided from spec and data alone. Free of Keras, so a scheduler can ask.

TensorFlow has two ways, JAX has XLA alone. They round differently, so the choice must be the same on every machine that
repeats a score: it is a rule, never a clock.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from hyperbounty.bounty.cost import parameters
from hyperbounty.bounty.spec import Spec

XLA_LARGEST_STEP: Final = 4_000_000
"""Most parameters × windows of a batch at which XLA pays.

Measured on one thread over windows of 60 rows: XLA is 2 to 4 times as fast for small steps (LSTM 32 at batch 64:
340,000), level at 3.3 million (LSTM 64+64 at batch 64), and slower from about 10 million on.
"""

XLA_FEWEST_TIMESTEPS: Final = 40_000
"""Fewest epochs × batches × rows of a window at which XLA pays.

It saves about 50 µs a timestep and layer, and costs one to two seconds more of compilation a layer.
"""


class Execution(StrEnum):
    """How the functions of a program are compiled: by XLA into one kernel, or as a TensorFlow graph of kernels."""

    XLA = "xla"
    GRAPH = "graph"


def choose_execution(spec: Spec, *, features: int, length: int, windows: int) -> Execution:
    """The execution of `spec` on `windows` training windows of `length` rows of `features` numbers."""
    batch = min(spec.batch_size, windows)
    small = parameters(spec, features) * batch <= XLA_LARGEST_STEP
    long = spec.epochs * -(-windows // batch) * length >= XLA_FEWEST_TIMESTEPS
    return Execution.XLA if small and long else Execution.GRAPH


def program_key(spec: Spec) -> bytes:
    """Specs with equal keys can share one compiled program, one after the other or side by side.

    They differ at most in learning rate, epochs, and how far they clip and decay where both do.
    """
    clip, decay = float(spec.gradient_clip > 0), 0.001 * (spec.weight_decay > 0)
    return replace(spec, learning_rate=0.001, epochs=1, gradient_clip=clip, weight_decay=decay).word
