"""What a spec costs to train, by formula: a manifest's budget refuses what is too dear before it is submitted."""

from __future__ import annotations

from hyperbounty.errors import SpecError
from hyperbounty.spec.layers import hidden_layers
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec


def parameters(spec: Spec, features: int) -> int:
    """Numbers in the model of `spec` on `features` inputs a row, as Keras' `count_params` gives them.

    The sum over the hidden layers, and a dense layer of one unit after them.

    >>> parameters(Spec(cell="LSTM", recurrent_units=(32,)), features=8)  # 4 · 32 · (8 + 32 + 1) + 32 + 1
    5281
    """
    layers = hidden_layers(spec, features)
    return sum(layer.parameters for layer in layers) + layers[-1].outputs + 1


def cost(spec: Spec, shape: TaskShape) -> int:
    """parameters × steps × rows × epochs of one run: `sequence_length` steps a window, `rows` training windows.

    >>> cost(Spec(cell="LSTM", recurrent_units=(32,), epochs=10), TaskShape(features=8, rows=1000, sequence_length=60))
    3168600000
    """
    return parameters(spec, shape.features) * shape.sequence_length * shape.rows * spec.epochs


def budget_refusal(spec: Spec, shape: TaskShape, budget: int) -> SpecError | None:
    """Why a spec that costs more than `budget` is refused, with the cost, the budget and what would fit; or None.

    >>> shape = TaskShape(features=8, rows=1000, sequence_length=60)
    >>> print(budget_refusal(Spec(epochs=10), shape, 10**9))
    the spec costs 3,168,600,000, and a run may cost at most 1,000,000,000; train at most 3 epochs or choose fewer units
    """
    needed = cost(spec, shape)
    if needed <= budget:
        return None
    epochs = budget // (needed // spec.epochs)
    fewer = f"train at most {epochs} epochs or choose fewer units" if epochs else "choose fewer units or layers"
    return SpecError(f"the spec costs {needed:,}, and a run may cost at most {budget:,}", fewer)
