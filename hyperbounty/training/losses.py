"""The losses of the spec's table, each a function of the logit z and the label y, averaged over the batch.

With p = sigmoid(z), the probability of a rise, and s = 2y - 1, the label as -1 or +1:

    binary_crossentropy         softplus(-s z)
    mean_squared_error          (p - y)²
    modified_huber              max(0, 1 - s z)² where s z ≥ -1, else -4 s z (Zhang 2004, eq. 5); plain Huber of p - y,
                                which is never above 1, would be half of the mean squared error
    binary_focal_crossentropy   (1 - p of the label)² · softplus(-s z), gamma = 2 (Lin et al. 2017, eq. 4)
    hinge                       max(0, 1 - s z)
    squared_hinge               max(0, 1 - s z)²

Crossentropies are computed from the logit, so a confident model does not lose its gradient to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hyperbounty.training.backend import keras

Tensor = Any
"""Keras ships no types; shapes are in the docstrings."""


def _binary_crossentropy(z: Tensor, y: Tensor) -> Tensor:
    return keras.ops.softplus((1 - 2 * y) * z)


def _mean_squared_error(z: Tensor, y: Tensor) -> Tensor:
    return keras.ops.square(keras.ops.sigmoid(z) - y)


def _modified_huber(z: Tensor, y: Tensor) -> Tensor:
    against = (1 - 2 * y) * z
    return keras.ops.where(against <= 1, keras.ops.square(keras.ops.relu(1 + against)), 4 * against)


def _binary_focal_crossentropy(z: Tensor, y: Tensor) -> Tensor:
    against = (1 - 2 * y) * z
    return keras.ops.square(keras.ops.sigmoid(against)) * keras.ops.softplus(against)


def _hinge(z: Tensor, y: Tensor) -> Tensor:
    return keras.ops.relu(1 + (1 - 2 * y) * z)


def _squared_hinge(z: Tensor, y: Tensor) -> Tensor:
    return keras.ops.square(_hinge(z, y))


_LOSSES: Final[dict[str, Callable[[Tensor, Tensor], Tensor]]] = {
    "binary_crossentropy": _binary_crossentropy,
    "mean_squared_error": _mean_squared_error,
    "hinge": _hinge,
    "squared_hinge": _squared_hinge,
    "modified_huber": _modified_huber,
    "binary_focal_crossentropy": _binary_focal_crossentropy,
}


def losses(name: str, logits: Tensor, labels: Tensor) -> Tensor:
    """Loss `name` of each of a batch of `logits` [batch] and float `labels` [batch] of 0 and 1: [batch]."""
    return _LOSSES[name](logits, labels)


def mean_loss(name: str, logits: Tensor, labels: Tensor) -> Tensor:
    """Scalar mean of `losses`."""
    return keras.ops.mean(losses(name, logits, labels))
