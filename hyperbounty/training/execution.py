"""How a spec is executed, decided from spec and data alone. Free of Keras, so a scheduler can ask.

TensorFlow has two ways, JAX has XLA alone. They round differently, so the choice must be the same on every machine that
repeats a score: it is a rule, never a clock.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

XLA_FEWEST_TIMESTEPS: Final = 15_000
"""Fewest epochs × batches × rows of a window × recurrent layers at which XLA pays; both directions of one count.

Measured on one thread: XLA saves 30 to 160 µs a timestep and layer, SimpleRNN 32 to LSTM 128, and costs 0.8 to 1.9 s
more of compilation, as much again with another layer. So one training alone pays from 5,000 to 25,000, by the machine.
But a program is compiled once for the runs of a spec, and found again by the next process: see decision 0051.
"""


class Execution(StrEnum):
    """How the functions of a program are compiled: by XLA into one kernel, or as a TensorFlow graph of kernels."""

    XLA = "xla"
    GRAPH = "graph"


def choose_execution(spec: Spec, shape: TaskShape) -> Execution:
    """The execution of `spec` on a task of this shape.

    >>> choose_execution(Spec(epochs=5), TaskShape(features=8, rows=2048, sequence_length=60))
    <Execution.GRAPH: 'graph'>
    """
    batches = -(-shape.rows // spec.batch_size)
    timesteps = spec.epochs * batches * shape.sequence_length
    layers = len(spec.recurrent_units) * (2 if spec.bidirectional else 1)
    return Execution.XLA if timesteps * layers >= XLA_FEWEST_TIMESTEPS else Execution.GRAPH


def program_key(spec: Spec) -> bytes:
    """Specs with equal keys can share one compiled program, one after the other or side by side.

    They differ at most in learning rate, epochs, and how far they clip and decay where both do.

    >>> program_key(Spec(learning_rate=0.1, epochs=5)) == program_key(Spec(learning_rate=0.2, epochs=9))
    True
    >>> program_key(Spec(gradient_clip=1.0)) == program_key(Spec(gradient_clip=0.0))
    False
    """
    clip = 1.0 if spec.gradient_clip > 0 else 0.0
    decay = 0.001 if spec.weight_decay > 0 else 0.0
    return replace(spec, learning_rate=0.001, epochs=1, gradient_clip=clip, weight_decay=decay).word
