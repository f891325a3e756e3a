"""The kinds of models, each in plain integers and in a file of its own: what the contract computes, to the bit.

>>> model = empty(Shape(Kind.NAIVE_BAYES, features=3, alpha=16))
>>> model.learn([0, 2], 1)
>>> model.predict([2])
1
>>> restored(model.shape, model.state()).predict([2])
1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hyperbounty.models.kinds.dense_centroid import DenseCentroid
from hyperbounty.models.kinds.dense_perceptron import DensePerceptron
from hyperbounty.models.kinds.model import Model, State
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.perceptron import Perceptron
from hyperbounty.models.kinds.shape import KINDS, Kind, KindFacts, Shape, ShapeError
from hyperbounty.models.kinds.sparse_centroid import SparseCentroid
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.kinds.words import StateError

__all__ = [
    "KINDS",
    "Kind",
    "KindFacts",
    "Model",
    "Shape",
    "ShapeError",
    "State",
    "StateError",
    "empty",
    "restored",
    "uploaded",
]

_Any = SparsePerceptron | DensePerceptron | NaiveBayes | SparseCentroid | DenseCentroid

_CLASSES: Final[Mapping[Kind, type[_Any]]] = {
    Kind.SPARSE_PERCEPTRON: SparsePerceptron,
    Kind.DENSE_PERCEPTRON: DensePerceptron,
    Kind.NAIVE_BAYES: NaiveBayes,
    Kind.SPARSE_CENTROID: SparseCentroid,
    Kind.DENSE_CENTROID: DenseCentroid,
}


def empty(shape: Shape) -> Model:
    """A model that has learned nothing: all numbers are 0."""
    model = _CLASSES[shape.kind]
    if issubclass(model, Perceptron):
        return model(shape, [0] * shape.features)
    return model(shape)


def restored(shape: Shape, state: State) -> Model:
    """The model whose state this is.

    Raises:
        StateError: it is the state of no such model.
    """
    return _CLASSES[shape.kind].from_state(shape, state)


def uploaded(shape: Shape, words: Sequence[int], bias: int = 0, samples: Sequence[int] = ()) -> Model:
    """The model that a creator opens: the contract computes the totals from what is uploaded.

    Args:
        shape: what it is.
        words: of its state, all of them.
        bias: of a perceptron.
        samples: of a model of counts or sums, how many each class that it has comes from.

    Raises:
        StateError: they are those of no such model.
    """
    model = _CLASSES[shape.kind]
    if issubclass(model, Perceptron):
        return model.from_state(shape, State(tuple(words), bias=bias))
    return model.from_words(shape, words, [*samples, *[0] * (shape.capacity - len(samples))])
