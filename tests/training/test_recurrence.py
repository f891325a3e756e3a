"""The recurrent layers on TensorFlow give the outputs and gradients of Keras' own, from the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hyperbounty.bounty.spec import ACTIVATIONS, CELLS
from hyperbounty.training.backend import keras

pytestmark = pytest.mark.training


@pytest.fixture(autouse=True)
def _on_tensorflow(backend: str) -> None:
    if backend != "tensorflow":
        pytest.skip("the layers are TensorFlow's alone")


def _outputs_and_gradients(
    layer: Any, inputs: Any, weights: list[np.ndarray], towards: Any, training: bool = True
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


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("sequence", [False, True], ids=["last", "sequence"])
@pytest.mark.parametrize("training", [False, True], ids=["predicting", "training"])
def test_a_layer_is_that_of_keras(cell: str, activation: str, backwards: bool, sequence: bool, training: bool) -> None:
    from hyperbounty.training import tensorflow_recurrence

    how = {"activation": activation, "return_sequences": sequence, "go_backwards": backwards}
    ours, theirs = (getattr(module, cell)(5, **how) for module in (tensorflow_recurrence, keras.layers))
    rng = np.random.default_rng(7)
    inputs = rng.normal(size=(4, 6, 3)).astype(np.float32)
    theirs.build(inputs.shape)
    weights = [rng.normal(0, 0.5, weight.shape).astype(np.float32) for weight in theirs.weights]
    towards = rng.normal(size=(4, 6, 5) if sequence else (4, 5)).astype(np.float32)

    found = _outputs_and_gradients(ours, inputs, weights, towards, training)
    expected = _outputs_and_gradients(theirs, inputs, weights, towards)

    for one, other in zip(found, expected, strict=True):
        assert np.abs(other).max() > 0
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())


@pytest.mark.parametrize("cell", CELLS)
def test_one_row_is_a_window_too(cell: str) -> None:
    from hyperbounty.training import tensorflow_recurrence

    inputs = np.ones((2, 1, 3), np.float32)
    ours, theirs = (getattr(module, cell)(4, return_sequences=True) for module in (tensorflow_recurrence, keras.layers))
    theirs.build(inputs.shape)
    found = _outputs_and_gradients(ours, inputs, theirs.get_weights(), np.float32(1))
    expected = _outputs_and_gradients(theirs, inputs, theirs.get_weights(), np.float32(1))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
