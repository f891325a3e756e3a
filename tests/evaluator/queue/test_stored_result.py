"""What is kept of a training comes back as it was."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.queue.stored_result import StoredResult
from hyperbounty.errors import TrainingError
from hyperbounty.statistics.metrics import METRICS
from hyperbounty.training.result import TrainingResult
from tests.compute.stub_training import SPEC, stub_result

curves = st.lists(st.floats(width=64), max_size=5).map(tuple)


@given(
    losses=curves,
    accuracies=curves,
    diverged_at=st.none() | st.integers(1, 9),
    scores=st.lists(st.integers(0, 10**6)).map(tuple),
    logits=st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=9),
)
def test_a_result_comes_back_as_it_was(
    losses: tuple[float, ...],
    accuracies: tuple[float, ...],
    diverged_at: int | None,
    scores: tuple[int, ...],
    logits: list[float],
) -> None:
    weights = (np.ones((2, 0, 3), np.float32),)
    whole = TrainingResult(
        parameters=7,
        losses=losses,
        accuracies=accuracies,
        holdout_ppm=dict.fromkeys(METRICS, scores),
        logits=np.array(logits, np.float32),
        diverged_at=diverged_at,
        seconds=1.25,
        weights=weights,
        checkpoints=("ab" * 32,) * len(losses),
    )
    back = StoredResult.from_json(StoredResult.of(whole, "bafkqaaa", {"cpu": "one"}).to_json())
    assert back.machine == {"cpu": "one"}
    assert back.weights == "bafkqaaa"
    assert back.result.fingerprint == replace(whole, weights=()).fingerprint
    assert back.result.seconds == whole.seconds


def test_a_number_that_is_not_finite_comes_back() -> None:
    whole = replace(stub_result(SPEC, 1), losses=(math.nan, math.inf, -math.inf))
    losses = StoredResult.from_json(StoredResult.of(whole, "b", {}).to_json()).result.losses
    assert [math.isnan(losses[0]), *losses[1:]] == [True, math.inf, -math.inf]


def test_a_result_of_another_version_is_named() -> None:
    line = StoredResult.of(stub_result(SPEC, 1), "b", {}).to_json().replace("result/3", "result/9")
    with pytest.raises(TrainingError, match="result/9"):
        StoredResult.from_json(line)
