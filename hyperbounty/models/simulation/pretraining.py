"""What a model has learned before it goes live.

A perceptron goes several times through the samples. What it then has is the mean of all the weights that it had on the
way (the averaged perceptron, Freund and Schapire 1999), which is better than the last ones, and steadier. The other
kinds count or add each sample once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape, State, empty
from hyperbounty.models.simulation.compiled import compiled
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.learner import Learner, learn, of_model, predict, state_of

_MOST_PASSES: Final = 1_000


def pretrained(shape: Shape, samples: Labelled, *, passes: int = 5, step: int = 64) -> State:
    """The state of a model after these samples.

    Args:
        shape: of the model.
        samples: in the order in which they are learned.
        passes: how often a perceptron goes through them.
        step: by which a sparse perceptron moves meanwhile. The larger it is beside the step of `shape`, the less a
            sample weighs that is added later.

    Raises:
        InvalidInput: passes or step cannot be; or see `of_model`.

    >>> shape = Shape(Kind.SPARSE_PERCEPTRON, features=2, step=4)
    >>> pretrained(shape, Labelled.of([[0], [1]], [0, 1]), passes=2).words[0] >> 16
    48
    """
    if not 1 <= passes <= _MOST_PASSES:
        raise InvalidInput(f"there are {passes} passes", f"go through the samples once to {_MOST_PASSES:,} times")
    if shape.kind is Kind.SPARSE_PERCEPTRON:
        learner = of_model(replace(shape, step=step), empty(shape).state(), samples)
    else:
        learner = of_model(shape, empty(shape).state(), samples)
    if not shape.facts.two_classes:
        _learn_all(learner, samples.starts, samples.features, samples.labels)
    elif len(samples):
        sums = np.zeros(len(learner.numbers) + 1, np.int64)
        _learn_averaging(learner, samples.starts, samples.features, samples.labels, passes, sums)
        # Rounded to the nearest, halves up.
        turns = passes * len(samples)
        means = (2 * sums + turns) // (2 * turns)
        learner.numbers[:] = means[:-1]
        learner.bias[0] = means[-1]
    return state_of(shape, learner)


@compiled
def _learn_all(
    learner: Learner, starts: NDArray[np.int64], features: NDArray[np.int32], labels: NDArray[np.int64]
) -> None:
    for place in range(len(labels)):
        learn(learner, features[starts[place] : starts[place + 1]], labels[place])


@compiled
def _learn_averaging(
    learner: Learner,
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    labels: NDArray[np.int64],
    passes: int,
    sums: NDArray[np.int64],
) -> None:
    """Learn, and add up weights and bias as they are after each sample."""
    # Weights that last for many samples are added once, so many times.
    lasted = 0
    for _ in range(passes):
        for place in range(len(labels)):
            row = features[starts[place] : starts[place + 1]]
            if predict(learner, row) != labels[place]:
                _add(learner, lasted, sums)
                lasted = 0
                learn(learner, row, labels[place])
            lasted += 1
    _add(learner, lasted, sums)


@compiled
def _add(learner: Learner, times: int, sums: NDArray[np.int64]) -> None:
    sums[:-1] += learner.numbers * np.int64(times)
    sums[-1] += learner.bias[0] * times
