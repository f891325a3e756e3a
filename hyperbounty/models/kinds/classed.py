"""What the kinds share that have room for more than two classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from hyperbounty.models.kinds.shape import Shape, ShapeError
from hyperbounty.models.kinds.words import StateError

_T = TypeVar("_T", int, list[int])

_TOTAL: Final = 2**64 - 1


def packed_totals(samples: Sequence[int], totals: Sequence[int], squares: Sequence[int]) -> tuple[int, ...]:
    """One word a class: N in bits 0 to 63, T in bits 64 to 127, Q or M in bits 128 to 255.

    >>> [hex(word) for word in packed_totals([1], [2], [3])]
    ['0x300000000000000020000000000000001']
    """
    return tuple(n | t << 64 | q << 128 for n, t, q in zip(samples, totals, squares, strict=True))


def samples_of(total: int) -> int:
    """N of a class, in its word of totals."""
    return total & _TOTAL


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
            if not 0 <= count <= _TOTAL:
                raise StateError(f"class {label} cannot have {count} samples")
            if not count and any(each):
                raise StateError(f"class {label} has numbers, and no samples that they could come from")
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


def of_classes(shape: Shape, each: Sequence[_T], what: str) -> Sequence[_T]:
    """What belongs to the classes that the model has, out of what is stored for as many as there is room for.

    Args:
        shape: what the model is.
        each: by class: a number, or a list of numbers.
        what: they are, for the error.

    Raises:
        StateError: there are not as many, or a class that the model does not have is not empty.
    """
    if len(each) != shape.capacity:
        raise StateError(f"a model with room for {shape.capacity} classes has {what} of as many, not of {len(each)}")
    if any(any(more) if isinstance(more, list) else more for more in each[shape.classes :]):
        raise StateError(f"there are {what} of a class beyond the {shape.classes} of the model")
    return each[: shape.classes]
