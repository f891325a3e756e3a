"""A spec's Keras model and optimizer, and the values that their variables start from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.model import build_model, build_optimizer, start


class Start(NamedTuple):
    """What a training begins with.

    Attributes:
        flat: [weights] the trainable variables of the model, end to end.
        others: its other variables: moving averages, and what dropout counts its steps with.
        optimizer: variables of the optimizer.
    """

    flat: Any
    others: list[Any]
    optimizer: list[Any]


class Origin:
    """The model and the optimizer of a spec, built once a program, and where its variables start.

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

    def values(self, spec: Spec, seed: int) -> Start:
        """Where `spec` starts with `seed`."""
        drawn = {id(variable): value for variable, value in start(self.model, seed)}
        drawn[id(self.optimizer.learning_rate)] = np.array(spec.learning_rate, np.float32)
        begin = self._begin | drawn
        trainable = [begin[id(variable)] for variable in self.model.trainable_variables]
        others = [begin[id(variable)] for variable in self.model.non_trainable_variables]
        optimizer = [begin[id(variable)] for variable in self.optimizer.variables]
        return Start(np.concatenate([np.reshape(value, -1) for value in trainable]), others, optimizer)

    def split(self, flat: Any, reshape: Callable[[Any, tuple[int, ...]], Any] = keras.ops.reshape) -> list[Any]:
        """The trainable variables of the model that `flat` is made of."""
        parts = []
        begin = 0
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
