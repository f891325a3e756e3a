"""The memory that training a spec takes, by formula: what cannot fit is refused before it is submitted.

The compute budget does not see it: a step of a large batch costs little for each window, and holds them all at once. As
with the budget, the verdict is a formula's and never a machine's, so everybody comes to the same one.
"""

from __future__ import annotations

from typing import Final

from hyperbounty.errors import SpecError
from hyperbounty.spec.cost import parameters
from hyperbounty.spec.spec import Spec

MEMORY_BOUND: Final = 4 * 1024**3
"""Most bytes that a run may need by `memory`, in every contest."""

# Floats kept for the backward pass, for each unit, row of a window and window of a batch; those of the activation that
# keeps most (gelu). Measured with Keras' own loop over the rows, as JAX trains, which keeps more than the one on
# TensorFlow, and rounded up: 19 (LSTM), 14 (GRU), 7 (SimpleRNN), and 4 more with a normalization and dropout; 2.4 for
# each input of a layer; 7 for each dense unit; 21 for each parameter (gradient, state of the optimizer, and copies).
_CELL: Final = {"LSTM": 20, "GRU": 16, "SimpleRNN": 8}
_AFTER: Final = 6
_INPUT: Final = 4
_DENSE: Final = 10
_PARAMETER: Final = 24
_BYTES: Final = 4


def memory(spec: Spec, *, features: int, sequence_length: int, rows: int) -> int:
    """Bytes that training takes over what an idle worker holds, an upper bound.

    With batches of b windows, b at most `rows`, of `sequence_length` rows, n inputs and u outputs of a layer:

        4 × (24 × parameters + b × sequence_length × Σ recurrent layers (k u + 4 n) + 10 b × Σ dense units)

    where k is 20 (LSTM), 16 (GRU) or 8 (SimpleRNN), and 6 more with a normalization or dropout. Predicting the holdout,
    also b windows at a time, keeps less.
    """
    batch = min(spec.batch_size, rows)
    directions = 2 if spec.bidirectional else 1
    kept = _CELL[spec.cell] + (_AFTER if spec.normalization != "none" or spec.dropout else 0)
    inputs, for_each_row = features, 0
    for units in spec.recurrent_units:
        outputs = directions * units
        for_each_row += kept * outputs + _INPUT * inputs
        inputs = outputs
    for_each_window = sequence_length * for_each_row + _DENSE * sum(spec.dense_units)
    return _BYTES * (_PARAMETER * parameters(spec, features) + batch * for_each_window)


def check_memory(spec: Spec, *, features: int, sequence_length: int, rows: int) -> None:
    """Refuse a spec that needs more than `MEMORY_BOUND`.

    Raises:
        SpecError: names what it needs and the bound.
    """
    needed = memory(spec, features=features, sequence_length=sequence_length, rows=rows)
    if needed > MEMORY_BOUND:
        raise SpecError(
            f"the spec needs {needed / 2**30:.1f} GiB of memory, and a run may need at most {MEMORY_BOUND / 2**30:.0f}",
            "choose a smaller batch or fewer units",
        )
