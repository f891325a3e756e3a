"""What a backend makes of a spec: a program that trains one epoch and predicts the holdout, compiled.

The engine is written against this interface; `tensorflow_program` and `jax_program` are its two sides. The data stay on
the device: what crosses to Python each epoch is the order of the windows, the logits of every window, and the weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.losses import losses, mean_loss
from hyperbounty.training.model import build_model, build_optimizer, start


@dataclass(frozen=True, eq=False)
class Data:
    """One set of windows as tensors of a backend.

    Attributes:
        features: [rows, features] float32, training rows.
        starts: [windows] int32, first row of each training window.
        labels: [windows] float32, 0 or 1.
        holdout_features: [rows, features] float32.
        holdout_starts: [windows] int32 NumPy array.
        length: rows of a window.
    """

    features: Any
    starts: Any
    labels: Any
    holdout_features: Any
    holdout_starts: NDArray[np.int32]
    length: int


class Epoch(NamedTuple):
    """What an epoch did in each lane. The arrays may still be on their way from the device: NumPy waits for them.

    Attributes:
        trained: [lanes, windows] logits of the training windows in their order, before the step of their batch.
        logits: [lanes, holdout windows] after the epoch.
    """

    trained: Any
    logits: Any


class Program(Protocol):
    """The compiled training of all specs of one `program_key` on one set of data, `lanes` of them side by side.

    The lanes know nothing of each other: what one computes does not depend on what the others hold.
    """

    lanes: int
    parameters: int

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """Put a lane back to before the first step, for `spec` (of the key) and `seed`."""

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """One pass of every lane over the windows in its order `[lanes, windows]`, and its predictions after it."""

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """Arrays of the model of a lane, in Keras' order."""


class Origin:
    """A spec's Keras model and optimizer, and the values that their variables start from.

    The optimizer's one variable is `flat`, the trainable ones of the model end to end. What it does to each number is
    the same, and compiled once instead of once for each of them it is no longer a third of a small program.

    Clipping and decay are applied by the program, not by Keras' optimizer, which takes them as constants: so specs that
    differ in their size share a program.
    """

    def __init__(self, spec: Spec, *, length: int, features: int) -> None:
        self.model = build_model(spec, length=length, features=features, seed=0)
        self.optimizer = build_optimizer(replace(spec, gradient_clip=0.0, weight_decay=0.0))
        self._shapes = [tuple(variable.shape) for variable in self.model.trainable_variables]
        self.flat = keras.Variable(np.zeros(sum(map(math.prod, self._shapes)), np.float32), name="weights")
        self.optimizer.build([self.flat])
        self._begin = {id(v): np.asarray(v.value) for v in (*self.model.variables, *self.optimizer.variables)}

    def values(self, spec: Spec, seed: int) -> tuple[Any, list[Any], list[Any]]:
        """Where `spec` starts with `seed`: `flat`, other variables of the model, variables of the optimizer."""
        drawn = {id(variable): value for variable, value in start(self.model, seed)}
        drawn[id(self.optimizer.learning_rate)] = np.array(spec.learning_rate, np.float32)
        begin = self._begin | drawn
        kinds = (self.model.trainable_variables, self.model.non_trainable_variables, self.optimizer.variables)
        trainable, others, optimizer = ([begin[id(variable)] for variable in kind] for kind in kinds)
        return np.concatenate([np.reshape(value, -1) for value in trainable]), others, optimizer

    def split(self, flat: Any, reshape: Callable[[Any, tuple[int, ...]], Any] = keras.ops.reshape) -> list[Any]:
        """The trainable variables of the model that `flat` is made of."""
        parts, begin = [], 0
        for shape in self._shapes:
            end = begin + math.prod(shape)
            parts.append(reshape(flat[begin:end], shape))
            begin = end
        return parts

    def weights(self, flat: Any, others: Sequence[Any]) -> list[NDArray[np.float32]]:
        """Arrays of the model in Keras' order, copied, from `flat` and the other variables of the model."""
        model = self.model
        variables = [*model.trainable_variables, *model.non_trainable_variables]
        arrays = [*self.split(np.asarray(flat), np.reshape), *map(np.asarray, others)]
        now = {id(variable): array for variable, array in zip(variables, arrays, strict=True)}
        return [np.array(now[id(weight)], np.float32) for weight in model.weights]


def flattened(gradients: Sequence[Any]) -> Any:
    """What `Origin.split` would split into `gradients`."""
    ops = keras.ops
    return ops.concatenate([ops.reshape(gradient, (-1,)) for gradient in gradients])


def batch_loss(name: str, logits: Any, labels: Any, counted: Any) -> Any:
    """Mean of the loss `name` over the windows of a batch `[batch]` that count.

    `counted` is `[batch]` booleans, or None where all count.
    """
    if counted is None:
        return mean_loss(name, logits, labels)
    ops, each = keras.ops, losses(name, logits, labels)
    return ops.sum(ops.where(counted, each, ops.zeros_like(each))) / ops.sum(ops.cast(counted, "float32"))


def clipped(gradients: Sequence[Any], limit: Any) -> list[Any]:
    """The gradient of a whole model scaled to norm `limit` where it is longer (Pascanu et al. 2013, algorithm 1)."""
    ops = keras.ops
    norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))
    scale = ops.where(norm > limit, limit / norm, ops.ones_like(norm))
    return [gradient * scale for gradient in gradients]
