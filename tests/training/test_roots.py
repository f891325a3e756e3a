"""What divides by a root computes what Keras' own does, and stays a division by a root whatever compiles it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hyperbounty.training import roots
from hyperbounty.training.backend import keras
from hyperbounty.training.step import clipped

pytestmark = pytest.mark.training

LAYERS = ["BatchNormalization", "LayerNormalization"]
OPTIMIZERS = ["RMSprop", "Adagrad"]


def _numbers(*shape: int, most: float = 8.0) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float32, shape, elements=st.floats(-most, most, width=32))


def _both(name: str, **how: Any) -> tuple[Any, Any]:
    """Ours and Keras' own layer or optimizer."""
    module = keras.layers if name in LAYERS else keras.optimizers
    return getattr(roots, name)(**how), getattr(module, name)(**how)


def _tensor(values: Any) -> Any:
    return keras.ops.convert_to_tensor(np.asarray(values, np.float32))


@pytest.mark.parametrize("training", [True, False], ids=["training", "predicting"])
@pytest.mark.parametrize("shape", [(5, 3), (3, 4, 2)], ids=str)
@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=10)
@given(data=st.data(), epsilon=st.floats(1e-3, 1.0))
def test_a_layer_is_that_of_keras(
    name: str, shape: tuple[int, ...], training: bool, data: st.DataObject, epsilon: float
) -> None:
    inputs = data.draw(_numbers(*shape))
    how = {"momentum": data.draw(st.floats(0.0, 1.0))} if name == "BatchNormalization" else {}
    called = {"training": training} if name == "BatchNormalization" else {}
    ours, theirs = _both(name, epsilon=epsilon, **how)
    theirs.build(shape)
    # Scale, shift, moving mean, moving variance: the last is above 0.
    weights = [np.abs(data.draw(_numbers(*weight.shape))) for weight in theirs.weights]
    ours.build(shape)
    found = []
    for layer in (ours, theirs):
        layer.set_weights(weights)
        outputs = layer(_tensor(inputs), **called)
        found.append([np.asarray(array) for array in (outputs, *layer.get_weights())])

    # What is subtracted is as large as the inputs and is rounded before it is divided by no less than this root.
    amplified = (1 + np.abs(inputs).max() + 8.0) / np.sqrt(epsilon)
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6 * 8.0 * amplified)


@pytest.mark.parametrize("epsilon", [1e-7, 0.5])
@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_trains_as_that_of_keras(name: str, epsilon: float, backend: str) -> None:
    rng = np.random.default_rng(5)
    inputs, labels = rng.normal(size=(12, 4)).astype(np.float32), rng.normal(size=(12, 1)).astype(np.float32)
    found = []
    for layer in _both(name, epsilon=epsilon):
        # The gradient of what comes before goes through the layer.
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), layer, keras.layers.Dense(1)])
        model.set_weights([np.random.default_rng(6).uniform(0.1, 1, w.shape) for w in model.get_weights()])
        model.compile(
            keras.optimizers.SGD(0.05), "mse", run_eagerly=backend == "tensorflow", jit_compile=backend == "jax"
        )
        for _ in range(3):
            model.train_on_batch(inputs, labels)
        found.append([*model.get_weights(), np.asarray(model(inputs, training=False))])

    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
@settings(max_examples=15)
@given(data=st.data(), epsilon=st.floats(1e-7, 1.0), rate=st.floats(1e-4, 1.0))
def test_an_optimizer_steps_as_that_of_keras(name: str, data: st.DataObject, epsilon: float, rate: float) -> None:
    gradients = data.draw(_numbers(3, 4, most=1000.0))
    how: dict[str, float] = {"epsilon": epsilon, "learning_rate": rate}
    if name == "RMSprop":
        how["rho"] = data.draw(st.floats(0.0, 0.999))
    else:
        how["initial_accumulator_value"] = data.draw(st.floats(0.0, 1.0))
    found = []
    for optimizer in _both(name, **how):
        weights = keras.Variable(np.array([2.0, -1.0, 0.0, 0.5], np.float32))
        for gradient in gradients:
            optimizer.apply([_tensor(gradient)], [weights])
        found.append([np.asarray(variable.value) for variable in (weights, *optimizer.variables)])

    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def _of_layer(layer: Any) -> Callable[..., Any]:
    """The outputs of `layer` in training and their gradient by the inputs [4, 3]."""
    layer.build((4, 3))
    trainable, others = (
        [_tensor(v.value) for v in vs] for vs in (layer.trainable_variables, layer.non_trainable_variables)
    )

    def outputs(inputs: Any) -> Any:
        how = {"training": True} if others else {}
        return layer.stateless_call(trainable, others, inputs, **how)[0]

    def function(inputs: Any, towards: Any) -> Any:
        if keras.backend.backend() == "jax":
            import jax  # type: ignore[import-not-found,unused-ignore]

            return jax.value_and_grad(lambda x: keras.ops.sum(outputs(x) * towards))(inputs)
        import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

        with tf.GradientTape() as tape:
            tape.watch(inputs)
            scalar = keras.ops.sum(outputs(inputs) * towards)
        return scalar, tape.gradient(scalar, inputs)

    return function


def _of_optimizer(optimizer: Any) -> Callable[..., Any]:
    """The weights [4, 3] after a step of `optimizer` along a gradient."""
    weights = keras.Variable(np.ones((4, 3), np.float32))
    optimizer.build([weights])

    def function(start: Any, gradient: Any) -> Any:
        if keras.backend.backend() == "jax":
            state = [variable.value for variable in optimizer.variables]
            return optimizer.stateless_apply(state, [gradient], [start])
        weights.assign(start)
        optimizer.apply([gradient], [weights])
        return weights.value

    return function


FUNCTIONS: dict[str, Callable[[], Callable[..., Any]]] = {
    "root": lambda: lambda x, y: x / roots.root(y),
    "BatchNormalization": lambda: _of_layer(roots.BatchNormalization()),
    "LayerNormalization": lambda: _of_layer(roots.LayerNormalization()),
    "RMSprop": lambda: _of_optimizer(roots.RMSprop()),
    "Adagrad": lambda: _of_optimizer(roots.Adagrad()),
    "Adam": lambda: _of_optimizer(keras.optimizers.Adam()),
    "Nadam": lambda: _of_optimizer(keras.optimizers.Nadam()),
    "clip": lambda: lambda x, y: clipped([x, y], 1.0),
}


def _by_xla(function: Callable[..., Any]) -> str:
    """What XLA makes of a `function` of two matrices."""
    values = [_tensor(np.full((4, 3), 0.5)), _tensor(np.full((4, 3), 2.0))]
    if keras.backend.backend() == "jax":
        import jax  # type: ignore[import-not-found,unused-ignore]

        return str(jax.jit(function).lower(*values).compile().as_text())
    import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]

    compiled = tf.function(function, jit_compile=True, autograph=False)
    return str(compiled.experimental_get_compiler_ir(*values)("optimized_hlo", "/device:CPU:0"))


def _by_graph(function: Callable[..., Any]) -> str:
    """What TensorFlow makes of the graph of a `function` of two matrices."""
    import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]
    from tensorflow.python.eager import context  # type: ignore[import-untyped,unused-ignore]

    compiled = tf.function(function, autograph=False)
    context.enable_graph_collection()
    try:
        compiled(_tensor(np.full((4, 3), 0.5)), _tensor(np.full((4, 3), 2.0)))
        return " ".join(node.op for graph in context.export_run_metadata().partition_graphs for node in graph.node)
    finally:
        context.disable_graph_collection()


# Without a name TensorFlow asks for its device by a random number, which it then refuses to draw without a seed.
_device_is_named = pytest.mark.filterwarnings("ignore:device_name is being deprecated:UserWarning")


@_device_is_named
@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_compiler_makes_an_approximation_of_it(name: str, backend: str) -> None:
    function = FUNCTIONS[name]()
    assert "rsqrt" not in _by_xla(function)
    if backend == "tensorflow":
        operations = _by_graph(function)
        assert "Sqrt" in operations
        assert "Rsqrt" not in operations


@_device_is_named
def test_they_would_of_a_plain_division_by_a_root(backend: str) -> None:
    def plain(x: Any, y: Any) -> Any:
        return x / keras.ops.sqrt(y)

    assert "rsqrt" in _by_xla(plain)
    if backend == "tensorflow":
        assert "Rsqrt" in _by_graph(plain)
