"""Every value of the spec's table becomes a model that trains, by the formulas that are promised."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import CELLS, LOSSES
from hyperbounty.training.backend import keras
from hyperbounty.training.engine import Trainer
from hyperbounty.training.execution import Execution
from hyperbounty.training.losses import mean_loss
from hyperbounty.training.model import build_model, build_optimizer
from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]


@pytest.mark.training
def test_both_executions_train_to_the_same_numbers_but_for_rounding(toy_windows: MakeWindows, backend: str) -> None:
    if backend == "jax":
        pytest.skip("JAX executes nothing but through XLA")
    spec = Spec(
        cell="GRU", recurrent_units=(6,), normalization="batch", optimizer="nadam", epochs=3, learning_rate=0.01
    )
    data, holdout = toy_windows(128, seed=1), toy_windows(60, seed=2)
    xla, graph = (
        Trainer(data, holdout, execution=e, backend=backend).train(spec, 5) for e in (Execution.XLA, Execution.GRAPH)
    )

    assert xla.losses == pytest.approx(graph.losses, rel=1e-3)
    for a, b in zip(xla.weights, graph.weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-3)


def test_normalization_and_dropout_follow_every_hidden_layer() -> None:
    spec = Spec(recurrent_units=(4, 3), dense_units=(2,), normalization="layer", dropout=0.25)
    model = build_model(spec, length=5, features=2, seed=0)

    between = ["LayerNormalization", "Dropout"]
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["LSTM", *between, "LSTM", *between, "Dense", *between, "Dense"]
    assert model.output_shape == (None, 1)
    assert [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"] == [0.25] * 3


def test_only_the_last_recurrent_layer_drops_its_sequence() -> None:
    model = build_model(Spec(recurrent_units=(4, 3, 2)), length=5, features=2, seed=0)
    assert [layer.return_sequences for layer in model.layers[:3]] == [True, True, False]


@pytest.mark.parametrize("cell", CELLS)
def test_the_two_directions_start_with_different_weights(cell: str) -> None:
    layer = build_model(Spec(cell=cell, recurrent_units=(4,), bidirectional=True), length=5, features=2, seed=0).layers[
        0
    ]
    forward, backward = layer.forward_layer, layer.backward_layer
    assert backward.go_backwards
    assert not np.array_equal(forward.weights[0].numpy(), backward.weights[0].numpy())
    assert not np.array_equal(forward.weights[1].numpy(), backward.weights[1].numpy())


def test_the_seed_alone_decides_the_initial_weights() -> None:
    def weights(seed: int) -> list[np.ndarray]:
        return [w.numpy() for w in build_model(Spec(dense_units=(3,)), length=5, features=2, seed=seed).weights]

    first, other = weights(1), weights(2)
    assert all(np.array_equal(a, b) for a, b in zip(first, weights(1), strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True) if a.ndim == 2)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_agree_with_keras(name: str) -> None:
    rng = np.random.default_rng(0)
    z, y = rng.normal(scale=3, size=50).astype(np.float32), rng.integers(0, 2, 50).astype(np.float32)
    p, m = 1 / (1 + np.exp(-z)), (2 * y - 1) * z
    reference: dict[str, Callable[[], Any]] = {
        "binary_crossentropy": lambda: keras.losses.binary_crossentropy(y, z, from_logits=True),
        "mean_squared_error": lambda: keras.losses.mean_squared_error(y, p),
        "hinge": lambda: keras.losses.hinge(y, z),
        "squared_hinge": lambda: keras.losses.squared_hinge(y, z),
        "modified_huber": lambda: np.mean(np.where(m < -1, -4 * m, np.maximum(0, 1 - m) ** 2)),
        "binary_focal_crossentropy": lambda: keras.losses.binary_focal_crossentropy(y, z, from_logits=True),
    }
    assert float(mean_loss(name, z, y)) == pytest.approx(float(reference[name]()), rel=1e-4)


@pytest.mark.parametrize("name", ["binary_crossentropy", "hinge", "squared_hinge", "modified_huber"])
def test_a_confident_mistake_still_costs_in_proportion(name: str) -> None:
    z, y = np.array([80.0], np.float32), np.array([0.0], np.float32)
    costs = {"squared_hinge": 81.0**2, "modified_huber": 320.0, "hinge": 81.0}
    assert float(mean_loss(name, z, y)) == pytest.approx(costs.get(name, 80.0))


def _steps(spec: Spec, count: int) -> float:
    """A weight of 2 after `count` steps of gradient 0.5."""
    weight = keras.Variable([2.0])
    optimizer = build_optimizer(spec)
    for _ in range(count):
        optimizer.apply([keras.ops.convert_to_tensor([0.5])], [weight])
    return float(weight.numpy()[0])


@pytest.mark.parametrize(
    ("spec", "after_two"),
    [
        (Spec(optimizer="sgd", learning_rate=0.1), 2 - 2 * 0.05),
        (Spec(optimizer="momentum", learning_rate=0.1), 2 - 0.05 - 0.05 * 1.9),
        (Spec(optimizer="nesterov", learning_rate=0.1), 2 - 0.05 * 1.9 - 0.05 * (1 + 0.9 * 1.9)),
        (Spec(optimizer="adam", learning_rate=0.1), 2 - 2 * 0.1),
        (Spec(optimizer="adamax", learning_rate=0.1), 2 - 2 * 0.1),
        (Spec(optimizer="rmsprop", learning_rate=0.1), 2 - 0.1 / math.sqrt(0.1) - 0.1 / math.sqrt(0.19)),
        (Spec(optimizer="adagrad", learning_rate=0.1), 2 - 0.05 / math.sqrt(0.35) - 0.05 / math.sqrt(0.6)),
        (Spec(optimizer="sgd", learning_rate=0.1, gradient_clip=0.25), 2 - 2 * 0.025),
        (Spec(optimizer="sgd", learning_rate=0.1, gradient_clip=1.0), 2 - 2 * 0.05),
        (Spec(optimizer="sgd", learning_rate=0.1, weight_decay=0.1), (2 * 0.99 - 0.05) * 0.99 - 0.05),
    ],
    ids=lambda value: value.describe() if isinstance(value, Spec) else "",
)
def test_optimizers_take_the_steps_of_their_formulas(spec: Spec, after_two: float) -> None:
    assert _steps(spec, 2) == pytest.approx(after_two, abs=1e-5)


def test_weight_decay_is_decoupled_from_the_gradients_scale() -> None:
    plain = _steps(Spec(optimizer="adam", learning_rate=0.1), 1)
    decayed = _steps(Spec(optimizer="adam", learning_rate=0.1, weight_decay=0.1), 1)
    assert plain - decayed == pytest.approx(2 * 0.1 * 0.1, abs=1e-5)


def test_nadam_looks_further_ahead_than_adam() -> None:
    spec = Spec(optimizer="nadam", learning_rate=0.1)
    assert _steps(spec, 1) != pytest.approx(_steps(Spec(optimizer="adam", learning_rate=0.1), 1), abs=1e-4)
