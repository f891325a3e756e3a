"""The program of a spec on TensorFlow: one lane, an epoch as one `tf.function`."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped,unused-ignore]
from numpy.typing import NDArray

from hyperbounty.bounty.spec import Spec
from hyperbounty.training.batches import Batches, holdout_batches
from hyperbounty.training.execution import Execution
from hyperbounty.training.program import Data, Epoch, Origin, all_finite, batch_loss, clipped
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
    """See `program.Program`. `execution` says how the functions are compiled."""

    lanes = 1

    def __init__(self, spec: Spec, execution: Execution, data: Data) -> None:
        self._spec, self._data = spec, data
        self._batches = Batches.of(spec, len(data.labels))
        self._counted = None if (counted := self._batches.counted()) is None else tf.constant(counted)
        self._origin = Origin(spec, length=data.length, features=int(data.features.shape[1]))
        self.parameters = self._origin.model.count_params()
        self._clip, self._decay = tf.Variable(0.0), tf.Variable(0.0)
        self._train, self._predict = (
            CompiledByXla(graph) if execution is Execution.XLA else tf.function(graph, autograph=False)
            for graph in (self._train_graph, self._predict_graph)
        )

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """See `program.Program`; there is no lane but 0."""
        model, optimizer = self._origin.model, self._origin.optimizer
        trainable, others, state = self._origin.values(spec, seed)
        values = [*trainable, *others, *state]
        variables = [*model.trainable_variables, *model.non_trainable_variables, *optimizer.variables]
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        self._clip.assign(spec.gradient_clip)
        self._decay.assign(spec.weight_decay)

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """See `program.Program`."""
        batches, tail = self._batches.cut(orders[0])
        loss, correct, finite = self._train(tf.constant(batches), tf.constant(tail))
        return Epoch(loss[None], correct[None], finite[None], self._logits()[None])

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """See `program.Program`."""
        return [np.asarray(weight.numpy(), dtype=np.float32) for weight in self._origin.model.weights]

    def _logits(self) -> NDArray[np.float32]:
        starts = self._data.holdout_starts
        batches = holdout_batches(starts, self.lanes)
        return np.concatenate([self._predict(tf.constant(batch)).numpy() for batch in batches])[: len(starts)]

    def _gather(self, features: Any, starts: Any) -> Any:
        return tf.gather(features, starts[:, None] + tf.range(self._data.length))

    def _step(self, windows: Any, counted: Any) -> tuple[Any, Any]:
        """One optimizer step on the windows of these indices: summed loss and number predicted right."""
        data, model, optimizer = self._data, self._origin.model, self._origin.optimizer
        inputs = self._gather(data.features, tf.gather(data.starts, windows))
        labels = tf.gather(data.labels, windows)
        trainable = model.trainable_variables
        with tf.GradientTape() as tape:
            logits = model(inputs, training=True)[:, 0]
            mean, total, right = batch_loss(self._spec.loss, logits, labels, counted)
        gradients = tape.gradient(mean, [variable.value for variable in trainable])
        if self._spec.gradient_clip:
            gradients = clipped(gradients, self._clip)
        if self._spec.weight_decay:
            for variable in trainable:
                variable.assign(variable.value * (1.0 - self._decay * optimizer.learning_rate.value))
        optimizer.apply(gradients, trainable)
        return total, right

    def _train_graph(self, batches: Any, tail: Any) -> tuple[Any, Any, Any]:
        steps = self._batches.steps

        def body(i: Any, loss: Any, correct: Any) -> tuple[Any, Any, Any]:
            counted = None if self._counted is None else self._counted[i]
            total, right = self._step(batches[i], counted)
            return i + 1, loss + total, correct + right

        begin = (tf.constant(0), tf.constant(0.0), tf.constant(0))
        _, loss, correct = tf.while_loop(lambda i, *_: i < steps, body, begin, maximum_iterations=steps)
        if tail.shape[0]:
            total, right = self._step(tail, None)
            loss, correct = loss + total, correct + right
        return loss, correct, all_finite([weight.value for weight in self._origin.model.weights])

    def _predict_graph(self, starts: Any) -> Any:
        return self._origin.model(self._gather(self._data.holdout_features, starts), training=False)[:, 0]
