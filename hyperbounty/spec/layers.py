"""The layers of a spec's model, one after the other, with what enters and leaves each, and the numbers in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hyperbounty.spec.spec import Spec

NORMALIZATION_PARAMETERS: Final = {"none": 0, "layer": 2, "batch": 4}
"""Per output: scale and offset; batch normalization also keeps a moving mean and variance."""


@dataclass(frozen=True)
class Layer:
    """A layer with its normalization.

    Attributes:
        recurrent: it reads a window row by row; a dense layer reads what the last recurrent one gives.
        inputs: numbers that enter, for each row of a window if recurrent.
        outputs: numbers that leave; of a bidirectional layer those of both directions.
        parameters: numbers in the layer, trained or not.
    """

    recurrent: bool
    inputs: int
    outputs: int
    parameters: int


def hidden_layers(spec: Spec, features: int) -> tuple[Layer, ...]:
    """The hidden layers of `spec` on `features` numbers a row, recurrent ones first. One linear unit follows them.

    With n inputs and u units a layer has, before its normalization:

        SimpleRNN  u(n + u + 1)      LSTM  4u(n + u + 1)      GRU  3u(n + u + 2)      Dense  u(n + 1)

    Bidirectional layers are two of them with 2u outputs.

    >>> [layer.outputs for layer in hidden_layers(Spec(recurrent_units=(32,), dense_units=(8,)), features=4)]
    [32, 8]
    """
    normalization = NORMALIZATION_PARAMETERS[spec.normalization]
    directions = 2 if spec.bidirectional else 1
    found = []
    inputs = features
    for units in spec.recurrent_units:
        outputs = directions * units
        parameters = directions * _recurrent_parameters(spec.cell, inputs, units) + normalization * outputs
        found.append(Layer(True, inputs, outputs, parameters))
        inputs = outputs
    for units in spec.dense_units:
        found.append(Layer(False, inputs, units, units * (inputs + 1) + normalization * units))
        inputs = units
    return tuple(found)


def _recurrent_parameters(cell: str, inputs: int, units: int) -> int:
    if cell == "GRU":
        # Keras' GRU applies the reset gate after the product, which takes a second bias.
        return 3 * units * (inputs + units + 2)
    kernels = 4 if cell == "LSTM" else 1
    return kernels * units * (inputs + units + 1)
