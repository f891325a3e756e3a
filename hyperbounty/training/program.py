"""A spec made into two compiled functions: one epoch of training, and the predictions of one batch.

The whole epoch is one TensorFlow function over data that stay in memory: what crosses to Python each epoch is the order
of the windows and three numbers. Windows are gathered from the rows inside the function, so the data are never copied
`length` times. Runs that differ in nothing but seed, learning rate and epochs share one program: what differs is
in variables, which `reset` sets anew.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.bounty.spec import Spec
from hyperbounty.training.backend import tf
from hyperbounty.training.execution import Execution
from hyperbounty.training.losses import mean_loss
from hyperbounty.training.model import build_model, build_optimizer

PREDICTION_BATCH: Final = 1024


class Program:
    """The compiled epoch and prediction of one `program_key` on one set of data.

    Args:
        spec: any spec of the key.
        execution: how to compile them.
        features: `[rows, features]` float32 tensor of training rows.
        starts: `[windows]` int32 tensor, first row of each training window.
        labels: `[windows]` float32 tensor of 0 and 1.
        holdout_features: `[rows, features]` float32 tensor of holdout rows.
        length: rows of a window.
    """

    def __init__(
        self,
        spec: Spec,
        execution: Execution,
        *,
        features: Any,
        starts: Any,
        labels: Any,
        holdout_features: Any,
        length: int,
    ) -> None:
        self._spec = spec
        self._features, self._starts, self._labels = features, starts, labels
        self._holdout_features = holdout_features
        self._length = length
        self._windows = int(starts.shape[0])
        self._batch = min(spec.batch_size, self._windows)
        self.model = build_model(spec, length=length, features=int(features.shape[1]), seed=0)
        self._optimizer = build_optimizer(spec)
        self._optimizer.build(self.model.trainable_variables)
        self._optimizer_start = [variable.numpy() for variable in self._optimizer.variables]
        xla = execution is Execution.XLA
        self._epoch = tf.function(self._epoch_graph, jit_compile=xla, autograph=False)
        self._logits = tf.function(self._logits_graph, jit_compile=xla, autograph=False)

    def reset(self, spec: Spec, seed: int) -> None:
        """Back to before the first step, for `spec` (of the same key) and `seed`."""
        fresh = build_model(spec, length=self._length, features=int(self._features.shape[1]), seed=seed)
        # `variables` are the weights and the states of the dropout generators.
        for variable, start in zip(self.model.variables, fresh.variables, strict=True):
            variable.assign(start)
        for variable, value in zip(self._optimizer.variables, self._optimizer_start, strict=True):
            variable.assign(value)
        self._optimizer.learning_rate.assign(spec.learning_rate)

    def train_epoch(self, order: NDArray[np.int32]) -> tuple[float, float, bool]:
        """One pass over the windows in `order` `[windows]`: mean loss, accuracy, and whether all weights are finite.

        The last batch holds what is left over, as in Keras' `fit`: every window is seen once an epoch.
        """
        loss, correct, finite = self._epoch(tf.constant(order))
        return float(loss) / self._windows, int(correct) / self._windows, bool(finite)

    def predict(self, starts: NDArray[np.int32]) -> NDArray[np.float32]:
        """Logits `[n]` of the holdout windows that begin at rows `starts` `[n]`."""
        count = len(starts)
        batches = -(-count // PREDICTION_BATCH)
        size = -(-count // batches)  # As equal as can be: at most one window a batch is computed in vain.
        padded = np.resize(starts, batches * size).reshape(batches, size)
        return np.concatenate([self._logits(tf.constant(batch)).numpy() for batch in padded])[:count]

    def _gather(self, features: Any, starts: Any) -> Any:
        return tf.gather(features, starts[:, None] + tf.range(self._length))

    def _step(self, windows: Any) -> tuple[Any, Any]:
        """One optimizer step on the windows of these indices: summed loss and number predicted right."""
        inputs = self._gather(self._features, tf.gather(self._starts, windows))
        labels = tf.gather(self._labels, windows)
        trainable = self.model.trainable_variables
        with tf.GradientTape() as tape:
            logits = self.model(inputs, training=True)[:, 0]
            loss = mean_loss(self._spec.loss, logits, labels)
        self._optimizer.apply(tape.gradient(loss, [variable.value for variable in trainable]), trainable)
        right = tf.reduce_sum(tf.cast((logits > 0) == (labels > 0.5), tf.int32))
        return loss * float(windows.shape[0]), right

    def _epoch_graph(self, order: Any) -> tuple[Any, Any, Any]:
        full = self._windows // self._batch
        batches = tf.reshape(order[: full * self._batch], (full, self._batch))

        def body(i: Any, loss: Any, correct: Any) -> tuple[Any, Any, Any]:
            batch_loss, batch_correct = self._step(batches[i])
            return i + 1, loss + batch_loss, correct + batch_correct

        start = (tf.constant(0), tf.constant(0.0), tf.constant(0))
        _, loss, correct = tf.while_loop(lambda i, *_: i < full, body, start, maximum_iterations=full)
        if self._windows % self._batch:
            tail_loss, tail_correct = self._step(order[full * self._batch :])
            loss, correct = loss + tail_loss, correct + tail_correct
        finite = [tf.reduce_all(tf.math.is_finite(weight.value)) for weight in self.model.weights]
        return loss, correct, tf.reduce_all(tf.stack(finite))

    def _logits_graph(self, starts: Any) -> Any:
        return self.model(self._gather(self._holdout_features, starts), training=False)[:, 0]
