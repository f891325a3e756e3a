"""How often each feature was active in the samples of each class: what naive Bayes and the sparse centroid learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

from hyperbounty.models.kinds.classed import Classed, of_classes, packed_totals, samples_of
from hyperbounty.models.kinds.model import State
from hyperbounty.models.kinds.shape import Shape
from hyperbounty.models.kinds.words import StateError, pack, unpack
from hyperbounty.models.samples import Sample, check_label

MAX_COUNT: Final = 2**16 - 1


class Counts(Classed):
    """Counts c of each feature and class; N, T = Σ c and Q = Σ c² of each class.

    In storage a count is an uint16, 16 a word, the counts of a feature side by side in 2, 4 or 8 lanes. A class has one
    word more, with N, T and Q: `packed_totals`.

    Args:
        shape: what it is.
        counts: `counts[class][feature]`, from 0 to 65,535; a class without is empty.
        samples: N, by class.

    Raises:
        StateError: a count does not fit, or their numbers are not those of the shape.
    """

    def __init__(self, shape: Shape, counts: Sequence[Sequence[int]] = (), samples: Sequence[int] = ()) -> None:
        super().__init__(shape, counts, samples, range(MAX_COUNT + 1))
        self.totals = [sum(each) for each in self.numbers]
        self.squares = [sum(count * count for count in each) for each in self.numbers]

    @classmethod
    def from_state(cls, shape: Shape, state: State) -> Self:
        """The model whose state this is.

        Raises:
            StateError: it is the state of no such model, or the totals are not those of the counts.
        """
        if state.bias:
            raise StateError("a model of counts has no bias")
        model = cls.from_words(shape, state.words, [samples_of(total) for total in state.totals])
        if model.state().totals != tuple(state.totals):
            raise StateError("the totals are not those of the counts")
        return model

    @classmethod
    def from_words(cls, shape: Shape, words: Sequence[int], samples: Sequence[int]) -> Self:
        """The model with the counts in these words, and so many samples of each class that there is room for.

        Raises:
            StateError: they are those of no such model.
        """
        lanes = shape.lanes
        stored = unpack(words, 16, shape.features * lanes, signed=False)
        counts = of_classes(shape, [stored[lane::lanes] for lane in range(lanes)], "counts")
        return cls(shape, counts, of_classes(shape, samples, "samples"))

    def learn(self, sample: Sample, label: int) -> None:
        """Count the sample and its active features; a count at 65,535 stays, and T and Q with it.

        Raises:
            LabelOutOfRange: there is no such class.
        """
        check_label(label, self.shape.classes)
        self.samples[label] += 1
        counts = self.numbers[label]
        for feature in sample:
            count = counts[feature]
            if count < MAX_COUNT:
                counts[feature] = count + 1
                self.totals[label] += 1
                self.squares[label] += 2 * count + 1

    def state(self) -> State:
        """What it has learned, as the contract stores it."""
        side_by_side = (count for of_feature in zip(*self.numbers, strict=True) for count in of_feature)
        return State(pack(side_by_side, 16), packed_totals(self.samples, self.totals, self.squares))
