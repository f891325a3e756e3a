"""A model as arrays: the same decisions and the same state as the reference models, many times faster.

The reference (`hyperbounty.models.kinds`) is in plain integers of any size. Here numbers have 64 bits, and what is
compared as fractions there is first compared as floats. Where these are too close to tell, `loops.more_likely` and
`loops.nearer` decide without rounding. `of_model` refuses models and samples that could leave 64 bits.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape, State, restored
from hyperbounty.models.kinds.classed import Classed
from hyperbounty.models.kinds.counts import MAX_COUNT, Counts
from hyperbounty.models.kinds.dense_centroid import DenseCentroid
from hyperbounty.models.kinds.dense_perceptron import BIAS_STEP, ONE, DensePerceptron
from hyperbounty.models.kinds.naive_bayes import NaiveBayes
from hyperbounty.models.kinds.perceptron import Perceptron
from hyperbounty.models.kinds.sparse_centroid import SparseCentroid
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.simulation.compiled import COMPILED, compiled
from hyperbounty.models.simulation.labelled import Labelled

if COMPILED:
    from hyperbounty.models.simulation.loops import (
        added_up,
        counted,
        logarithms,
        more_likely,
        moved,
        moved_by_values,
        multiplied,
        nearer,
        summed,
    )
else:
    from hyperbounty.models.simulation.vectors import (
        added_up,
        counted,
        logarithms,
        more_likely,
        moved,
        moved_by_values,
        multiplied,
        nearer,
        summed,
    )

_SPARSE_PERCEPTRON: Final = int(Kind.SPARSE_PERCEPTRON)
_DENSE_PERCEPTRON: Final = int(Kind.DENSE_PERCEPTRON)
_NAIVE_BAYES: Final = int(Kind.NAIVE_BAYES)
_SPARSE_CENTROID: Final = int(Kind.SPARSE_CENTROID)

_SAMPLES, _SUM, _SQUARES = 0, 1, 2
_INT32: Final = 2**31
_ROOM: Final = 2**62
_EPSILON: Final = 2.0**-52


class Learner(NamedTuple):
    """A model as arrays. What changes lies in the arrays.

    Attributes:
        kind, classes, lanes, step, alpha: as in its `Shape`.
        spread: α · features, of naive Bayes.
        numbers: int32 [features · lanes], weights, counts or sums.
        totals: int64 [lanes, 3], of each class its samples, Σ number, Σ number².
        bias: int64 [1], of a perceptron.
        version: int64 [1], grows with every change.
    """

    kind: int
    classes: int
    lanes: int
    step: int
    alpha: int
    spread: int
    numbers: NDArray[np.int32]
    totals: NDArray[np.int64]
    bias: NDArray[np.int64]
    version: NDArray[np.int64]


@compiled
def predict(learner: Learner, row: NDArray[np.int32]) -> int:
    """The class of a sample."""
    if learner.kind == _SPARSE_PERCEPTRON:
        return int(learner.bias[0] + added_up(learner.numbers, row, 1, 0) > 0)
    if learner.kind == _DENSE_PERCEPTRON:
        return int(learner.bias[0] * ONE + multiplied(learner.numbers, row, 1, 0) > 0)
    if learner.kind == _NAIVE_BAYES:
        return _likeliest(learner, row)
    return _nearest(learner, row)


@compiled
def learn(learner: Learner, row: NDArray[np.int32], label: int) -> None:
    """Take a sample with its label into account."""
    kind = learner.kind
    if kind in (_SPARSE_PERCEPTRON, _DENSE_PERCEPTRON):
        if predict(learner, row) == label:
            return
        sign = 1 if label == 1 else -1
        if kind == _SPARSE_PERCEPTRON:
            moved(learner.numbers, row, sign * learner.step)
            bias = learner.bias[0] + sign * learner.step
        else:
            moved_by_values(learner.numbers, row, sign)
            bias = learner.bias[0] + sign * BIAS_STEP
        if -_INT32 <= bias < _INT32:
            learner.bias[0] = bias
    else:
        learner.totals[label, _SAMPLES] += 1
        if kind in (_NAIVE_BAYES, _SPARSE_CENTROID):
            more, squares = counted(learner.numbers, row, learner.lanes, label)
            learner.totals[label, _SUM] += more
        else:
            squares = summed(learner.numbers, row, learner.lanes, label)
        learner.totals[label, _SQUARES] += squares
    learner.version[0] += 1


@compiled
def count_right(
    learner: Learner, starts: NDArray[np.int64], features: NDArray[np.int32], labels: NDArray[np.int64]
) -> int:
    """How many of these samples it predicts as they are labelled."""
    right = 0
    for place in range(len(labels)):
        if predict(learner, features[starts[place] : starts[place + 1]]) == labels[place]:
            right += 1
    return right


@compiled
def _likeliest(learner: Learner, row: NDArray[np.int32]) -> int:
    numbers, lanes, alpha = learner.numbers, learner.lanes, learner.alpha
    length = len(row)
    # Of n terms below 32 each, every one and every partial sum is rounded once; twice that for two classes, and twice
    # for a logarithm that is one unit wrong.
    terms = 2 * length + 2
    doubt = 4 * 32 * _EPSILON * terms * (terms + 4)
    best, best_below, best_value = -1, 0, 0.0
    for label in range(learner.classes):
        samples = learner.totals[label, _SAMPLES]
        if samples == 0:
            continue
        below = 16 * learner.totals[label, _SUM] + learner.spread
        value = math.log(samples) + logarithms(numbers, row, lanes, label, alpha) - length * math.log(below)
        if best < 0:
            better = True
        elif abs(value - best_value) > doubt:
            better = value > best_value
        else:
            best_samples = learner.totals[best, _SAMPLES]
            better = more_likely(numbers, row, lanes, alpha, label, samples, below, best, best_samples, best_below)
        if better:
            best, best_below, best_value = label, below, value
    return max(best, 0)


@compiled
def _nearest(learner: Learner, row: NDArray[np.int32]) -> int:
    best, best_samples, best_distance = 0, 0, 0
    for label in range(learner.classes):
        samples = learner.totals[label, _SAMPLES]
        if samples == 0:
            continue
        if learner.kind == _SPARSE_CENTROID:
            product = added_up(learner.numbers, row, learner.lanes, label)
        else:
            product = multiplied(learner.numbers, row, learner.lanes, label)
        distance = learner.totals[label, _SQUARES] - 2 * samples * product
        if best_samples == 0:
            closer = True
        else:
            left = float(distance) * float(best_samples) * float(best_samples)
            right = float(best_distance) * float(samples) * float(samples)
            if abs(left - right) > 16 * _EPSILON * (abs(left) + abs(right)):
                closer = left < right
            else:
                closer = nearer(distance, samples, best_distance, best_samples)
        if closer:
            best, best_samples, best_distance = label, samples, distance
    return best


def of_model(shape: Shape, state: State, *to_come: Labelled) -> Learner:
    """The arrays of a model.

    Args:
        shape, state: the model.
        to_come: samples that it may learn or be asked for.

    Raises:
        InvalidInput: with these samples its numbers could leave 64 bits, or a sum of a dense centroid 32 bits, which
            the contract refuses.
    """
    model = restored(shape, state)
    numbers = np.zeros((shape.features, shape.lanes), np.int32)
    totals = np.zeros((shape.lanes, 3), np.int64)
    bias = 0
    if isinstance(model, Perceptron):
        numbers[:, 0] = model.weights
        bias = model.bias
    elif isinstance(model, Classed):
        _check_room(model, to_come)
        numbers[:] = np.asarray(model.numbers, np.int64).T
        totals[:, _SAMPLES] = model.samples
        if isinstance(model, Counts):
            totals[:, _SUM] = model.totals
            totals[:, _SQUARES] = model.squares
        elif isinstance(model, DenseCentroid):
            totals[:, _SQUARES] = model.squares
    return Learner(
        int(shape.kind),
        shape.classes,
        shape.lanes,
        shape.step,
        shape.alpha,
        shape.alpha * shape.features,
        numbers.reshape(-1),
        totals,
        np.array([bias], np.int64),
        np.zeros(1, np.int64),
    )


def state_of(shape: Shape, learner: Learner) -> State:
    """What it has learned, as the contract stores it."""
    numbers = learner.numbers.reshape(shape.features, shape.lanes).T.tolist()
    if shape.facts.two_classes:
        perceptron = SparsePerceptron if shape.facts.sparse else DensePerceptron
        return perceptron(shape, numbers[0], int(learner.bias[0])).state()
    kinds: dict[Kind, type[NaiveBayes | SparseCentroid | DenseCentroid]] = {
        Kind.NAIVE_BAYES: NaiveBayes,
        Kind.SPARSE_CENTROID: SparseCentroid,
        Kind.DENSE_CENTROID: DenseCentroid,
    }
    samples = learner.totals[: shape.classes, _SAMPLES].tolist()
    return kinds[shape.kind](shape, numbers[: shape.classes], samples).state()


def _check_room(model: Classed, to_come: tuple[Labelled, ...]) -> None:
    """See `of_model`; what comes is taken to come all to one class, with one sign."""
    samples = max(model.samples) + sum(map(len, to_come))
    before = np.abs(np.asarray(model.numbers, np.float64)).max(axis=0)
    if isinstance(model, DenseCentroid):
        values = [np.abs(each.features.astype(np.float64)).reshape(len(each), -1) for each in to_come if len(each)]
        largest = before + sum(each.sum(axis=0) for each in values)
        if largest.max(initial=0.0) >= _INT32:
            raise _too_large("a sum of the dense centroid could leave 32 bits, which the contract refuses")
        product = float((largest * np.max([each.max(axis=0) for each in values], axis=0, initial=0.0)).sum())
    else:
        largest = np.minimum(before + samples, MAX_COUNT)
        product = float(largest.sum())
    if samples >= _INT32 or float((largest * largest).sum()) + 2 * samples * product >= _ROOM:
        raise _too_large("the sums of the model could leave 64 bits, which the simulation counts with")


def _too_large(what: str) -> InvalidInput:
    return InvalidInput(what, "scale the values of the samples down, or take fewer samples")
