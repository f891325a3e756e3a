"""The memory that training a spec takes, by formula, in the two places where it is trained.

Two formulas, side by side, because they measure two things and each decides something that must not move:

- `process_bytes`: what a process on the CPU takes, measured with Keras' own loop over the rows. Specs above
  `MEMORY_BOUND` are refused, in every contest, before they are submitted: so its constants are part of the protocol.
- `lane_bytes`: what a lane takes of an accelerator's memory, as XLA plans it. The number of lanes follows from it, and
  another number of lanes is another program, which rounds differently: so its constants are part of the scores.

One set of constants cannot serve both: a unit of an LSTM is 20 floats in a process and 24 on a device, a parameter 24
and 8. Each is an upper bound of what was measured there, so the larger of both would refuse specs that are allowed, or
train in fewer lanes.

The compute budget sees neither need: a step of a large batch costs little for each window, and holds them all at once.
The verdict is a formula's and never a machine's, so everybody comes to the same one.
"""

from __future__ import annotations

from typing import Final

from hyperbounty.errors import SpecError
from hyperbounty.spec.cost import parameters
from hyperbounty.spec.layers import hidden_layers
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

MEMORY_BOUND: Final = 4 * 1024**3
"""Most bytes that a run may need by `process_bytes`, in every contest."""

FLOAT_BYTES: Final = 4

AFTER_LAYER_FLOATS: Final = 6
"""Floats kept more for each output of a layer with a normalization or dropout. Measured, 4 in a process."""

# Floats that a process keeps for the backward pass, with the activation that keeps most (gelu). Measured with Keras'
# own loop over the rows, as JAX trains, which keeps more than the one on TensorFlow, and rounded up.
PROCESS_UNIT: Final = {"LSTM": 20, "GRU": 16, "SimpleRNN": 8}
"""For each recurrent output, row of a window and window of a batch; measured, 19, 14 and 7."""
PROCESS_INPUT: Final = 4
"""For each input of a recurrent layer, row and window; measured, 2.4."""
PROCESS_DENSE: Final = 10
"""For each dense unit and window; measured, 7."""
PROCESS_PARAMETER: Final = 24
"""For each parameter: gradient, state of the optimizer, and copies; measured, 21."""

# Floats that a lane keeps on a device from the way forward to the way back, with what the way back adds.
_LANE_UNIT: Final = {"LSTM": 24, "GRU": 20, "SimpleRNN": 8}
"""For each recurrent output, row of a window and window of a batch."""
_LANE_FEATURE: Final = 3
"""For each feature of a row, row and window."""
_LANE_DENSE: Final = 4
"""For each dense unit and window."""
_LANE_PARAMETER: Final = 8
"""Weight, gradient, clipped gradient and update, and up to three slots of an optimizer."""


def process_bytes(spec: Spec, shape: TaskShape) -> int:
    """Bytes that a process takes to train `spec` over what an idle worker holds, an upper bound.

    With batches of b windows, b at most `rows`, n inputs and u outputs of a layer:

        4 × (24 × parameters + b × sequence_length × Σ recurrent layers (k u + 4 n) + 10 b × Σ dense units)

    where k is 20 (LSTM), 16 (GRU) or 8 (SimpleRNN), and 6 more with a normalization or dropout. Predicting the holdout,
    also b windows at a time, keeps less.

    >>> process_bytes(Spec(recurrent_units=(32,)), TaskShape(features=8, rows=1000, sequence_length=60)) // 2**20
    10
    """
    batch = min(spec.batch_size, shape.rows)
    unit = PROCESS_UNIT[spec.cell] + _after_layer(spec)
    row = dense = 0
    for layer in hidden_layers(spec, shape.features):
        if layer.recurrent:
            row += unit * layer.outputs + PROCESS_INPUT * layer.inputs
        else:
            dense += PROCESS_DENSE * layer.outputs
    floats = batch * (shape.sequence_length * row + dense)
    return FLOAT_BYTES * (floats + PROCESS_PARAMETER * parameters(spec, shape.features))


def lane_bytes(spec: Spec, shape: TaskShape) -> int:
    """Most bytes that training one spec takes on a device: weights, optimizer and one batch on its way back.

    >>> lane_bytes(Spec(recurrent_units=(32,)), TaskShape(features=8, rows=1000, sequence_length=60)) // 2**20
    11
    """
    unit = _LANE_UNIT[spec.cell] + _after_layer(spec)
    row = _LANE_FEATURE * shape.features
    dense = 0
    for layer in hidden_layers(spec, shape.features):
        if layer.recurrent:
            row += unit * layer.outputs
        else:
            dense += (_LANE_DENSE + _after_layer(spec)) * layer.outputs
    floats = spec.batch_size * (shape.sequence_length * row + dense)
    return FLOAT_BYTES * (floats + _LANE_PARAMETER * parameters(spec, shape.features))


def memory_refusal(spec: Spec, shape: TaskShape) -> SpecError | None:
    """Why a spec that needs more than `MEMORY_BOUND` is refused, with what it needs and the bound; or None.

    >>> memory_refusal(Spec(), TaskShape(features=8, rows=1000, sequence_length=60)) is None
    True
    """
    needed = process_bytes(spec, shape)
    if needed <= MEMORY_BOUND:
        return None
    return SpecError(
        f"the spec needs {needed / 2**30:.1f} GiB of memory, and a run may need at most {MEMORY_BOUND / 2**30:.0f}",
        "choose a smaller batch or fewer units",
    )


def _after_layer(spec: Spec) -> int:
    return AFTER_LAYER_FLOATS if spec.normalization != "none" or spec.dropout else 0
