"""What decides a result is in its key, and what is kept of a result comes back as it was."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.queue.results import Record
from hyperbounty.compute.jobs import Job
from hyperbounty.compute.limits import ACCELERATOR_BYTES, HUNG_LEAST_S, Limits, estimate_seconds, machine_memory_bytes
from hyperbounty.errors import TrainingError
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.training.result import TrainingResult
from tests.evaluator.stub_training import DATA, SPEC, stub_result

curves = st.lists(st.floats(width=64), max_size=5).map(tuple)


def test_a_jobs_key_changes_with_all_that_decides_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job.of(SPEC.word, seed=1, data=DATA)
    assert job == Job.of(SPEC.word, seed=1, data=DATA)
    others = [
        Job.of(replace(SPEC, epochs=11).word, seed=1, data=DATA),
        Job.of(SPEC.word, seed=2, data=DATA),
        Job.of(SPEC.word, seed=1, data=replace(DATA, name="e" * 64)),
        Job.of(SPEC.word, seed=1, data=DATA, device="accelerator"),
    ]
    monkeypatch.setattr("hyperbounty.training.machine.ENGINE_VERSION", -1)
    others.append(Job.of(SPEC.word, seed=1, data=DATA))
    assert len({job.key, *(other.key for other in others)}) == 6


def test_on_an_accelerator_the_machine_needs_the_same_for_all_of_a_program() -> None:
    def needed(spec: Spec, device: str = "accelerator") -> int:
        return Job.of(spec.word, seed=1, data=DATA, device=device).memory_bytes

    assert needed(SPEC) == needed(replace(SPEC, epochs=9, learning_rate=0.5)) > ACCELERATOR_BYTES
    assert needed(replace(SPEC, recurrent_units=(300,))) > needed(SPEC)
    assert needed(SPEC, "cpu") < needed(SPEC)


@given(losses=curves, accuracies=curves, diverged_at=st.none() | st.integers(1, 9), correct=st.integers(0, 9))
def test_a_result_comes_back_as_it_was(
    losses: tuple[float, ...], accuracies: tuple[float, ...], diverged_at: int | None, correct: int
) -> None:
    weights = (np.ones((2, 0, 3), np.float32),)
    whole = TrainingResult(
        7, losses, accuracies, losses, correct, 9, 2, diverged_at, 1.25, weights, ("ab" * 32,) * len(losses)
    )
    back = Record.from_json(Record.of(whole, "bafkqaaa", {"cpu": "one"}).to_json())
    assert back.machine == {"cpu": "one"}
    assert back.weights == "bafkqaaa"
    assert back.result.fingerprint == replace(whole, weights=()).fingerprint
    assert back.result.seconds == whole.seconds


def test_a_number_that_is_not_finite_comes_back() -> None:
    whole = replace(stub_result(SPEC, 1), losses=(math.nan, math.inf, -math.inf))
    losses = Record.from_json(Record.of(whole, "b", {}).to_json()).result.losses
    assert [math.isnan(losses[0]), *losses[1:]] == [True, math.inf, -math.inf]


def test_a_result_of_another_version_is_named() -> None:
    line = Record.of(stub_result(SPEC, 1), "b", {}).to_json().replace("result/2", "result/9")
    with pytest.raises(TrainingError, match="result/9"):
        Record.from_json(line)


def test_what_takes_longer_is_estimated_to_take_longer() -> None:
    def estimate(spec: Spec) -> float:
        return estimate_seconds(spec, TaskShape(features=8, rows=2048, sequence_length=60))

    small = Spec(recurrent_units=(32,), batch_size=64, epochs=10)
    slower = [
        replace(small, epochs=20),
        replace(small, recurrent_units=(64,)),
        replace(small, recurrent_units=(32, 32)),
        replace(small, bidirectional=True),
        replace(small, batch_size=8),
    ]
    assert all(estimate(spec) > estimate(small) for spec in slower)


def test_limits_are_wide_and_follow_the_machine() -> None:
    limits = Limits.of(replace(SPEC, epochs=10).word, estimate_s=100.0, memory_bytes=1000)
    slow = Limits.of(replace(SPEC, epochs=10).word, estimate_s=100.0, memory_bytes=1000, slowness=3.0)
    fast = Limits.of(replace(SPEC, epochs=10).word, estimate_s=100.0, memory_bytes=1000, slowness=0.1)
    assert limits.total_s > 1000
    assert HUNG_LEAST_S < limits.epoch_s < limits.total_s
    assert slow.total_s > limits.total_s
    assert fast == limits
    assert limits.memory_bytes > 2**30


def test_the_machine_has_some_memory() -> None:
    assert machine_memory_bytes() > 2**27
