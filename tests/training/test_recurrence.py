"""The recurrent layers on TensorFlow give the outputs and gradients of Keras' own, from the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hyperbounty.spec.table import ACTIVATIONS, CELLS
from hyperbounty.training.backend import keras

pytestmark = pytest.mark.training


@pytest.fixture(autouse=True)
def _on_tensorflow(backend: str) -> None:
    if backend != "tensorflow":
        pytest.skip("the layers are TensorFlow's alone")


def _outputs_and_gradients(
    layer: Any, inputs: Any, weights: list[np.ndarray], towards: Any, training: bool
) -> list[np.ndarray]:
    """What `layer` makes of `inputs`, and the gradients of its scalar product with `towards`: inputs, then weights."""
    import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

    layer.build(inputs.shape)
    layer.set_weights(weights)
    inputs = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = layer(inputs, training=training)
        scalar = tf.reduce_sum(outputs * towards)
    gradients = tape.gradient(scalar, [inputs, *(weight.value for weight in layer.trainable_weights)])
    return [np.asarray(outputs), *(np.asarray(gradient) for gradient in gradients)]


def _is_that_of_keras(cell: str, shape: tuple[int, int, int], *, training: bool = True, **how: Any) -> None:
    from hyperbounty.training import tensorflow_recurrence

    ours, theirs = (getattr(module, cell)(5, **how) for module in (tensorflow_recurrence, keras.layers))
    rng = np.random.default_rng(7)
    inputs = rng.normal(size=shape).astype(np.float32)
    theirs.build(shape)
    weights = [rng.normal(0, 0.5, weight.shape).astype(np.float32) for weight in theirs.weights]
    towards = rng.normal(size=(*shape[:2], 5) if how["return_sequences"] else (shape[0], 5)).astype(np.float32)

    found = _outputs_and_gradients(ours, inputs, weights, towards, training)
    expected = _outputs_and_gradients(theirs, inputs, weights, towards, True)

    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())
    # With one row, the recurrent kernel meets no state but zero.
    assert all(np.abs(other).max() > 0 for other in expected) or shape[1] == 1


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("sequence", [False, True], ids=["last", "sequence"])
@pytest.mark.parametrize("training", [False, True], ids=["predicting", "training"])
def test_a_layer_is_that_of_keras(cell: str, backwards: bool, sequence: bool, training: bool) -> None:
    _is_that_of_keras(cell, (4, 6, 3), training=training, return_sequences=sequence, go_backwards=backwards)


# The activation stands in what a cell makes of a row, which knows neither direction nor sequence.
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_of_any_activation_is_that_of_keras(cell: str, activation: str) -> None:
    _is_that_of_keras(cell, (4, 6, 3), activation=activation, return_sequences=True)


@pytest.mark.parametrize("cell", CELLS)
def test_one_row_is_a_window_too(cell: str) -> None:
    _is_that_of_keras(cell, (2, 1, 3), return_sequences=True)
