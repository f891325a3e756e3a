"""What training takes the reference core: the constants of `cost.picoseconds`, in whole picoseconds of CPU time.

The reference core is one core of the AMD EPYC (Zen 4, 2.6 GHz) of benchmarks/cost/results.md, which trains with
TensorFlow, on one thread and with instructions up to AVX2. The constants were fitted to what the engine took there,
rounded, and rather up. They are part of the protocol: to change one changes what contests take.

A batch passes each recurrent layer row by row, there and back. Such a turn costs something however small the layer is,
then something for each unit and window, for each weight and window, and for each weight alone. A batch of one window
therefore costs far more for each window than one of 64, which a count of parameters and windows does not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Cell:
    """What a turn takes: one row of one layer in one direction, for one batch, there and back.

    Attributes:
        gates: kernels of the cell.
        activations: how often it applies its activation to a unit.
        turn: whatever the layer's size.
        matrix: more where a batch has more than one window, so that its products are of matrices.
        unit: for each unit and window.
    """

    gates: int
    activations: int
    turn: int
    matrix: int
    unit: int


CELLS: Final = {
    "SimpleRNN": Cell(gates=1, activations=1, turn=280_000, matrix=300_000, unit=4_500),
    "LSTM": Cell(gates=4, activations=2, turn=1_560_000, matrix=1_300_000, unit=17_000),
    "GRU": Cell(gates=3, activations=1, turn=1_560_000, matrix=1_700_000, unit=15_000),
}

ALONE: Final = 10
"""One unit and one window multiply no matrix, and their turn takes one part in so many; with two windows half of it."""

ACTIVATION: Final = {
    "tanh": 0,
    "relu": 0,
    "sigmoid": 1_000,
    "elu": 2_000,
    "selu": 2_000,
    "gelu": 3_000,
    "silu": 3_000,
    "softsign": 1_000,
}
"""More than tanh, each time that a cell applies it to a unit of a window."""

FAR_UNIT: Final = 8_000
"""More for each unit and window of a layer above `NEAR_UNITS`: what is kept for the way back leaves the caches."""

NEAR_UNITS: Final = 2**15

PRODUCT: Final = 75
"""For each weight of a kernel, window and turn: a product and a sum there, and twice that on the way back."""

WEIGHT: Final = 140
"""For each weight of a kernel and turn: it is fetched, and its gradient added up."""

FAR_WEIGHT: Final = 500
"""More for each weight of a layer in one direction above `NEAR_WEIGHTS`: no cache near the core holds it."""

NEAR_WEIGHTS: Final = 2**20

NORMALIZED: Final = 4_000
"""For each output of a recurrent layer, row and window: normalization."""

DROPPED: Final = 4_000
"""The same for dropout."""

INPUT: Final = 5_000
"""For each input of a recurrent layer in one direction, row and window: it is gathered, or handed on."""

DENSE_PRODUCT: Final = 70
"""For each weight of a dense layer and window."""

DENSE_WEIGHT: Final = 3_500
"""For each weight of a dense layer and batch: it is fetched, and its gradient made."""

DENSE_UNIT: Final = 4_000
"""For each unit of a dense layer and window."""

BATCH: Final = 1_500_000
"""For each batch: the loss, its gradient, what the optimizer does once."""

UPDATE: Final = {
    "sgd": 1_200,
    "momentum": 1_200,
    "nesterov": 1_200,
    "rmsprop": 2_200,
    "adam": 2_200,
    "nadam": 2_200,
    "adamax": 2_200,
    "adagrad": 2_200,
}
"""For each weight and batch: gradients are joined, and the optimizer's step."""

FAR_UPDATE: Final = 4_000
"""More for each weight of the model above `NEAR_WEIGHTS`: it and what the optimizer keeps come from main memory."""

CLIPPED: Final = 800
"""For each weight and batch where the gradient is clipped."""

DECAYED: Final = 600
"""For each weight and batch where weights decay."""

PREDICTION: Final = 3
"""A batch of the holdout is one part in so many of a step: the way there alone."""

PREDICTION_ALONE: Final = 8
"""The same where a batch has one window: most of its step is the sum of the kernels' gradients."""

EPOCH: Final = 4_500_000_000
"""For each epoch: the call, the curves, what is told."""

EPOCH_WEIGHT: Final = 4_000
"""For each weight and epoch: it is copied, looked at and hashed."""

EPOCH_WINDOW: Final = 150_000
"""For each window and epoch, of the training and of the holdout: its place in the order, its loss."""

RUN: Final = 500_000_000_000
"""For each run: its part of the start of a worker, and the program around the layers."""

LAYER: Final = 700_000_000_000
"""For each recurrent layer and direction: it is traced and compiled."""

LAYER_NORMALIZED: Final = 500_000_000_000
"""For each hidden layer with normalization."""

SHORT_TURN: Final = 40_000_000
"""More for each of the first `SHORT_TURNS` turns of a run, which then pays for XLA instead (`choose_execution`)."""

SHORT_TURNS: Final = 30_000

DRAWN: Final = 3_000
"""For each gate × units³ of a recurrent layer and direction: kernels are drawn, and made orthogonal."""
