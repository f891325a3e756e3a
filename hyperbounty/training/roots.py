"""Normalizations and optimizers of Keras that divide by a square root, so that every processor rounds them alike.

TensorFlow turns `x / sqrt(y)` and `rsqrt(y)` into a kernel that starts from the processor's own approximation
(`rsqrtps`), in its graph and in its XLA, whatever that is told. Vendors round it differently. Here the root is kept
apart from the division by a bound that it never reaches, so that both are exact.
"""

from __future__ import annotations

from typing import Any, Final

from hyperbounty.training.backend import keras

_LEAST: Final = 1e-30
"""Below the root of any epsilon."""


def root(x: Any) -> Any:
    """The square root of `x`, as something that a compiler does not take for one when it is divided by."""
    return keras.ops.maximum(keras.ops.sqrt(x), _LEAST)


class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc,unused-ignore]
    """Keras' own (Ioffe and Szegedy 2015), over the last axis."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """`inputs` [..., features]; the same shape out. No mask is known here."""
        mean, variance = self.moving_mean.value, self.moving_variance.value
        if training:
            kept = self.momentum
            axes = tuple(range(len(inputs.shape) - 1))
            now, spread = keras.ops.moments(inputs, axes=axes)
            self.moving_mean.assign(mean * kept + now * (1.0 - kept))
            self.moving_variance.assign(variance * kept + spread * (1.0 - kept))
            mean, variance = now, spread
        scaled = (inputs - mean) * (self.gamma / root(variance + self.epsilon))
        return scaled + self.beta


class LayerNormalization(keras.layers.LayerNormalization):  # type: ignore[misc,unused-ignore]
    """Keras' own (Ba et al. 2016), over the last axis."""

    def call(self, inputs: Any) -> Any:
        """`inputs` [..., features]; the same shape out."""
        mean, variance = keras.ops.moments(inputs, axes=(-1,), keepdims=True)
        return (inputs - mean) / root(variance + self.epsilon) * self.gamma + self.beta


class RMSprop(keras.optimizers.RMSprop):  # type: ignore[misc,unused-ignore]
    """Keras' own (Tieleman and Hinton 2012), without momentum and not centered."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step of `variable`."""
        velocity = self._velocities[self._get_variable_index(variable)]
        self.assign(velocity, self.rho * velocity + (1.0 - self.rho) * keras.ops.square(gradient))
        self.assign_sub(variable, learning_rate * gradient / root(velocity + self.epsilon))


class Adagrad(keras.optimizers.Adagrad):  # type: ignore[misc,unused-ignore]
    """Keras' own (Duchi et al. 2011)."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One step of `variable`."""
        accumulator = self._accumulators[self._get_variable_index(variable)]
        self.assign_add(accumulator, keras.ops.square(gradient))
        self.assign_sub(variable, learning_rate * gradient / root(accumulator + self.epsilon))
