"""Specs that train side by side train as each would alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import TrainingError
from hyperbounty.spec.cost import parameters
from hyperbounty.spec.memory import lane_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import CELLS
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.engine import EpochProgress, Trainer, TrainingResult
from hyperbounty.training.execution import program_key
from hyperbounty.training.fusing import LANES_BYTES, LEAST_DEVICE_BYTES, check_device, host_bytes, lanes_that_fit
from hyperbounty.training.machine import MOST_LANES
from hyperbounty.training.windows import Windows
from tests.training.whole_table import WHOLE_TABLE

MakeWindows = Callable[..., Windows]

SPEC = Spec(
    cell="SimpleRNN",
    recurrent_units=(5,),
    dropout=0.2,
    batch_size=32,
    epochs=3,
    learning_rate=0.01,
    gradient_clip=1.0,
    weight_decay=0.001,
)
# All that one program can tell apart.
MEMBERS = [
    (SPEC, 1),
    (SPEC, 2),
    (replace(SPEC, learning_rate=0.1), 1),
    (replace(SPEC, epochs=1), 3),
    (replace(SPEC, gradient_clip=0.1, weight_decay=0.01), 4),
]


@pytest.fixture(scope="module")
def windows(toy_windows: MakeWindows) -> tuple[Windows, Windows]:
    return toy_windows(70, seed=1), toy_windows(60, seed=2)


def _side_by_side(trainer: Trainer, members: list[tuple[Spec, int]]) -> list[TrainingResult]:
    results = dict(trainer.train_many(members))
    assert sorted(results) == list(range(len(members)))
    return [results[index] for index in range(len(members))]


def _needs_lanes(backend: str) -> None:
    if backend != "jax":
        pytest.skip("only JAX trains specs side by side")


@pytest.mark.training
@pytest.mark.parametrize("spec", WHOLE_TABLE, ids=Spec.describe)
def test_side_by_side_is_alone_but_for_rounding(spec: Spec, toy_windows: MakeWindows, backend: str) -> None:
    _needs_lanes(backend)
    windows = toy_windows(64, seed=1), toy_windows(60, seed=2)  # Full batches alone, of which one step is compiled.
    members = [(spec, 1), (replace(spec, learning_rate=0.03), 2), (replace(spec, epochs=1), 3)]
    fused = _side_by_side(Trainer(*windows, backend=backend, arithmetic=Arithmetic(lanes=4)), members)
    alone = Trainer(*windows, backend=backend)

    for (member, seed), one in zip(members, fused, strict=True):
        single = alone.train(member, seed)
        assert len(one.losses) == len(one.checkpoints) == member.epochs
        assert one.losses == pytest.approx(single.losses, rel=1e-4)
        assert one.accuracies == pytest.approx(single.accuracies, abs=0.02)
        assert ((one.logits > 0) != (single.logits > 0)).sum() <= 1
        assert one.parameters == single.parameters
        for a, b in zip(one.weights, single.weights, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


@pytest.mark.training
def test_a_result_does_not_depend_on_what_trains_beside_it(windows: tuple[Windows, Windows], backend: str) -> None:
    _needs_lanes(backend)
    trainer = Trainer(*windows, backend=backend, arithmetic=Arithmetic(lanes=3))
    first = [result.fingerprint for result in _side_by_side(trainer, MEMBERS)]  # Five members through three lanes.

    backwards = [result.fingerprint for result in _side_by_side(trainer, MEMBERS[::-1])]
    assert backwards[::-1] == first
    for member, fingerprint in zip(MEMBERS, first, strict=True):
        assert trainer.train(*member).fingerprint == fingerprint, "with the other lanes idle"
    assert len(set(first)) == len(MEMBERS)


@pytest.mark.training
def test_a_lane_that_diverges_leaves_the_others_alone(windows: tuple[Windows, Windows], backend: str) -> None:
    _needs_lanes(backend)
    spec = Spec(
        cell="SimpleRNN",
        recurrent_units=(16,),
        activation="relu",
        loss="squared_hinge",
        optimizer="sgd",
        batch_size=8,
        epochs=4,
    )
    wild = replace(spec, learning_rate=1.0)
    trainer = Trainer(*windows, backend=backend, arithmetic=Arithmetic(lanes=2))
    calm = trainer.train(spec, 1)
    diverged, beside, after = _side_by_side(trainer, [(wild, 5), (spec, 1), (replace(spec, epochs=2), 1)])

    assert diverged.diverged_at is not None
    assert diverged.score_ppm("accuracy") == 0
    assert beside.fingerprint == calm.fingerprint
    assert after.losses == calm.losses[:2], "in the lane that had diverged"


@pytest.mark.training
def test_members_of_many_programs_come_back_each_with_its_epochs(
    windows: tuple[Windows, Windows], backend: str
) -> None:
    trainer = Trainer(*windows, backend=backend)
    members = [(SPEC, 1), (replace(SPEC, batch_size=70), 2), (replace(SPEC, epochs=1), 3)]
    heard: list[tuple[int, EpochProgress]] = []
    results = dict(trainer.train_many(members, lambda index, progress: heard.append((index, progress))))

    for index, (spec, _) in enumerate(members):
        mine = [progress for other, progress in heard if other == index]
        assert [(p.epoch, p.epochs) for p in mine] == [(i + 1, spec.epochs) for i in range(spec.epochs)]
        assert tuple(p.loss for p in mine) == results[index].losses


@pytest.mark.training
def test_training_something_else_between_two_results_changes_neither(
    windows: tuple[Windows, Windows], backend: str
) -> None:
    trainer = Trainer(*windows, backend=backend)
    expected = [trainer.train(*member).fingerprint for member in MEMBERS[:2]]
    got = {}
    for index, result in trainer.train_many(MEMBERS[:2]):
        got[index] = result.fingerprint
        trainer.train(replace(SPEC, epochs=1), 9)
    assert [got[0], got[1]] == expected


def test_specs_share_a_program_up_to_what_one_program_can_tell_apart() -> None:
    assert len({program_key(spec) for spec, _ in MEMBERS}) == 1
    for change in ({"gradient_clip": 0.0}, {"weight_decay": 0.0}, {"dropout": 0.3}, {"batch_size": 33}):
        assert program_key(replace(SPEC, **change)) != program_key(SPEC)


def test_tensorflow_says_that_it_trains_one_at_a_time(windows: tuple[Windows, Windows]) -> None:
    with pytest.raises(TrainingError, match="one spec at a time, not 2; choose jax"):
        Trainer(*windows, backend="tensorflow", arithmetic=Arithmetic(lanes=2))


@given(
    cell=st.sampled_from(CELLS), units=st.integers(1, 1024), batch=st.integers(1, 8192), most=st.integers(1, MOST_LANES)
)
def test_the_lanes_are_those_of_the_manifest_as_far_as_they_fit(cell: str, units: int, batch: int, most: int) -> None:
    spec = Spec(cell=cell, recurrent_units=(units,), batch_size=batch)
    shape = TaskShape(features=8, rows=2048, sequence_length=60)
    lanes = lanes_that_fit(spec, most, shape)

    assert 1 <= lanes <= most
    assert lanes == 1 or lanes * lane_bytes(spec, shape) <= LANES_BYTES < LEAST_DEVICE_BYTES
    assert lanes == most or (lanes + 1) * lane_bytes(spec, shape) > LANES_BYTES, "no fewer than fit"
    assert lanes_that_fit(replace(spec, learning_rate=0.5, epochs=7), most, shape) == lanes
    assert host_bytes(spec, lanes, shape) >= 2 * 4 * lanes * parameters(spec, 8)


def test_an_accelerator_too_small_for_the_lanes_of_a_contest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hyperbounty.training.fusing.device_memory", lambda: LEAST_DEVICE_BYTES)
    check_device()
    monkeypatch.setattr("hyperbounty.training.fusing.device_memory", lambda: 4 * 2**30)
    with pytest.raises(TrainingError, match=r"may take 4\.0 GiB of the accelerator, and needs 6\.7; train on a larger"):
        check_device()


@pytest.mark.training
@pytest.mark.parametrize(
    "spec",
    [
        Spec(cell="SimpleRNN", recurrent_units=(32,), batch_size=64),
        Spec(cell="LSTM", recurrent_units=(32, 16), batch_size=64, dropout=0.2),
        Spec(cell="GRU", recurrent_units=(24,), batch_size=128, normalization="batch", activation="gelu"),
    ],
    ids=Spec.describe,
)
def test_a_lane_takes_no_more_memory_than_is_reckoned(spec: Spec, toy_windows: MakeWindows, backend: str) -> None:
    _needs_lanes(backend)
    from hyperbounty.training.jax_program import JaxProgram
    from hyperbounty.training.program import Data

    lanes, length = 8, 30
    data = toy_windows(256, seed=1, length=length)
    program = JaxProgram(spec, Data.of(data, toy_windows(64, seed=2, length=length)), lanes)

    reckoned = lanes * lane_bytes(spec, TaskShape(features=3, rows=256, sequence_length=length))
    assert program.bytes_taken() <= reckoned <= 8 * program.bytes_taken()
