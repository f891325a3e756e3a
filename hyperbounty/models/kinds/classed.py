"""What the kinds share that have room for more than two classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hyperbounty.models.kinds.shape import Shape, ShapeError
from hyperbounty.models.kinds.words import StateError

MAX_SAMPLES: Final = 2**64 - 1
"""Most samples of a class that its word of totals has room for."""


class Classed:
    """A number for each feature and class, and how many samples each class has.

    Args:
        shape: what it is.
        numbers: counts or sums, `numbers[class][feature]`; a class without is empty.
        samples: N, by class.
        allowed: what a number can be.

    Attributes:
        numbers, samples: the same, for as many classes as there is room for.

    Raises:
        StateError: more classes than the model has, not a number for each feature, or one that does not fit.
    """

    def __init__(self, shape: Shape, numbers: Sequence[Sequence[int]], samples: Sequence[int], allowed: range) -> None:
        if len(numbers) != len(samples) or len(samples) > shape.classes:
            raise StateError(
                f"a model of {shape.classes} classes cannot have numbers of {len(numbers)} and samples of "
                f"{len(samples)}"
            )
        for label, (each, count) in enumerate(zip(numbers, samples, strict=True)):
            if len(each) != shape.features:
                raise StateError(f"class {label} has {len(each):,} numbers for {shape.features:,} features")
            for feature, number in enumerate(each):
                if number not in allowed:
                    raise StateError(f"{number} of feature {feature} and class {label} does not fit")
            if not 0 <= count <= MAX_SAMPLES:
                raise StateError(f"class {label} cannot have {count} samples")
        empty = shape.capacity - len(samples)
        self._shape = shape
        self.numbers = [*map(list, numbers), *([0] * shape.features for _ in range(empty))]
        self.samples = [*samples, *[0] * empty]

    @property
    def shape(self) -> Shape:
        """What it is, with the classes that were added."""
        return self._shape

    def add_class(self) -> None:
        """One more class, which begins empty.

        Raises:
            ShapeError: there is no more room.
        """
        if self._shape.classes == self._shape.capacity:
            raise ShapeError(
                f"all {self._shape.capacity} classes that there is room for are taken",
                "open a model with room for more",
            )
        self._shape = replace(self._shape, classes=self._shape.classes + 1)

    def _side_by_side(self) -> list[int]:
        """The numbers as they are stored: feature after feature, the classes of a feature side by side."""
        return [number for of_feature in zip(*self.numbers, strict=True) for number in of_feature]


def by_class(shape: Shape, stored: Sequence[int]) -> list[list[int]]:
    """`numbers` of numbers that are stored feature after feature.

    Raises:
        StateError: a class that the model does not have is not empty.
    """
    numbers = [list(stored[label :: shape.lanes]) for label in range(shape.lanes)]
    if any(map(any, numbers[shape.classes :])):
        raise StateError(f"there are numbers of a class beyond the {shape.classes} of the model")
    return numbers[: shape.classes]


def by_label(shape: Shape, totals: Sequence[int]) -> tuple[int, ...]:
    """The words of totals of the classes that the model has.

    Raises:
        StateError: not one word a class, or a class that the model does not have is not empty.
    """
    if len(totals) != shape.capacity:
        raise StateError(f"a model with room for {shape.capacity} classes has as many totals, not {len(totals)}")
    if any(totals[shape.classes :]):
        raise StateError(f"there are totals of a class beyond the {shape.classes} of the model")
    return tuple(totals[: shape.classes])
