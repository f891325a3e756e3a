"""One optimizer step, the same for both backends: from the windows of a batch to what the optimizer takes.

    windows [batch, length, features] → logits [batch] → mean loss → gradient → clipped → decay → optimizer

Read `Step.until_update` from top to bottom. A backend brings what Keras has no word for: how to gather rows, and how to
differentiate. The optimizer's own update is the backend's too (`tensorflow_program`, `jax_program`): on TensorFlow
Keras' optimizers change variables and refuse `stateless_apply`, on JAX a compiled step may change none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import keras
from hyperbounty.training.losses import losses, mean_loss
from hyperbounty.training.origin import Origin, flattened

Gather = Callable[[Any, Any], Any]
"""Rows of a matrix by their indices of any shape: `[rows, n]` and `[…]` give `[…, n]`."""

Differentiate = Callable[[Callable[[list[Any]], tuple[Any, Any]], list[Any]], tuple[list[Any], Any]]
"""The gradient, by a list of tensors, of a function that gives a scalar and something else; and that something else."""


class Batch(NamedTuple):
    """The windows of a step.

    Attributes:
        features: [rows, features] all rows, which the windows are cut from.
        starts: [batch] first row of each window.
        labels: [batch] 0 or 1.
        counted: [batch] whether the window counts; None where all do.
    """

    features: Any
    starts: Any
    labels: Any
    counted: Any


class Stepped(NamedTuple):
    """A step, up to the optimizer's update.

    Attributes:
        flat: [weights] the trainable weights after their decay.
        gradient: [weights] what the optimizer takes.
        others: other variables of the model after the step.
        logits: [batch] before the step.
    """

    flat: Any
    gradient: Any
    others: list[Any]
    logits: Any


class Step:
    """The step of a program. Specs of one program differ in `clip`, `decay` and `rate`, which are tensors therefore."""

    def __init__(
        self, spec: Spec, origin: Origin, length: int, *, gather: Gather, differentiate: Differentiate
    ) -> None:
        self._spec = spec
        self._origin = origin
        self._length = length
        self._gather = gather
        self._differentiate = differentiate

    def until_update(self, batch: Batch, flat: Any, others: list[Any], *, clip: Any, decay: Any, rate: Any) -> Stepped:
        """A step of the weights `flat` [weights] and the model's `others` on `batch`."""

        def loss_of(parts: list[Any]) -> tuple[Any, tuple[Any, list[Any]]]:
            logits, changed = self.logits(batch.features, batch.starts, parts, others, training=True)
            return batch_loss(self._spec.loss, logits, batch.labels, batch.counted), (logits, changed)

        gradients, (logits, changed) = self._differentiate(loss_of, self._origin.split(flat))
        if self._spec.gradient_clip:
            gradients = clipped(gradients, clip)
        if self._spec.weight_decay:
            flat = decayed(flat, decay, rate)
        return Stepped(flat, flattened(gradients), changed, logits)

    def logits(
        self, features: Any, starts: Any, parts: list[Any], others: list[Any], *, training: bool
    ) -> tuple[Any, list[Any]]:
        """Logits [batch] of the windows that begin at the rows `starts` [batch], and the model's `others` after them.

        `parts` are the trainable weights, in Keras' order.
        """
        rows = starts[:, None] + keras.ops.arange(self._length)  # [batch, length]
        windows = self._gather(features, rows)  # [batch, length, features]
        logits, others = self._origin.model.stateless_call(parts, others, windows, training=training)  # [batch, 1]
        return logits[:, 0], others


def batch_loss(name: str, logits: Any, labels: Any, counted: Any) -> Any:
    """Mean of the loss `name` over the windows of a batch `[batch]` that count.

    `counted` is `[batch]` booleans, or None where all count.
    """
    if counted is None:
        return mean_loss(name, logits, labels)
    ops = keras.ops
    each = losses(name, logits, labels)
    return ops.sum(ops.where(counted, each, ops.zeros_like(each))) / ops.sum(ops.cast(counted, "float32"))


def clipped(gradients: Sequence[Any], limit: Any) -> list[Any]:
    """The gradient of a whole model scaled to norm `limit` where it is longer (Pascanu et al. 2013, algorithm 1)."""
    ops = keras.ops
    norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in gradients))
    scale = ops.where(norm > limit, limit / norm, ops.ones_like(norm))
    return [gradient * scale for gradient in gradients]


def decayed(flat: Any, decay: Any, rate: Any) -> Any:
    """The weights less rate × decay of each (Loshchilov and Hutter 2019, algorithm 2, with the rate as schedule)."""
    return flat * (1.0 - decay * rate)
