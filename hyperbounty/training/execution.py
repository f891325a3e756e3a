"""How a spec is executed, decided from spec and data alone. Free of Keras, so a scheduler can ask.

TensorFlow has two ways, JAX has XLA alone. They round differently, so the choice must be the same on every machine that
repeats a score: it is a rule, never a clock.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from hyperbounty.spec.spec import Spec

XLA_FEWEST_TIMESTEPS: Final = 30_000
"""Fewest epochs × batches × rows of a window × recurrent layers at which XLA pays; both directions of one count.

Measured on one thread: XLA saves 30 to 160 µs a timestep and layer, SimpleRNN 32 to LSTM 128, and costs 1.0 to 1.4 s
more of compilation, as much again with another layer. At 256 units and more it saves little, but loses nothing either.
"""


class Execution(StrEnum):
    """How the functions of a program are compiled: by XLA into one kernel, or as a TensorFlow graph of kernels."""

    XLA = "xla"
    GRAPH = "graph"


def choose_execution(spec: Spec, *, length: int, windows: int) -> Execution:
    """The execution of `spec` on `windows` training windows of `length` rows."""
    timesteps = spec.epochs * -(-windows // spec.batch_size) * length
    layers = len(spec.recurrent_units) * (2 if spec.bidirectional else 1)
    return Execution.XLA if timesteps * layers >= XLA_FEWEST_TIMESTEPS else Execution.GRAPH


def program_key(spec: Spec) -> bytes:
    """Specs with equal keys can share one compiled program, one after the other or side by side.

    They differ at most in learning rate, epochs, and how far they clip and decay where both do.
    """
    clip, decay = float(spec.gradient_clip > 0), 0.001 * (spec.weight_decay > 0)
    return replace(spec, learning_rate=0.001, epochs=1, gradient_clip=clip, weight_decay=decay).word
