"""What both perceptrons share: weights, a bias, and two classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

from hyperbounty.models.kinds.model import State
from hyperbounty.models.kinds.shape import Shape, ShapeError
from hyperbounty.models.kinds.words import StateError, pack, unpack
from hyperbounty.models.samples import INT16

INT32: Final = range(-(2**31), 2**31)


class Perceptron:
    """Weights and a bias.

    In storage a weight is an int16, 16 a word. The bias is an int32 and lies with what else a contribution needs.

    Args:
        shape: what it is.
        weights: one a feature, int16.
        bias: int32.

    Raises:
        StateError: a weight or the bias does not fit, or there is not one weight a feature.
    """

    def __init__(self, shape: Shape, weights: Sequence[int], bias: int = 0) -> None:
        if len(weights) != shape.features:
            raise StateError(f"a model of {shape.features:,} features has as many weights, not {len(weights):,}")
        for feature, weight in enumerate(weights):
            if weight not in INT16:
                raise StateError(f"the weight {weight} of feature {feature} is no int16")
        if bias not in INT32:
            raise StateError(f"the bias {bias} is no int32")
        self._shape = shape
        self.weights = list(weights)
        self.bias = bias

    @classmethod
    def from_state(cls, shape: Shape, state: State) -> Self:
        """The model whose state this is.

        Raises:
            StateError: it is the state of no such model.
        """
        if state.totals:
            raise StateError(f"a perceptron has no totals, and here are {len(state.totals)}")
        return cls(shape, unpack(state.words, 16, shape.features, signed=True), state.bias)

    @property
    def shape(self) -> Shape:
        """What it is."""
        return self._shape

    def add_class(self) -> None:
        """Refused: a perceptron has two classes."""
        raise ShapeError("a perceptron has two classes and room for no more", "open a model of another kind")

    def state(self) -> State:
        """What it has learned, as the contract stores it."""
        return State(pack(self.weights, 16), bias=self.bias)

    def _move(self, feature: int, change: int) -> None:
        """Change a weight; one that would leave int16 stays as it is."""
        moved = self.weights[feature] + change
        if moved in INT16:
            self.weights[feature] = moved

    def _move_bias(self, change: int) -> None:
        """Change the bias; it stays where it would leave int32."""
        moved = self.bias + change
        if moved in INT32:
            self.bias = moved
