"""From a spec to a Keras model and its optimizer.

    windows [batch, length, features]
      → recurrent layers, all but the last returning their sequence
      → dense layers
      → one linear unit: the logit; above 0 the model predicts a rise

Every hidden layer, recurrent or dense, is followed by its normalization and then its dropout, where the spec asks for
them. Cells keep Keras' gates (sigmoid), its GRU with the reset gate after the product, and its initial values: Glorot
uniform kernels, orthogonal recurrent kernels, zero biases but 1 for an LSTM's forget gate. Kernels are drawn by
`seeding`, not by the backend, so a seed means the same numbers everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.dropout import Dropout
from hyperbounty.training.roots import Adagrad, BatchNormalization, LayerNormalization, RMSprop
from hyperbounty.training.seeding import glorot_uniform, layer_seeds, orthogonal

MOMENTUM: Final = 0.9

_OPTIMIZERS: Final[dict[str, Callable[..., Any]]] = {
    "sgd": keras.optimizers.SGD,
    "momentum": lambda **kw: keras.optimizers.SGD(momentum=MOMENTUM, **kw),
    "nesterov": lambda **kw: keras.optimizers.SGD(momentum=MOMENTUM, nesterov=True, **kw),
    "rmsprop": RMSprop,
    "adam": keras.optimizers.Adam,
    "nadam": keras.optimizers.Nadam,
    "adamax": keras.optimizers.Adamax,
    "adagrad": Adagrad,
}


def build_model(spec: Spec, *, length: int, features: int, seed: int, recurrent: Any = None) -> Any:
    """The untrained `keras.Model` of `spec`: windows `[batch, length, features]` in, logits `[batch, 1]` out.

    Its initial weights and dropout masks depend on `seed` alone.

    Args:
        spec: what to build.
        length: rows of a window.
        features: numbers of a row.
        seed: of what is drawn.
        recurrent: the module whose recurrent layers to build with; None is the backend's fastest. All compute the same
            but for rounding.
    """
    recurrent = recurrent or _recurrent_layers()
    # Kernels are zeros until `start` draws them: Keras would draw with seeds of Python's global generator. It would
    # also number the names that it makes up, by which compiled programs are found again.
    layers = [keras.Input((length, features), name="windows")]
    for i, units in enumerate(spec.recurrent_units):
        name, last = f"recurrent_{i}", i == len(spec.recurrent_units) - 1
        layers.append(_recurrent(recurrent, spec, units, name, returns_sequence=not last))
        layers += _between(spec, name)
    for i, units in enumerate(spec.dense_units):
        name = f"dense_{i}"
        activation = spec.dense_activation
        layers.append(keras.layers.Dense(units, activation=activation, kernel_initializer="zeros", name=name))
        layers += _between(spec, name)
    layers.append(keras.layers.Dense(1, kernel_initializer="zeros", name="logit"))
    model = keras.Sequential(layers, name="model")
    for variable, value in start(model, seed):
        variable.assign(value)
    return model


def start(model: Any, seed: int) -> list[tuple[Any, NDArray[Any]]]:
    """What `seed` decides of a model of `build_model`: each kernel and dropout state with its initial value.

    All other variables start at constants.
    """
    seeds = layer_seeds(seed)
    drawn: list[tuple[Any, NDArray[Any]]] = []
    for layer in model.layers:
        if isinstance(layer, Dropout):
            drawn.append((layer.state, np.array([next(seeds), 0], np.uint32)))
        for variable in layer.trainable_variables:
            draw = {"kernel": glorot_uniform, "recurrent_kernel": orthogonal}.get(variable.name)
            if draw is not None:
                drawn.append((variable, draw(next(seeds), tuple(variable.shape))))
    return drawn


def build_optimizer(spec: Spec) -> Any:
    """The `keras.optimizers.Optimizer` of `spec`.

    Clipping scales the gradient of the whole model to norm `gradient_clip` where it is longer. Weight decay is
    decoupled (Loshchilov and Hutter 2019): a step also takes learning_rate × weight_decay of every trainable weight
    off it.
    """
    return _OPTIMIZERS[spec.optimizer](
        learning_rate=spec.learning_rate,
        global_clipnorm=spec.gradient_clip or None,
        weight_decay=spec.weight_decay or None,
        name="optimizer",
    )


def _recurrent(module: Any, spec: Spec, units: int, name: str, *, returns_sequence: bool) -> Any:
    def cell(name: str, *, backwards: bool = False) -> Any:
        # The fused GPU kernels of LSTM and GRU round differently and know one activation only.
        fused = {} if spec.cell == "SimpleRNN" else {"use_cudnn": False}
        return getattr(module, spec.cell)(
            units,
            activation=spec.activation,
            kernel_initializer="zeros",
            recurrent_initializer="zeros",
            return_sequences=returns_sequence,
            go_backwards=backwards,
            seed=0,
            name=name,
            **fused,
        )

    if not spec.bidirectional:
        return cell(name)
    backward = cell(f"{name}_backward", backwards=True)
    return keras.layers.Bidirectional(cell(f"{name}_forward"), backward_layer=backward, name=name)


def _recurrent_layers() -> Any:
    """The module of the recurrent layers to train with."""
    if keras.backend.backend() != "tensorflow":
        return keras.layers
    from hyperbounty.training import tensorflow_recurrence

    return tensorflow_recurrence


def _between(spec: Spec, name: str) -> list[Any]:
    layers = []
    if spec.normalization == "batch":
        layers.append(BatchNormalization(name=f"{name}_normalization"))
    elif spec.normalization == "layer":
        layers.append(LayerNormalization(name=f"{name}_normalization"))
    if spec.dropout:
        layers.append(Dropout(spec.dropout, name=f"{name}_dropout"))
    return layers
