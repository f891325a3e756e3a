"""What the engine compiles is what Keras does by itself, for every value of the spec's table, but for rounding."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from hyperbounty.spec.cost import parameters
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import ACTIVATIONS, CELLS, LOSSES, NORMALIZATIONS, OPTIMIZERS
from hyperbounty.training.backend import keras
from hyperbounty.training.engine import Trainer
from hyperbounty.training.execution import Execution
from hyperbounty.training.losses import mean_loss
from hyperbounty.training.model import build_model, build_optimizer
from hyperbounty.training.seeding import epoch_order
from hyperbounty.training.windows import Windows
from tests.training.whole_table import WHOLE_TABLE

MakeWindows = Callable[..., Windows]

SWEEP = int(os.environ.get("HYPERBOUNTY_TEST_SWEEP", "0"))
"""Random specs to hold against Keras beside the eight; some seconds each."""


def _random_spec(number: int) -> Spec:
    rng = np.random.default_rng(number)
    units = [tuple(int(u) for u in rng.integers(1, 9, count)) for count in (rng.integers(1, 4), rng.integers(0, 3))]
    return Spec(
        cell=str(rng.choice(CELLS)),
        recurrent_units=units[0],
        dense_units=units[1],
        activation=str(rng.choice(ACTIVATIONS)),
        dense_activation=str(rng.choice(ACTIVATIONS)) if units[1] else "tanh",
        loss=str(rng.choice(LOSSES)),
        optimizer=str(rng.choice(OPTIMIZERS)),
        learning_rate=int(rng.integers(1, 20)) / 1000,
        batch_size=int(rng.integers(10, 80)),
        epochs=2,
        dropout=int(rng.integers(0, 6)) / 10,
        normalization=str(rng.choice(NORMALIZATIONS)),
        bidirectional=bool(rng.integers(2)),
        gradient_clip=int(rng.integers(0, 3)) / 2,
        weight_decay=int(rng.integers(0, 3)) / 1000,
    )


@cache
def _by_keras(spec: Spec, data: Windows, seed: int, backend: str) -> tuple[list[float], list[np.ndarray]]:
    """Losses and weights of Keras' own layers and training steps over explicit windows, in the order of the engine.

    Kept, since both executions are held against it.
    """
    features = data.features.shape[1]
    model = build_model(spec, length=data.length, features=features, seed=seed, recurrent=keras.layers)
    model.compile(
        optimizer=build_optimizer(spec),
        loss=lambda labels, logits: mean_loss(spec.loss, logits[:, 0], labels[:, 0]),
        run_eagerly=backend == "tensorflow",  # A graph a spec takes longer to trace than to train.
        jit_compile=backend == "jax",
    )
    losses = []
    for epoch in range(1, spec.epochs + 1):
        order, total = epoch_order(seed, epoch, len(data)), 0.0
        for begin in range(0, len(data), spec.batch_size):
            batch = order[begin : begin + spec.batch_size].astype(np.int64)
            model.reset_metrics()
            loss = model.train_on_batch(data.take(batch), data.labels[batch].astype(np.float32)[:, None])
            total += float(loss) * len(batch)
        losses.append(total / len(data))
    return losses, model.get_weights()


def _holds(spec: Spec, data: Windows, holdout: Windows, backend: str, execution: Execution | None = None) -> None:
    seed = 3
    result = Trainer(data, holdout, backend=backend, execution=execution).train(spec, seed)
    losses, weights = _by_keras(spec, data, seed, backend)
    before = build_model(spec, length=data.length, features=data.features.shape[1], seed=seed)
    after = build_model(spec, length=data.length, features=data.features.shape[1], seed=seed)
    after.set_weights(weights)
    rises = np.asarray(after(holdout.view()[holdout.starts], training=False))[:, 0] > 0

    assert result.diverged_at is None
    assert result.losses == pytest.approx(losses, rel=1e-3, abs=1e-5)
    for ours, theirs in zip(result.weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-3, atol=5e-4)
    assert ((result.logits > 0) != rises).sum() <= 1  # A logit may lie on the edge.
    assert result.parameters == parameters(spec, 3) == sum(w.size for w in result.weights)
    # A kernel of a relu whose units are all off may stand still, but not a whole model.
    moved = [not np.allclose(a, b, atol=1e-6) for a, b in zip(before.get_weights(), result.weights, strict=True)]
    assert sum(moved) >= 0.7 * len(moved)


@pytest.mark.training
@pytest.mark.parametrize("execution", Execution)
@pytest.mark.parametrize("spec", WHOLE_TABLE, ids=Spec.describe)
def test_a_compiled_training_is_that_of_keras(
    spec: Spec, execution: Execution, toy_windows: MakeWindows, backend: str
) -> None:
    if (backend, execution) == ("jax", Execution.GRAPH):
        pytest.skip("JAX has XLA alone")
    # Two full batches: what an epoch leaves over is compiled as well, and has a test below.
    _holds(spec, toy_windows(64, seed=1), toy_windows(60, seed=2), backend, execution)


@pytest.mark.training
@pytest.mark.skipif(SWEEP == 0, reason="HYPERBOUNTY_TEST_SWEEP says how many random specs to train")
@pytest.mark.parametrize("number", range(SWEEP))
def test_a_random_compiled_training_is_that_of_keras(number: int, toy_windows: MakeWindows, backend: str) -> None:
    spec = _random_spec(number)
    executions = [None] if backend == "jax" else list(Execution)
    for execution in executions:
        _holds(spec, toy_windows(70, seed=1), toy_windows(60, seed=2), backend, execution)


@pytest.mark.training
@pytest.mark.parametrize(("batch_size", "normalization"), [(16, "none"), (35, "none"), (64, "batch"), (8192, "none")])
def test_what_is_left_of_an_epoch_is_a_batch_as_keras_makes_it(
    batch_size: int, normalization: str, toy_windows: MakeWindows, backend: str
) -> None:
    # 150 windows: filled up (9 batches and 6 windows), compiled for itself (4 and 10; 2 and 22), and one batch of all.
    spec = Spec(
        cell="SimpleRNN",
        recurrent_units=(4,),
        normalization=normalization,
        dropout=0.2,
        learning_rate=0.01,
        batch_size=batch_size,
        epochs=2,
    )
    _holds(spec, toy_windows(150, seed=1), toy_windows(60, seed=2), backend)


@pytest.mark.training
def test_how_far_a_training_clips_and_decays_is_no_part_of_its_program(toy_windows: MakeWindows, backend: str) -> None:
    spec = Spec(cell="SimpleRNN", recurrent_units=(4,), batch_size=32, epochs=2, gradient_clip=1, weight_decay=0.001)
    other = replace(spec, gradient_clip=0.05, weight_decay=0.1, learning_rate=0.05, epochs=1)
    trainer = Trainer(toy_windows(64, seed=1), toy_windows(60, seed=2), backend=backend)
    alone = Trainer(toy_windows(64, seed=1), toy_windows(60, seed=2), backend=backend)
    trainer.train(spec, 3)

    assert trainer.train(other, 3).fingerprint == alone.train(other, 3).fingerprint
