"""Whole runs to hold the formula to: the 24 specs of the evaluator's benchmark, and the worst of the spec's table."""

from __future__ import annotations

from typing import Final, NamedTuple

from benchmarks.evaluator.mix import specs
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

USUAL: Final = TaskShape(features=8, rows=8192, sequence_length=60, holdout=1024)
"""The task of the evaluator's benchmark: four coins' closes and volumes."""


class Case(NamedTuple):
    """A run of `spec` on a task of this shape, and what makes it one of the worst."""

    name: str
    spec: Spec
    shape: TaskShape


def usual() -> list[Case]:
    """The 24, with as many epochs as a contest may see."""
    return [Case(spec.describe(), spec, USUAL) for spec in specs(epochs=30)]


def worst() -> list[Case]:
    """What is dear for its parameters, or cheap, at the edges of the table."""
    quick = "SimpleRNN"
    everything = {
        "activation": "gelu",
        "dense_activation": "gelu",
        "normalization": "batch",
        "dropout": 0.5,
        "gradient_clip": 1.0,
        "weight_decay": 0.001,
        "optimizer": "adamax",
        "bidirectional": True,
    }
    both_ways = Spec(recurrent_units=(16,) * 4, bidirectional=True, batch_size=1, epochs=1000)
    found = [
        ("both ways 16x4, batch 1", both_ways),
        ("the same, GRU", Spec("GRU", (16,) * 4, bidirectional=True, batch_size=1, epochs=1000)),
        ("the same, SimpleRNN", Spec(quick, (16,) * 4, bidirectional=True, batch_size=1, epochs=1000)),
        ("one unit, batch 1", Spec("LSTM", (1,), batch_size=1, epochs=1000)),
        ("one unit, batch 1, SimpleRNN", Spec(quick, (1,), batch_size=1, epochs=1000)),
        ("1x4 both ways, batch 2", Spec("LSTM", (1,) * 4, bidirectional=True, batch_size=2, epochs=1000)),
        ("one unit, batch 8192", Spec(quick, (1,), batch_size=8192, epochs=1000)),
        ("everything, 2x4, batch 1", Spec("GRU", (2,) * 4, (2,) * 4, batch_size=1, epochs=1000, **everything)),  # type: ignore[arg-type]
        ("everything, 32x2, batch 64", Spec("LSTM", (32, 32), (32,) * 4, batch_size=64, epochs=100, **everything)),  # type: ignore[arg-type]
        ("256, batch 1", Spec("LSTM", (256,), batch_size=1, epochs=10)),
        ("1024, batch 1", Spec("LSTM", (1024,), batch_size=1, epochs=2)),
        ("1024, batch 1, SimpleRNN", Spec(quick, (1024,), batch_size=1, epochs=2)),
        ("512x2, batch 64", Spec("LSTM", (512, 512), batch_size=64, epochs=10)),
        ("16, batch 8192", Spec("LSTM", (16,), batch_size=8192, epochs=100)),
        ("32x4 both ways, batch 4096", Spec("LSTM", (32,) * 4, bidirectional=True, batch_size=4096, epochs=100)),
        ("dense 1024x4, batch 1", Spec(quick, (4,), (1024,) * 4, "tanh", "tanh", batch_size=1, epochs=10)),
        ("dense 1024x4, batch 512", Spec(quick, (4,), (1024,) * 4, "tanh", "tanh", batch_size=512, epochs=100)),
        ("one epoch", Spec("LSTM", (32,), batch_size=64, epochs=1)),
        ("one epoch of 64x4 both ways", Spec("GRU", (64,) * 4, bidirectional=True, batch_size=64, epochs=1)),
    ]
    cases = [Case(name, spec, USUAL) for name, spec in found]
    wide = TaskShape(features=400, rows=8192, sequence_length=60, holdout=1024)
    long = TaskShape(features=8, rows=8192, sequence_length=2000, holdout=1024)
    short = TaskShape(features=8, rows=8192, sequence_length=2, holdout=1024)
    few = TaskShape(features=8, rows=500, sequence_length=60, holdout=10_000)
    return [
        *cases,
        Case("400 features", Spec("LSTM", (32,), epochs=30), wide),
        Case("2,000 rows a window, 16x4, batch 1", both_ways, long),
        Case("2,000 rows a window, 64", Spec("LSTM", (64,), epochs=10), long),
        Case("2 rows a window, batch 1", Spec("LSTM", (16,), batch_size=1, epochs=1000), short),
        Case("2 rows a window, 1024x2, batch 1", Spec("LSTM", (1024,) * 2, batch_size=1, epochs=10), short),
        Case("a holdout 20 times the training, batch 1", Spec("LSTM", (32,), batch_size=1, epochs=1000), few),
    ]
