"""The kinds of models, and what of a model never changes but the number of its classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models import samples
from hyperbounty.models.samples import MAX_FEATURES, Sample


class Kind(IntEnum):
    """The number by which the contract knows a kind."""

    SPARSE_PERCEPTRON = 0
    DENSE_PERCEPTRON = 1
    NAIVE_BAYES = 2
    SPARSE_CENTROID = 3
    DENSE_CENTROID = 4


@dataclass(frozen=True)
class KindFacts:
    """One row of the table of kinds.

    Attributes:
        name: for people and files.
        sparse: its samples name active features; else they give a value for each feature.
        number_bits: of one number of its state: a weight, a count or a sum.
        two_classes: it knows classes 0 and 1 and no more; else up to 8.
        decides, learns: for people.
    """

    name: str
    sparse: bool
    number_bits: int
    two_classes: bool
    decides: str
    learns: str


KINDS: Final[Mapping[Kind, KindFacts]] = {
    Kind.SPARSE_PERCEPTRON: KindFacts(
        name="sparse-perceptron",
        sparse=True,
        number_bits=16,
        two_classes=True,
        decides="class 1 where the bias and the weights of the active features come to more than 0",
        learns="when it was wrong: the active weights and the bias move by one step towards the label",
    ),
    Kind.DENSE_PERCEPTRON: KindFacts(
        name="dense-perceptron",
        sparse=False,
        number_bits=16,
        two_classes=True,
        decides="class 1 where bias · 2¹⁵ and the sum of weight · value come to more than 0",
        learns="when it was wrong: each weight moves by an eighth of the value towards the label, the bias by 4,096",
    ),
    Kind.NAIVE_BAYES: KindFacts(
        name="naive-bayes",
        sparse=True,
        number_bits=16,
        two_classes=False,
        decides="the class that makes the active features most likely, by their counts",
        learns="counts the sample and its active features for the label",
    ),
    Kind.SPARSE_CENTROID: KindFacts(
        name="sparse-centroid",
        sparse=True,
        number_bits=16,
        two_classes=False,
        decides="the class whose mean sample is nearest",
        learns="counts the sample and its active features for the label",
    ),
    Kind.DENSE_CENTROID: KindFacts(
        name="dense-centroid",
        sparse=False,
        number_bits=32,
        two_classes=False,
        decides="the class whose mean sample is nearest",
        learns="adds the sample to the sum of the label",
    ),
}
"""What each kind is."""

CAPACITIES: Final = (2, 4, 8)
"""How many classes a model of counts or sums can have room for."""


class ShapeError(InvalidInput):
    """A model that cannot be."""

    error_code = "model"


@dataclass(frozen=True)
class Shape:
    """What a model is beside its state.

    Attributes:
        kind: see `KINDS`.
        features: how many there are, up to 65,536.
        classes: that a label can name; they count from 0. A perceptron has 2.
        capacity: classes that there is room for: 2, 4 or 8, and 2 for a perceptron. The contract's `lanes`.
        step: by how much a sparse perceptron moves a weight, 1 to 255; 0 for the other kinds.
        alpha: what naive Bayes adds to each count, in sixteenths, 1 to 65,535; 0 for the other kinds. The
            contract's `smoothing`.

    >>> Shape(Kind.NAIVE_BAYES, features=1_000, classes=3, capacity=4, alpha=16).lanes
    4
    """

    kind: Kind
    features: int
    classes: int = 2
    capacity: int = 2
    step: int = 0
    alpha: int = 0

    def __post_init__(self) -> None:
        facts = KINDS[self.kind]
        most = 2 if facts.two_classes else max(CAPACITIES)
        _check("features", self.features, range(1, MAX_FEATURES + 1))
        if self.capacity not in CAPACITIES or self.capacity > most:
            raise ShapeError(
                f"there is room for 2{'' if most == 2 else ', 4 or 8'} classes in a {facts.name}, not {self.capacity}",
                "choose a room that there is",
            )
        _check("classes", self.classes, range(2 if facts.two_classes else 1, self.capacity + 1))
        _check("step", self.step, range(1, 256) if self.kind is Kind.SPARSE_PERCEPTRON else range(1))
        _check("alpha", self.alpha, range(1, 65_536) if self.kind is Kind.NAIVE_BAYES else range(1))

    @property
    def facts(self) -> KindFacts:
        """The row of its kind."""
        return KINDS[self.kind]

    @property
    def lanes(self) -> int:
        """Numbers of the state for one feature: one a class that there is room for, and one weight of a perceptron."""
        return 1 if self.facts.two_classes else self.capacity

    def encode(self, sample: Sample) -> bytes:
        """The bytes of a sample of this model.

        Raises:
            SampleError: it is none.
        """
        if self.facts.sparse:
            samples.check_sparse(sample, self.features)
            return samples.encode_sparse(sample)
        data = samples.encode_dense(sample)
        samples.decode_dense(data, self.features)
        return data

    def decode(self, data: bytes) -> tuple[int, ...]:
        """The sample in these bytes.

        Raises:
            SampleError: they are none of this model.
        """
        decode = samples.decode_sparse if self.facts.sparse else samples.decode_dense
        return decode(data, self.features)


def _check(name: str, value: int, allowed: range) -> None:
    if value not in allowed:
        raise ShapeError(
            f"{name} is {value:,}, and lies from {allowed.start:,} to {allowed.stop - 1:,} for this kind",
            f"choose another number as {name}",
        )
