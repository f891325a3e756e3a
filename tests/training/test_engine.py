"""What a training reports is what the model did, and what goes wrong is named."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hyperbounty.errors import TrainingError
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import METRICS
from hyperbounty.training.engine import EpochProgress, Trainer, TrainingResult, train
from hyperbounty.training.execution import Execution, choose_execution, program_key
from hyperbounty.training.model import build_model
from hyperbounty.training.weights import from_npz, to_npz
from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]

SMALL = Spec(cell="SimpleRNN", recurrent_units=(6,), learning_rate=0.01, batch_size=32, epochs=2)


def _logits(data: Windows, weights: tuple[np.ndarray, ...], seed: int, spec: Spec = SMALL) -> np.ndarray:
    """Logits of every window of `data`, by Keras itself over the explicit windows."""
    model = build_model(spec, length=data.length, features=data.features.shape[1], seed=seed)
    if weights:
        model.set_weights(list(weights))
    return np.asarray(model(data.view()[data.starts], training=False))[:, 0]


@pytest.mark.training
def test_a_signal_is_learned_well_above_the_base_rate(toy_windows: MakeWindows, backend: str) -> None:
    train_windows, holdout = toy_windows(600, seed=1), toy_windows(300, seed=2)
    result = train(replace(SMALL, epochs=12), train_windows, holdout, seed=1, backend=backend)

    assert holdout.base_rate < 0.6
    assert result.score_ppm("balanced_accuracy") > 850_000
    assert result.losses[-1] < result.losses[0] / 2
    assert not result.constant


@pytest.mark.training
def test_the_score_is_that_of_the_weights_that_are_returned(toy_windows: MakeWindows, backend: str) -> None:
    holdout = toy_windows(1100, seed=2)  # More than one batch of predictions.
    result = train(SMALL, toy_windows(70, seed=1), holdout, seed=1, backend=backend)
    logits = _logits(holdout, result.weights, seed=9)

    assert result.logits == pytest.approx(logits, abs=1e-5)
    assert ((result.logits > 0) == (logits > 0)).all()
    hits = int(((logits > 0) == holdout.labels).sum())
    assert result.score_ppm("accuracy") == hits * 1_000_000 // 1100
    for name, metric in METRICS.items():
        assert result.score_ppm(name) == metric.score(holdout.labels.astype(bool), result.logits)
        assert result.holdout_ppm[name][-1] == result.score_ppm(name)


@pytest.mark.training
@pytest.mark.parametrize("batch_size", [32, 35, 1, 8192])
def test_an_epoch_sees_every_window_once(batch_size: int, toy_windows: MakeWindows, backend: str) -> None:
    # At a rate of one millionth the weights stand still, so the epoch's loss is the mean over all windows. The windows
    # lie apart and out of order, so it comes out right only where each is gathered from its own rows.
    data = toy_windows(200, seed=1)
    starts = np.random.default_rng(0).permutation(200)[:70]
    data = Windows(data.features, starts, data.labels[starts], data.length)
    spec = replace(SMALL, optimizer="sgd", learning_rate=1e-6, batch_size=batch_size, epochs=1)
    result = train(spec, data, toy_windows(30, seed=2), seed=4, backend=backend)

    logits = _logits(data, (), seed=4, spec=spec)
    expected = np.log1p(np.exp(-np.where(data.labels == 1, logits, -logits))).mean()
    assert result.losses[0] == pytest.approx(expected, rel=1e-4)
    assert result.accuracies[0] == pytest.approx(((logits > 0) == data.labels).mean(), abs=1e-9)


@pytest.mark.training
def test_a_batch_larger_than_the_data_is_the_data(toy_windows: MakeWindows, backend: str) -> None:
    data, holdout = toy_windows(50, seed=1), toy_windows(30, seed=2)
    large, exact = (
        train(replace(SMALL, batch_size=size), data, holdout, seed=1, backend=backend) for size in (8192, 50)
    )
    assert large.fingerprint == exact.fingerprint


@pytest.mark.training
def test_every_epoch_is_reported_as_it_ends(toy_windows: MakeWindows, backend: str) -> None:
    heard: list[EpochProgress] = []
    result = train(
        replace(SMALL, epochs=3), toy_windows(60, seed=1), toy_windows(30, seed=2), 1, heard.append, backend=backend
    )

    assert [(p.epoch, p.epochs) for p in heard] == [(1, 3), (2, 3), (3, 3)]
    assert tuple(p.loss for p in heard) == result.losses
    assert tuple(p.accuracy for p in heard) == result.accuracies
    for name in METRICS:
        assert tuple(p.holdout_ppm[name] for p in heard) == result.holdout_ppm[name]
    assert 0 < sum(p.seconds for p in heard) <= result.seconds


@pytest.mark.training
def test_divergence_stops_the_training_scores_zero_and_is_named(toy_windows: MakeWindows, backend: str) -> None:
    spec = Spec(
        cell="SimpleRNN",
        recurrent_units=(16,),
        activation="relu",
        loss="squared_hinge",
        optimizer="sgd",
        learning_rate=1.0,
        batch_size=8,
        epochs=30,
    )
    result = train(spec, toy_windows(200, seed=1), toy_windows(60, seed=2), seed=1, backend=backend)

    assert result.diverged_at is not None
    assert len(result.losses) == len(result.accuracies) == result.diverged_at < 30
    assert {len(curve) for curve in result.holdout_ppm.values()} == {result.diverged_at}
    assert [result.score_ppm(name) for name in METRICS] == [0] * len(METRICS)
    assert len(result.logits) == 0
    assert not all(map(math.isfinite, result.losses)) or not all(np.isfinite(w).all() for w in result.weights)
    assert not result.constant


@pytest.mark.training
def test_a_model_that_names_one_class_only_is_called_constant(toy_windows: MakeWindows, backend: str) -> None:
    data = toy_windows(60, seed=1)
    only_rises = Windows(data.features, data.starts, np.ones_like(data.labels), data.length)
    holdout = toy_windows(40, seed=2)
    result = train(
        replace(SMALL, optimizer="sgd", learning_rate=1.0, epochs=10), only_rises, holdout, seed=1, backend=backend
    )

    assert result.constant
    assert (result.logits > 0).all()
    assert result.score_ppm("balanced_accuracy") == 500_000
    assert result.score_ppm("accuracy") == holdout.labels.sum() * 1_000_000 // 40


def _windows(**changes: object) -> Windows:
    parts: dict[str, object] = {
        "features": np.zeros((12, 2), np.float32),
        "starts": np.arange(5),
        "labels": np.zeros(5, np.uint8),
        "length": 8,
    }
    return Windows(**(parts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("train_windows", "holdout", "named"),
    [
        (_windows(starts=np.arange(0), labels=np.zeros(0, np.uint8)), _windows(), "no training windows"),
        (_windows(), _windows(starts=np.arange(0), labels=np.zeros(0, np.uint8)), "no holdout windows"),
        (_windows(starts=np.arange(1, 6)), _windows(), "reach outside their 12 rows"),
        (_windows(starts=np.arange(-1, 4)), _windows(), "reach outside their 12 rows"),
        (_windows(labels=np.zeros(4, np.uint8)), _windows(), "4 labels"),
        (_windows(), _windows(features=np.zeros((12, 3), np.float32)), "holdout windows 8 of 3"),
        (_windows(), _windows(length=7), "holdout windows 7 of 2"),
        (_windows(features=np.full((12, 2), np.nan, np.float32)), _windows(), "row 0 of the training features"),
        (_windows(), _windows(features=np.full((12, 2), np.inf, np.float32)), "row 0 of the holdout features"),
    ],
)
def test_windows_that_cannot_be_trained_on_are_an_error_and_not_a_score(
    train_windows: Windows, holdout: Windows, named: str, backend: str
) -> None:
    with pytest.raises(TrainingError, match=named):
        Trainer(train_windows, holdout, backend=backend)


def test_long_trainings_go_through_xla_and_short_ones_do_not() -> None:
    shape = TaskShape(features=8, rows=2048, sequence_length=60)

    def chosen(**changes: Any) -> Execution:
        return choose_execution(replace(SMALL, batch_size=64, **changes), shape)

    # 32 batches of 60 rows are 1,920 timesteps an epoch.
    assert chosen(recurrent_units=(32,), epochs=8) is Execution.XLA
    assert chosen(recurrent_units=(32,), epochs=7) is Execution.GRAPH
    assert chosen(recurrent_units=(32, 32), epochs=4) is Execution.XLA
    assert chosen(recurrent_units=(32,), bidirectional=True, epochs=4) is Execution.XLA


def test_specs_share_a_program_up_to_rate_and_epochs() -> None:
    assert program_key(SMALL) == program_key(replace(SMALL, learning_rate=0.5, epochs=900))
    assert program_key(SMALL) != program_key(replace(SMALL, batch_size=33))


def _result(**changes: object) -> TrainingResult:
    parts: dict[str, object] = {
        "parameters": 3,
        "losses": (0.5, 0.25),
        "accuracies": (0.5, 0.75),
        "holdout_ppm": {"accuracy": (333_333, 666_666), "auc": (1, 2)},
        "logits": np.array([0.5, -0.5, 1.0], np.float32),
        "diverged_at": None,
        "seconds": 1.0,
        "weights": (np.arange(4, dtype=np.float32).reshape(2, 2), np.zeros(2, np.float32)),
    }
    return TrainingResult(**(parts | changes))  # type: ignore[arg-type]


def test_the_fingerprint_leaves_out_the_time_alone() -> None:
    assert (_result().score_ppm("accuracy"), _result().score_ppm("auc")) == (666_666, 2)
    assert _result(seconds=2.0).fingerprint == _result().fingerprint
    others = [
        _result(losses=(0.5, math.nextafter(0.25, 1))),
        _result(accuracies=(0.75, 0.5)),
        _result(holdout_ppm={"accuracy": (333_333, 666_666), "auc": (1, 3)}),
        _result(logits=np.array([0.5, -0.5, 2.0], np.float32)),
        _result(diverged_at=2),
        _result(weights=(np.arange(4, dtype=np.float32), np.zeros(2, np.float32))),
        _result(weights=(np.arange(4, dtype=np.float32).reshape(2, 2), np.ones(2, np.float32))),
    ]
    assert len({result.fingerprint for result in [*others, _result()]}) == 8


def test_weights_keep_their_bits_in_a_file_that_numpy_reads(tmp_path: Path) -> None:
    weights = (np.array([[0.1, np.nan], [np.inf, -0.0]], np.float32), np.arange(3, dtype=np.float32))
    data = to_npz(weights)
    file = tmp_path / "weights.npz"
    file.write_bytes(data)

    assert to_npz(from_npz(data)) == data
    for a, b in zip(from_npz(data), weights, strict=True):
        assert a.tobytes() == b.tobytes()
        assert a.shape == b.shape
    with np.load(file) as archive:
        assert archive.files == ["weight_000", "weight_001"]
