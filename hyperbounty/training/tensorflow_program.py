"""The program of a spec on TensorFlow: one lane, an epoch as one `tf.function`."""

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
from hyperbounty.training.program import Data, Epoch, Origin, batch_loss, clipped, flattened
from hyperbounty.training.tensorflow_compiling import CompiledByXla
from hyperbounty.training.windows import Windows


def place(train: Windows, holdout: Windows) -> Data:
    """The windows as TensorFlow's tensors."""
    return Data(
        tf.constant(train.features, tf.float32),
        tf.constant(train.starts, tf.int32),
        tf.constant(train.labels, tf.float32),
        tf.constant(holdout.features, tf.float32),
        holdout.starts.astype(np.int32),
        train.length,
    )


class TensorflowProgram:
    """See `program.Program`. `execution` says how the epoch is compiled."""

    lanes = 1

    def __init__(self, spec: Spec, execution: Execution, data: Data) -> None:
        self._spec, self._data = spec, data
        self._batches = Batches.of(spec, len(data.labels))
        self._counted = None if (counted := self._batches.counted()) is None else tf.constant(counted)
        self._holdout = tf.constant(self._batches.holdout(data.holdout_starts))
        self._origin = Origin(spec, length=data.length, features=int(data.features.shape[1]))
        self.parameters = self._origin.model.count_params()
        self._clip, self._decay = tf.Variable(0.0), tf.Variable(0.0)
        compiled = CompiledByXla if execution is Execution.XLA else partial(tf.function, autograph=False)
        self._epoch = compiled(self._epoch_graph)

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """See `program.Program`; there is no lane but 0."""
        model, optimizer = self._origin.model, self._origin.optimizer
        flat, others, state = self._origin.values(spec, seed)
        variables = [self._origin.flat, *model.non_trainable_variables, *optimizer.variables]
        for variable, value in zip(variables, [flat, *others, *state], strict=True):
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

    def _others(self) -> list[Any]:
        return [variable.value for variable in self._origin.model.non_trainable_variables]

    def _logits(self, features: Any, starts: Any, parts: list[Any], *, training: bool) -> tuple[Any, list[Any]]:
        """Logits of the windows that start there, with `parts` as the weights; other variables of the model after."""
        inputs = tf.gather(features, starts[:, None] + tf.range(self._data.length))
        logits, others = self._origin.model.stateless_call(parts, self._others(), inputs, training=training)
        return logits[:, 0], others

    def _step(self, windows: Any, counted: Any) -> Any:
        """One optimizer step on the windows of these indices: their logits before it."""
        data, origin, optimizer = self._data, self._origin, self._origin.optimizer
        flat, parts = origin.flat, origin.split(origin.flat.value)
        with tf.GradientTape() as tape:
            tape.watch(parts)
            logits, others = self._logits(data.features, tf.gather(data.starts, windows), parts, training=True)
            mean = batch_loss(self._spec.loss, logits, tf.gather(data.labels, windows), counted)
        gradients = tape.gradient(mean, parts)
        for variable, value in zip(origin.model.non_trainable_variables, others, strict=True):
            variable.assign(value)
        if self._spec.gradient_clip:
            gradients = clipped(gradients, self._clip)
        if self._spec.weight_decay:
            flat.assign(flat.value * (1.0 - self._decay * optimizer.learning_rate.value))
        optimizer.apply([flattened(gradients)], [flat])
        return logits

    def _epoch_graph(self, batches: Any, tail: Any) -> tuple[Any, Any, Any]:
        """Logits of the training's batches, of what is left of them, and of the holdout's after all steps."""

        def step(i: Any) -> Any:
            return self._step(batches[i], None if self._counted is None else self._counted[i])

        def predict(i: Any) -> Any:
            parts = self._origin.split(self._origin.flat.value)
            return self._logits(self._data.holdout_features, self._holdout[i], parts, training=False)[0]

        trained = _each(batches, step)
        last = self._step(tail, None) if tail.shape[0] else tf.zeros([0])
        return trained, last, _each(self._holdout, predict)


def _each(batches: Any, logits: Callable[[Any], Any]) -> Any:
    """`logits` [size] of the first of `batches` [batches, size], then of the next, and so on."""
    count, size = batches.shape

    def body(i: Any, found: Any) -> tuple[Any, Any]:
        return i + 1, found.write(i, logits(i))

    begin = (tf.constant(0), tf.TensorArray(tf.float32, count, element_shape=[size]))
    _, found = tf.while_loop(lambda i, _: i < count, body, begin, maximum_iterations=count)
    return found.stack()
