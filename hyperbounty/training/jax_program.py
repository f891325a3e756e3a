"""The program of a spec on JAX: an epoch is one `lax.scan` over batches, lanes are one `vmap` over epochs.

With one lane nothing is mapped: a product of matrices with a lane axis is another kernel, and on the CPU a slower one.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import jax  # type: ignore[import-not-found,unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found,unused-ignore]
import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import quietly
from hyperbounty.training.batches import Batches
from hyperbounty.training.program import Data, Epoch, Origin, batch_loss, clipped, flattened
from hyperbounty.training.windows import Windows

State = tuple[Any, list[Any], list[Any], list[Any]]
"""`Origin.flat`, other variables of a model, variables of its optimizer, [clip, decay]; lanes are their first axis."""


def place(train: Windows, holdout: Windows) -> Data:
    """The windows on JAX's device."""
    return Data(
        jnp.asarray(train.features, jnp.float32),
        jnp.asarray(train.starts, jnp.int32),
        jnp.asarray(train.labels, jnp.float32),
        jnp.asarray(holdout.features, jnp.float32),
        holdout.starts.astype(np.int32),
        train.length,
    )


class JaxProgram:
    """See `program.Program`."""

    def __init__(self, spec: Spec, data: Data, lanes: int) -> None:
        self.lanes = lanes
        self._spec, self._data = spec, data
        self._batches = Batches.of(spec, len(data.labels))
        self._counted = self._batches.counted()
        with quietly():  # Keras loads TensorFlow to build a bidirectional layer, where there is one.
            self._origin = Origin(spec, length=data.length, features=data.features.shape[1])
        self.parameters = self._origin.model.count_params()
        self._state: State = jax.tree.map(lambda value: jnp.stack([value] * lanes), self._fresh(spec, 0))
        self._fetched: tuple[Any, list[Any]] | None = None
        holdout = jnp.asarray(self._batches.holdout(data.holdout_starts))
        self._shared = (data.features, data.starts, data.labels, data.holdout_features, holdout)
        self._epoch = jax.jit(self._over_lanes(self._epoch_lane), donate_argnums=0)
        self._put = jax.jit(_put, donate_argnums=0)

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """See `program.Program`."""
        self._state, self._fetched = self._put(self._state, lane, self._fresh(spec, seed)), None

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """See `program.Program`. Returns at once; the device works on."""
        self._fetched = None
        self._state, trained, logits = self._epoch(self._state, *self._batches.cut(orders), *self._shared)
        return Epoch(trained, logits)

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """See `program.Program`."""
        if self._fetched is None:  # All lanes at once: a copy from an accelerator takes long to begin.
            self._fetched = jax.tree.map(np.asarray, self._state[:2])
        flat, others = self._fetched
        return self._origin.weights(flat[lane], [value[lane] for value in others])

    def bytes_taken(self) -> int:
        """Most bytes of the device that an epoch takes, by what XLA plans for it: all lanes, without the data."""
        orders = np.zeros((self.lanes, len(self._data.labels)), np.int32)
        arguments = (self._state, *self._batches.cut(orders), *self._shared)
        plan = self._epoch.lower(*arguments).compile().memory_analysis()
        state = sum(int(value.nbytes) for value in jax.tree.leaves(self._state))
        return int(plan.temp_size_in_bytes) + state

    def _fresh(self, spec: Spec, seed: int) -> State:
        limits = [np.float32(spec.gradient_clip), np.float32(spec.weight_decay)]
        return (*self._origin.values(spec, seed), limits)

    def _over_lanes(self, one: Any) -> Any:
        """`one`, whose last arguments are those that all lanes share, over the leading axis of the others."""
        shared = len(self._shared)
        if self.lanes > 1:
            return lambda *args: jax.vmap(lambda *own: one(*own, *args[-shared:]))(*args[:-shared])

        def alone(*args: Any) -> Any:
            own = jax.tree.map(lambda value: value[0], args[:-shared])
            return jax.tree.map(lambda value: value[None], one(*own, *args[-shared:]))

        return alone

    def _epoch_lane(self, state: State, batches: Any, tail: Any, *shared: Any) -> tuple[State, Any, Any]:
        """The state after an epoch, and the logits of `Epoch`."""
        *data, holdout_features, holdout = shared
        step = partial(self._step, data)
        counted = None if self._counted is None else jnp.asarray(self._counted)
        state, trained = jax.lax.scan(step, state, (batches, counted))
        state, last = step(state, (tail, None)) if tail.shape[0] else (state, jnp.zeros(0))
        parts = self._origin.split(state[0])

        def predict(starts: Any) -> Any:
            return self._logits(holdout_features, starts, parts, state[1], training=False)[0]

        trained = jnp.concatenate([trained.reshape(-1), last])[: self._batches.windows]
        return state, trained, jax.lax.map(predict, holdout).reshape(-1)[: len(self._data.holdout_starts)]

    def _logits(
        self, features: Any, starts: Any, parts: list[Any], others: list[Any], *, training: bool
    ) -> tuple[Any, list[Any]]:
        """Logits of the windows that start there, with `parts` as the weights; other variables of the model after."""
        inputs = features[starts[:, None] + jnp.arange(self._data.length)]
        logits, others = self._origin.model.stateless_call(parts, others, inputs, training=training)
        return logits[:, 0], others

    def _step(self, data: Any, state: State, batch: tuple[Any, Any]) -> tuple[State, Any]:
        """One optimizer step on the windows of these indices: the state after it, their logits before it."""
        (features, starts, labels), (windows, counted) = data, batch
        flat, others, optimizer_state, limits = state

        def loss_of(parts: list[Any]) -> tuple[Any, tuple[Any, list[Any]]]:
            logits, changed = self._logits(features, starts[windows], parts, others, training=True)
            return batch_loss(self._spec.loss, logits, labels[windows], counted), (logits, changed)

        gradients, (logits, others) = jax.grad(loss_of, has_aux=True)(self._origin.split(flat))
        if self._spec.gradient_clip:
            gradients = clipped(gradients, limits[0])
        if self._spec.weight_decay:
            flat = flat * (1.0 - limits[1] * optimizer_state[self._rate_place])
        (flat,), optimizer_state = self._origin.optimizer.stateless_apply(
            optimizer_state, [flattened(gradients)], [flat]
        )
        return (flat, others, optimizer_state, limits), logits

    @property
    def _rate_place(self) -> int:
        optimizer = self._origin.optimizer
        return [id(variable) for variable in optimizer.variables].index(id(optimizer.learning_rate))


def _put(state: State, lane: Any, fresh: State) -> State:
    placed: State = jax.tree.map(lambda value, new: value.at[lane].set(new), state, fresh)
    return placed
