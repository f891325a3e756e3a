"""A score cannot come from the holdout: nothing of it reaches training, and noise scores like a coin."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from hyperbounty.spec.spec import Spec
from hyperbounty.training.engine import TrainingResult, train
from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]

SPEC = Spec(
    cell="GRU",
    recurrent_units=(8,),
    normalization="batch",
    dropout=0.1,
    learning_rate=0.01,
    batch_size=64,
    epochs=4,
)


def _learned(result: TrainingResult) -> tuple[object, ...]:
    return result.losses, result.accuracies, tuple(weight.tobytes() for weight in result.weights)


@pytest.mark.training
def test_nothing_of_the_holdout_reaches_the_training(toy_windows: MakeWindows, backend: str) -> None:
    data, holdout = toy_windows(128, seed=1), toy_windows(90, seed=2)
    other_values = Windows(-5 * holdout.features, holdout.starts, holdout.labels, holdout.length)
    other_labels = Windows(holdout.features, holdout.starts, 1 - holdout.labels, holdout.length)
    fewer = Windows(holdout.features, holdout.starts[:11], holdout.labels[:11], holdout.length)
    first = train(SPEC, data, holdout, seed=1, backend=backend)

    for changed in (other_values, fewer):
        assert _learned(train(SPEC, data, changed, seed=1, backend=backend)) == _learned(first)
    relabelled = train(SPEC, data, other_labels, seed=1, backend=backend)
    assert _learned(relabelled) == _learned(first)
    # Every right prediction is now a wrong one; what is rounded down of the one is lost of the other.
    assert relabelled.score_ppm("accuracy") + first.score_ppm("accuracy") in (999_999, 1_000_000)


@pytest.mark.training
def test_labels_without_a_signal_score_like_a_coin(toy_windows: MakeWindows, backend: str) -> None:
    rng = np.random.default_rng(0)
    data, holdout = (
        Windows(w.features, w.starts, rng.integers(0, 2, len(w)).astype(np.uint8), w.length)
        for w in (toy_windows(512, seed=1), toy_windows(1000, seed=2))
    )
    result = train(SPEC, data, holdout, seed=1, backend=backend)

    # Whatever is predicted, the hits on independent fair labels are binomial: four standard deviations are 63 of 1,000.
    assert abs(result.score_ppm("accuracy") / 1000 - 500) < 4 * math.sqrt(1000) / 2
    # It did learn its training labels by heart a little, so the holdout's are the honest ones.
    assert result.accuracies[-1] > result.accuracies[0]
