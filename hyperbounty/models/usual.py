"""What a model is where its creator says nothing of it."""

from __future__ import annotations

from typing import Final

from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.shape import CAPACITIES

FEATURES: Final = 1_000
"""Of texts."""

_STEP: Final = 4
_ALPHA: Final = 16


def shape_of(
    kind: Kind,
    features: int,
    classes: int,
    *,
    capacity: int | None = None,
    step: int | None = None,
    alpha: int | None = None,
) -> Shape:
    """The shape of a model, with what is usual for its kind where it is None.

    >>> shape_of(Kind.NAIVE_BAYES, 500, 3)
    Shape(kind=<Kind.NAIVE_BAYES: 2>, features=500, classes=3, capacity=4, step=0, alpha=16)

    Raises:
        ShapeError: there is no such model.
    """
    room = next((room for room in CAPACITIES if room >= classes), CAPACITIES[-1])
    return Shape(
        kind,
        features,
        classes,
        capacity or room,
        step or (_STEP if kind is Kind.SPARSE_PERCEPTRON else 0),
        alpha or (_ALPHA if kind is Kind.NAIVE_BAYES else 0),
    )
