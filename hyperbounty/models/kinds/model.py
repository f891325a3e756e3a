"""What every kind of model can do, and what of it lies in storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from hyperbounty.models.kinds.shape import Shape
from hyperbounty.models.samples import Sample


@dataclass(frozen=True)
class State:
    """What a model has learned, as the contract stores it.

    Attributes:
        words: its weights, counts or sums, packed as its kind says.
        totals: one word a class: how many samples, and what follows from the counts or sums; a perceptron has none.
        bias: of a perceptron, an int32; 0 for the other kinds.
    """

    words: tuple[int, ...]
    totals: tuple[int, ...] = ()
    bias: int = 0


class Model(Protocol):
    """A model in plain integers: the authority on what the contract computes.

    A sample is what `Shape.decode` gives; nothing checks it again. The same samples in the same order lead to the same
    state, on every machine and on the chain.
    """

    @property
    def shape(self) -> Shape:
        """What it is."""

    def predict(self, sample: Sample) -> int:
        """The class of `sample`; the lower one of two that are equally good."""

    def learn(self, sample: Sample, label: int) -> None:
        """Take `sample` with its label into account.

        Raises:
            LabelOutOfRange: there is no such class. Nothing was learned.
            SumOutOfRange: a sum of a dense centroid would leave int32. Nothing was learned.
        """

    def add_class(self) -> None:
        """Make room for one more label. The class begins empty.

        Raises:
            ShapeError: there is no more room.
        """

    def state(self) -> State:
        """What it has learned, as the contract stores it."""
