"""From a spec to a Keras model and its optimizer.

    windows [batch, length, features]
      → recurrent layers, all but the last returning their sequence
      → dense layers
      → one linear unit: the logit; above 0 the model predicts a rise

Every hidden layer, recurrent or dense, is followed by its normalization and then its dropout, where the spec asks for
them. Cells keep Keras' gates (sigmoid), its GRU with the reset gate after the product, and its initial values: Glorot
uniform kernels, orthogonal recurrent kernels, zero biases but 1 for an LSTM's forget gate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from hyperbounty.bounty.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.seeding import layer_seeds

MOMENTUM: Final = 0.9

_OPTIMIZERS: Final[dict[str, Callable[..., Any]]] = {
    "sgd": keras.optimizers.SGD,
    "momentum": lambda **kw: keras.optimizers.SGD(momentum=MOMENTUM, **kw),
    "nesterov": lambda **kw: keras.optimizers.SGD(momentum=MOMENTUM, nesterov=True, **kw),
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "nadam": keras.optimizers.Nadam,
    "adamax": keras.optimizers.Adamax,
    "adagrad": keras.optimizers.Adagrad,
}


def build_model(spec: Spec, *, length: int, features: int, seed: int) -> Any:
    """The untrained `keras.Model` of `spec`: windows `[batch, length, features]` in, logits `[batch, 1]` out.

    Its initial weights and dropout masks depend on `seed` alone.
    """
    seeds = layer_seeds(seed)
    layers = [keras.Input((length, features))]
    for i, units in enumerate(spec.recurrent_units):
        layers.append(_recurrent(spec, units, seeds, returns_sequence=i < len(spec.recurrent_units) - 1))
        layers += _between(spec, seeds)
    for units in spec.dense_units:
        layers.append(_dense(units, spec.dense_activation, seeds))
        layers += _between(spec, seeds)
    layers.append(_dense(1, "linear", seeds))
    return keras.Sequential(layers)


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
    )


def _recurrent(spec: Spec, units: int, seeds: Iterator[int], *, returns_sequence: bool) -> Any:
    def cell(*, backwards: bool = False) -> Any:
        # The fused GPU kernels of LSTM and GRU round differently and know one activation only.
        fused = {} if spec.cell == "SimpleRNN" else {"use_cudnn": False}
        return getattr(keras.layers, spec.cell)(
            units,
            activation=spec.activation,
            kernel_initializer=keras.initializers.GlorotUniform(next(seeds)),
            recurrent_initializer=keras.initializers.Orthogonal(seed=next(seeds)),
            return_sequences=returns_sequence,
            go_backwards=backwards,
            seed=next(seeds),
            **fused,
        )

    # Left to itself, Bidirectional would copy the forward layer's seeds, and both would start with equal weights.
    return keras.layers.Bidirectional(cell(), backward_layer=cell(backwards=True)) if spec.bidirectional else cell()


def _dense(units: int, activation: str, seeds: Iterator[int]) -> Any:
    kernel = keras.initializers.GlorotUniform(next(seeds))
    return keras.layers.Dense(units, activation=activation, kernel_initializer=kernel)


def _between(spec: Spec, seeds: Iterator[int]) -> list[Any]:
    layers = []
    if spec.normalization == "batch":
        layers.append(keras.layers.BatchNormalization())
    elif spec.normalization == "layer":
        layers.append(keras.layers.LayerNormalization())
    if spec.dropout:
        layers.append(keras.layers.Dropout(spec.dropout, seed=next(seeds)))
    return layers
