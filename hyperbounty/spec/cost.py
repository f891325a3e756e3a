"""What a spec costs to train, by formula: a manifest's budget refuses what is too dear before it is submitted."""

from __future__ import annotations

from typing import Final

from hyperbounty.errors import SpecError
from hyperbounty.spec.spec import Spec

_NORMALIZATION_PARAMETERS: Final = {"none": 0, "layer": 2, "batch": 4}
"""Per unit: scale and offset; batch normalization also keeps a moving mean and variance."""


def parameters(spec: Spec, features: int) -> int:
    """Numbers in the model of `spec` on `features` inputs a row, as Keras' `count_params` gives them.

    With n inputs and u units a layer has, before its normalization:

        SimpleRNN  u(n + u + 1)      LSTM  4u(n + u + 1)      GRU  3u(n + u + 2)      Dense  u(n + 1)

    Bidirectional layers are two of them with 2u outputs. The output is a dense layer of one unit.
    """
    normalization = _NORMALIZATION_PARAMETERS[spec.normalization]
    directions = 2 if spec.bidirectional else 1
    total, inputs = 0, features
    for units in spec.recurrent_units:
        total += directions * _recurrent(spec.cell, inputs, units)
        inputs = directions * units
        total += normalization * inputs
    for units in spec.dense_units:
        total += units * (inputs + 1) + normalization * units
        inputs = units
    return total + inputs + 1


def cost(spec: Spec, *, features: int, sequence_length: int, rows: int) -> int:
    """parameters × steps × rows × epochs of one run: `sequence_length` steps a window, `rows` training windows."""
    return parameters(spec, features) * sequence_length * rows * spec.epochs


def check_budget(spec: Spec, *, features: int, sequence_length: int, rows: int, budget: int) -> None:
    """Refuse a spec whose cost is above `budget`.

    Raises:
        SpecError: names the cost, the budget and what would fit.
    """
    needed = cost(spec, features=features, sequence_length=sequence_length, rows=rows)
    if needed <= budget:
        return
    epochs = budget // (needed // spec.epochs)
    fewer = f"train at most {epochs} epochs or choose fewer units" if epochs else "choose fewer units or layers"
    raise SpecError(f"the spec costs {needed:,}, and a run may cost at most {budget:,}", fewer)


def _recurrent(cell: str, inputs: int, units: int) -> int:
    if cell == "GRU":
        # Keras' GRU applies the reset gate after the product, which takes a second bias.
        return 3 * units * (inputs + units + 2)
    return (4 if cell == "LSTM" else 1) * units * (inputs + units + 1)
