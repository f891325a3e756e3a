"""The program of a spec on TensorFlow: one lane, an epoch as one `tf.function`.

Its twin is `jax_program`. What they have in common is in `step`, `origin` and `batches`. What stands here, and there in
another way: the loop over the batches (`tf.while_loop` around variables, there `lax.scan` around a state), the gradient
(`GradientTape`, there `jax.grad`), and the optimizer's update (`apply`, there `stateless_apply`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.batches import Batches
from hyperbounty.training.execution import Execution
from hyperbounty.training.origin import Origin
from hyperbounty.training.program import Data, Epoch
from hyperbounty.training.step import Batch, Step
from hyperbounty.training.tensorflow_compiling import CompiledByXla


class TensorflowProgram:
    """See `program.Program`. `execution` says how the epoch is compiled."""

    lanes = 1

    def __init__(self, spec: Spec, execution: Execution, data: Data) -> None:
        self._spec = spec
        self._data = data
        self._batches = Batches.of(spec, len(data.labels))
        counted = self._batches.counted()
        self._counted = None if counted is None else tf.constant(counted)
        self._holdout = tf.constant(self._batches.holdout(data.holdout_starts))
        self._origin = Origin(spec, length=data.length, features=int(data.features.shape[1]))
        self._step = Step(spec, self._origin, data.length, gather=tf.gather, differentiate=_differentiate)
        self.parameters = self._origin.model.count_params()
        self._clip = tf.Variable(0.0)
        self._decay = tf.Variable(0.0)
        compiled = CompiledByXla if execution is Execution.XLA else partial(tf.function, autograph=False)
        self._epoch = compiled(self._epoch_graph)

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """See `program.Program`; there is no lane but 0."""
        model = self._origin.model
        optimizer = self._origin.optimizer
        begin = self._origin.values(spec, seed)
        variables = [self._origin.flat, *model.non_trainable_variables, *optimizer.variables]
        for variable, value in zip(variables, [begin.flat, *begin.others, *begin.optimizer], strict=True):
            variable.assign(value)
        self._clip.assign(spec.gradient_clip)
        self._decay.assign(spec.weight_decay)

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """See `program.Program`."""
        batches, tail = self._batches.cut(orders[0])
        trained, last, logits = (part.numpy() for part in self._epoch(tf.constant(batches), tf.constant(tail)))
        trained = np.concatenate([trained.reshape(-1), last])[: self._batches.windows]
        return Epoch(trained[None], logits.reshape(-1)[None, : len(self._data.holdout_starts)])

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """See `program.Program`."""
        return self._origin.weights(self._origin.flat.value, self._others())

    def _epoch_graph(self, batches: Any, tail: Any) -> tuple[Any, Any, Any]:
        """An epoch; `JaxProgram._epoch_lane` is its twin.

        Args:
            batches: [steps, size] windows of each step.
            tail: [left] windows of the smaller batch at the end, where there is one.

        Returns:
            Logits of the training's batches [steps, size], of what is left of them [left], and of the holdout's
            batches [batches, size] after all steps.
        """

        def train(i: Any) -> Any:
            return self._train(batches[i], None if self._counted is None else self._counted[i])

        def predict(i: Any) -> Any:
            parts = self._origin.split(self._origin.flat.value)
            features = self._data.holdout_features
            return self._step.logits(features, self._holdout[i], parts, self._others(), training=False)[0]

        trained = _each(batches, train)
        last = self._train(tail, None) if tail.shape[0] else tf.zeros([0])
        return trained, last, _each(self._holdout, predict)

    def _train(self, windows: Any, counted: Any) -> Any:
        """One optimizer step on these `windows` [batch]: their logits [batch] before it."""
        origin = self._origin
        optimizer = origin.optimizer
        data = self._data
        batch = Batch(data.features, tf.gather(data.starts, windows), tf.gather(data.labels, windows), counted)
        stepped = self._step.until_update(
            batch,
            origin.flat.value,
            self._others(),
            clip=self._clip,
            decay=self._decay,
            rate=optimizer.learning_rate.value,
        )
        for variable, value in zip(origin.model.non_trainable_variables, stepped.others, strict=True):
            variable.assign(value)
        if self._spec.weight_decay:
            origin.flat.assign(stepped.flat)
        optimizer.apply([stepped.gradient], [origin.flat])
        return stepped.logits

    def _others(self) -> list[Any]:
        return [variable.value for variable in self._origin.model.non_trainable_variables]


def _differentiate(loss_of: Callable[[list[Any]], tuple[Any, Any]], parts: list[Any]) -> tuple[list[Any], Any]:
    """See `step.Differentiate`."""
    with tf.GradientTape() as tape:
        tape.watch(parts)
        loss, rest = loss_of(parts)
    return tape.gradient(loss, parts), rest


def _each(batches: Any, logits: Callable[[Any], Any]) -> Any:
    """`logits` [size] of the first of `batches` [batches, size], then of the next, and so on: [batches, size]."""
    count, size = batches.shape

    def body(i: Any, found: Any) -> tuple[Any, Any]:
        return i + 1, found.write(i, logits(i))

    begin = (tf.constant(0), tf.TensorArray(tf.float32, count, element_shape=[size]))
    _, found = tf.while_loop(lambda i, _: i < count, body, begin, parallel_iterations=1)
    return found.stack()
