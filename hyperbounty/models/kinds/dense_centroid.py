"""The nearest mean of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

from hyperbounty.models.kinds.centroid import nearest
from hyperbounty.models.kinds.classed import Classed, of_classes, packed_totals, samples_of
from hyperbounty.models.kinds.model import State
from hyperbounty.models.kinds.shape import Shape
from hyperbounty.models.kinds.words import StateError, pack, unpack, words_for
from hyperbounty.models.samples import Sample, SampleError, check_label

INT32: Final = range(-(2**31), 2**31)


class SumOutOfRange(SampleError):
    """A sample with which a sum would leave int32."""

    contract_error = "SumOutOfRange"

    def __init__(self, label: int) -> None:
        super().__init__(
            f"with this sample, a sum of class {label} would leave 32 bits", "give samples of another class", label
        )


class DenseCentroid(Classed):
    """Decides the smallest (M - 2 N s·x) / N², with the sums s of each class and M = Σ s², their squared norm.

    In storage a sum is an int32, 8 a word, class after class, each of which begins a word. A class has one word more,
    with N and M: `packed_totals`.

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
        model = cls.from_words(shape, state.words, [samples_of(total) for total in state.totals])
        if model.state().totals != tuple(state.totals):
            raise StateError("the totals are not those of the sums")
        return model

    @classmethod
    def from_words(cls, shape: Shape, words: Sequence[int], samples: Sequence[int]) -> Self:
        """The model with the sums in these words, and so many samples of each class that there is room for.

        Raises:
            StateError: they are those of no such model.
        """
        per = words_for(shape.features, 32)
        if len(words) != per * shape.capacity:
            raise StateError(f"the sums of {shape.capacity} classes lie in {per * shape.capacity:,} words")
        stored = [words[lane * per : (lane + 1) * per] for lane in range(shape.capacity)]
        sums = of_classes(shape, [unpack(each, 32, shape.features, signed=True) for each in stored], "sums")
        return cls(shape, sums, of_classes(shape, samples, "samples"))

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
            SumOutOfRange: a sum would leave int32. Nothing was added.
        """
        check_label(label, self.shape.classes)
        sums = [s + x for s, x in zip(self.numbers[label], sample, strict=True)]
        if any(value not in INT32 for value in sums):
            raise SumOutOfRange(label)
        self.numbers[label] = sums
        self.squares[label] = sum(value * value for value in sums)
        self.samples[label] += 1

    def state(self) -> State:
        """What it has learned, as the contract stores it."""
        words = tuple(word for sums in self.numbers for word in pack(sums, 32))
        return State(words, packed_totals(self.samples, [0] * len(self.samples), self.squares))
