"""What a spec costs to train, in seconds of the reference core, by formula.

A manifest's budget refuses what is too dear before it is submitted. The formula counts in whole numbers, so everybody
comes to the same verdict; `reference_core` has its constants, and what they were fitted to.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Final

from hyperbounty.durations import format_duration
from hyperbounty.errors import SpecError
from hyperbounty.spec import reference_core as core
from hyperbounty.spec.layers import hidden_layers
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

PER_SECOND: Final = 10**12
"""Picoseconds, in which the formula counts."""


def parameters(spec: Spec, features: int) -> int:
    """Numbers in the model of `spec` on `features` inputs a row, as Keras' `count_params` gives them.

    The sum over the hidden layers, and a dense layer of one unit after them.

    >>> parameters(Spec(cell="LSTM", recurrent_units=(32,)), features=8)  # 4 · 32 · (8 + 32 + 1) + 32 + 1
    5281
    """
    layers = hidden_layers(spec, features)
    return sum(layer.parameters for layer in layers) + layers[-1].outputs + 1


def seconds(spec: Spec, shape: TaskShape) -> int:
    """Seconds of the reference core that one run takes, rounded up.

    >>> shape = TaskShape(features=8, rows=5000, sequence_length=60, holdout=1000)
    >>> seconds(Spec(recurrent_units=(32,), epochs=10), shape)
    6
    >>> seconds(Spec(recurrent_units=(16,) * 4, bidirectional=True, batch_size=1, epochs=1000), shape)
    6512
    """
    return -(-picoseconds(spec, shape) // PER_SECOND)


def picoseconds(spec: Spec, shape: TaskShape) -> int:
    """Picoseconds of the reference core that one run takes.

        run   = start + epochs × epoch
        epoch = fixed + windows + weights + batches × (update + pass) + holdout batches × pass / prediction
        pass  = fixed + dense layers + sequence length × Σ recurrent layers and directions (turn + batch × inputs)

    A pass is a batch on its way there and back. A prediction is the way there alone.
    """
    size = min(spec.batch_size, shape.rows)
    batches = -(-shape.rows // size)
    predictions = -(-shape.holdout // size)
    passed = _pass(spec, shape, size)
    weights = parameters(spec, shape.features)
    epoch = (
        core.EPOCH
        + core.EPOCH_WINDOW * (shape.rows + shape.holdout)
        + core.EPOCH_WEIGHT * weights
        + batches * (_update(spec, weights) + passed)
        + predictions * passed // (core.PREDICTION if size > 1 else core.PREDICTION_ALONE)
    )
    return _start(spec, shape, batches) + spec.epochs * epoch


def budget_refusal(spec: Spec, shape: TaskShape, run_seconds: int) -> SpecError | None:
    """Why a spec that takes longer than `run_seconds` is refused, with what it takes and what would fit; or None.

    >>> shape = TaskShape(features=8, rows=5000, sequence_length=60, holdout=1000)
    >>> print(budget_refusal(Spec(epochs=100), shape, 30))
    a run of this spec takes 37s of the reference core, and it may take 30s; train at most 81 epochs
    """
    needed = seconds(spec, shape)
    if needed <= run_seconds:
        return None
    epochs = _epochs_within(spec, shape, run_seconds)
    return SpecError(
        f"a run of this spec takes {format_duration(needed)} of the reference core, and it may take "
        f"{format_duration(run_seconds)}",
        f"train at most {epochs} epochs" if epochs else "choose a larger batch, fewer units or fewer layers",
    )


def _epochs_within(spec: Spec, shape: TaskShape, run_seconds: int) -> int:
    """Most epochs of `spec`, which has too many, that take at most `run_seconds`; 0 where one takes longer."""
    # More epochs never take less.
    return bisect_right(
        range(1, spec.epochs), run_seconds, key=lambda epochs: seconds(replace(spec, epochs=epochs), shape)
    )


def _pass(spec: Spec, shape: TaskShape, size: int) -> int:
    """A batch of `size` windows, there and back."""
    directions = 2 if spec.bidirectional else 1
    row = dense = 0
    for layer in hidden_layers(spec, shape.features):
        if layer.recurrent:
            row += directions * _turn(spec, layer.inputs, layer.outputs // directions, size)
            row += size * (directions * layer.inputs * core.INPUT + layer.outputs * _after_layer(spec))
        else:
            products = layer.inputs * layer.outputs
            dense += products * (core.DENSE_WEIGHT + size * core.DENSE_PRODUCT) + size * layer.outputs * core.DENSE_UNIT
    return core.BATCH + shape.sequence_length * row + dense


def _turn(spec: Spec, inputs: int, units: int, size: int) -> int:
    """One row of a layer in one direction, for a batch of `size` windows, there and back."""
    cell = core.CELLS[spec.cell]
    weights = cell.gates * units * (inputs + units)
    of_unit = cell.unit + cell.activations * core.ACTIVATION[spec.activation]
    if units == 1 and size <= 2:
        fixed = cell.turn * size**2 // core.ALONE
    else:
        fixed = cell.turn + (cell.matrix if size > 1 else 0)
    return (
        fixed
        + size * (units * of_unit + weights * core.PRODUCT)
        + max(0, size * units - core.NEAR_UNITS) * core.FAR_UNIT
        + weights * core.WEIGHT
        + max(0, weights - core.NEAR_WEIGHTS) * core.FAR_WEIGHT
    )


def _after_layer(spec: Spec) -> int:
    """Normalization and dropout, for each output, row and window."""
    return (core.NORMALIZED if spec.normalization != "none" else 0) + (core.DROPPED if spec.dropout else 0)


def _update(spec: Spec, weights: int) -> int:
    """An update of all weights by the optimizer."""
    clipped = core.CLIPPED if spec.gradient_clip else 0
    decayed = core.DECAYED if spec.weight_decay else 0
    far = max(0, weights - core.NEAR_WEIGHTS)
    return weights * (core.UPDATE[spec.optimizer] + clipped + decayed) + far * core.FAR_UPDATE


def _start(spec: Spec, shape: TaskShape, batches: int) -> int:
    """A run's part of its worker's start, its initial weights, and its program, compiled in one way or the other."""
    layers = len(spec.recurrent_units) * (2 if spec.bidirectional else 1)
    turns = spec.epochs * batches * shape.sequence_length * layers
    cubes = (2 if spec.bidirectional else 1) * sum(units**3 for units in spec.recurrent_units)
    normalized = 0 if spec.normalization == "none" else len(spec.recurrent_units) + len(spec.dense_units)
    return (
        core.RUN
        + layers * core.LAYER
        + normalized * core.LAYER_NORMALIZED
        + min(turns, core.SHORT_TURNS) * core.SHORT_TURN
        + core.CELLS[spec.cell].gates * cubes * core.DRAWN
    )
