"""The nearest mean of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

from hyperbounty.models.kinds.centroid import nearest
from hyperbounty.models.kinds.classed import Classed, by_class, by_label
from hyperbounty.models.kinds.model import State
from hyperbounty.models.kinds.shape import Shape
from hyperbounty.models.kinds.words import StateError, pack, unpack
from hyperbounty.models.samples import Sample, SampleError, check_label

INT32: Final = range(-(2**31), 2**31)

_N: Final = 2**64 - 1


class SumOutOfRange(SampleError):
    """A sample with which a sum would leave int32."""

    contract_error = "SumOutOfRange"

    def __init__(self, feature: int, label: int) -> None:
        super().__init__(
            f"with this sample, the sum of feature {feature} and class {label} would leave 32 bits",
            "give no more samples of this class whose value of the feature has this sign",
            feature,
            label,
        )


class DenseCentroid(Classed):
    """Decides the smallest (M - 2 N s·x) / N², with the sums s of each class and M = Σ s², their squared norm.

    In storage a sum is an int32, 8 a word, the sums of a feature side by side in 2, 4 or 8 lanes. A class has one word
    more: N in bits 0 to 63, M in bits 64 to 255.

    Args:
        shape: what it is.
        sums: `sums[class][feature]`, int32; a class without is empty.
        samples: N, by class.

    Raises:
        StateError: a sum does not fit, or their numbers are not those of the shape.

    >>> from hyperbounty.models.kinds.shape import Kind
    >>> model = DenseCentroid(Shape(Kind.DENSE_CENTROID, features=2))
    >>> for sample, label in [([5, 1], 0), ([-3, 2], 1), ([-5, 0], 1)]:
    ...     model.learn(sample, label)
    >>> model.predict([1, 1]), model.predict([0, 0])
    (0, 1)
    """

    def __init__(self, shape: Shape, sums: Sequence[Sequence[int]] = (), samples: Sequence[int] = ()) -> None:
        super().__init__(shape, sums, samples, INT32)
        self.squares = [sum(value * value for value in each) for each in self.numbers]

    @classmethod
    def from_state(cls, shape: Shape, state: State) -> Self:
        """The model whose state this is.

        Raises:
            StateError: it is the state of no such model, or the totals are not those of the sums.
        """
        if state.bias:
            raise StateError("a model of sums has no bias")
        sums = by_class(shape, unpack(state.words, 32, shape.features * shape.lanes, signed=True))
        totals = by_label(shape, state.totals)
        model = cls(shape, sums, [total & _N for total in totals])
        if model.state().totals != tuple(state.totals):
            raise StateError("the totals are not those of the sums")
        return model

    def predict(self, sample: Sample) -> int:
        """The class of `sample`; class 0 where no class has a sample."""
        return nearest(
            (samples, squares - 2 * samples * sum(s * x for s, x in zip(sums, sample, strict=True)))
            for samples, squares, sums in zip(
                self.samples[: self.shape.classes], self.squares, self.numbers, strict=False
            )
        )

    def learn(self, sample: Sample, label: int) -> None:
        """Add the sample to the sums of `label`.

        Raises:
            LabelOutOfRange: there is no such class.
            SumOutOfRange: names the first feature whose sum would leave int32. Nothing was added.
        """
        check_label(label, self.shape.classes)
        sums = [s + x for s, x in zip(self.numbers[label], sample, strict=True)]
        for feature, value in enumerate(sums):
            if value not in INT32:
                raise SumOutOfRange(feature, label)
        self.numbers[label] = sums
        self.squares[label] = sum(value * value for value in sums)
        self.samples[label] += 1

    def state(self) -> State:
        """What it has learned, as the contract stores it."""
        words = pack(self._side_by_side(), 32)
        return State(words, tuple(n | m << 64 for n, m in zip(self.samples, self.squares, strict=True)))
