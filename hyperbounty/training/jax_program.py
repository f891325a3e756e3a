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

from hyperbounty.bounty.spec import Spec
from hyperbounty.training.backend import quietly
from hyperbounty.training.batches import Batches, holdout_batches
from hyperbounty.training.program import Data, Epoch, Origin, all_finite, batch_loss, clipped
from hyperbounty.training.windows import Windows

State = tuple[list[Any], list[Any], list[Any], list[Any]]
"""Trainable and other variables of a model, variables of its optimizer, [clip, decay]; lanes are their first axis."""


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
        self._fetched: list[NDArray[np.float32]] | None = None
        self._holdout = jnp.asarray(holdout_batches(data.holdout_starts, lanes))
        self._train = jax.jit(self._over_lanes(self._train_lane, shared=3), donate_argnums=0)
        self._predict = jax.jit(self._over_lanes(self._predict_lane, shared=2))
        self._put = jax.jit(_put, donate_argnums=0)

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """See `program.Program`."""
        self._state, self._fetched = self._put(self._state, lane, self._fresh(spec, seed)), None

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """See `program.Program`. Returns at once; the device works on."""
        data, self._fetched = self._data, None
        batches, tail = self._batches.cut(orders)
        self._state, (loss, correct, finite) = self._train(
            self._state, batches, tail, data.features, data.starts, data.labels
        )
        logits = self._predict(self._state, data.holdout_features, self._holdout)
        return Epoch(loss, correct, finite, logits[:, : len(data.holdout_starts)])

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """See `program.Program`."""
        if self._fetched is None:  # All lanes at once: a copy from an accelerator takes long to begin.
            model = self._origin.model
            variables = [*model.trainable_variables, *model.non_trainable_variables]
            now = {id(v): value for v, value in zip(variables, [*self._state[0], *self._state[1]], strict=True)}
            # Copies, because the next epoch writes into these arrays.
            self._fetched = [np.array(now[id(weight)], dtype=np.float32) for weight in model.weights]
        return [array[lane].copy() for array in self._fetched]

    def bytes_taken(self) -> int:
        """Most bytes of the device that an epoch takes, by what XLA plans for it: all lanes, without the data."""
        data = self._data
        orders = np.zeros((self.lanes, len(data.labels)), np.int32)
        arguments = (*self._batches.cut(orders), data.features, data.starts, data.labels)
        plan = self._train.lower(self._state, *arguments).compile().memory_analysis()
        state = sum(int(value.nbytes) for value in jax.tree.leaves(self._state))
        return int(plan.temp_size_in_bytes) + state

    def _fresh(self, spec: Spec, seed: int) -> State:
        limits = [np.float32(spec.gradient_clip), np.float32(spec.weight_decay)]
        return (*self._origin.values(spec, seed), limits)

    def _over_lanes(self, one: Any, *, shared: int) -> Any:
        """`one`, whose last `shared` arguments all lanes have in common, over the leading axis of the others."""
        if self.lanes > 1:
            return lambda *args: jax.vmap(lambda *own: one(*own, *args[-shared:]))(*args[:-shared])

        def alone(*args: Any) -> Any:
            own = jax.tree.map(lambda value: value[0], args[:-shared])
            return jax.tree.map(lambda value: value[None], one(*own, *args[-shared:]))

        return alone

    def _gather(self, features: Any, starts: Any) -> Any:
        return features[starts[:, None] + jnp.arange(self._data.length)]

    def _train_lane(self, state: State, batches: Any, tail: Any, *data: Any) -> tuple[State, tuple[Any, Any, Any]]:
        step = partial(self._step, data)
        counted = None if self._counted is None else jnp.asarray(self._counted)
        state, (losses, rights) = jax.lax.scan(step, state, (batches, counted))
        loss, right = jnp.sum(losses), jnp.sum(rights)
        if tail.shape[0]:
            state, (last_loss, last_right) = step(state, (tail, None))
            loss, right = loss + last_loss, right + last_right
        return state, (loss, right, all_finite([*state[0], *state[1]]))

    def _step(self, data: Any, state: State, batch: tuple[Any, Any]) -> tuple[State, tuple[Any, Any]]:
        """One optimizer step on the windows of these indices: summed loss and number predicted right."""
        (features, starts, labels), (windows, counted) = data, batch
        trainable, others, optimizer_state, limits = state
        inputs = self._gather(features, starts[windows])

        def loss_of(trainable: list[Any]) -> tuple[Any, tuple[Any, Any, list[Any]]]:
            logits, changed = self._origin.model.stateless_call(trainable, others, inputs, training=True)
            mean, total, right = batch_loss(self._spec.loss, logits[:, 0], labels[windows], counted)
            return mean, (total, right, changed)

        (_, (total, right, others)), gradients = jax.value_and_grad(loss_of, has_aux=True)(trainable)
        if self._spec.gradient_clip:
            gradients = clipped(gradients, limits[0])
        if self._spec.weight_decay:
            rate = optimizer_state[self._rate_place]
            trainable = [value * (1.0 - limits[1] * rate) for value in trainable]
        trainable, optimizer_state = self._origin.optimizer.stateless_apply(optimizer_state, gradients, trainable)
        return (trainable, others, optimizer_state, limits), (total, right)

    @property
    def _rate_place(self) -> int:
        optimizer = self._origin.optimizer
        return [id(variable) for variable in optimizer.variables].index(id(optimizer.learning_rate))

    def _predict_lane(self, state: State, features: Any, batches: Any) -> Any:
        def logits(starts: Any) -> Any:
            inputs = self._gather(features, starts)
            return self._origin.model.stateless_call(state[0], state[1], inputs, training=False)[0][:, 0]

        return jax.lax.map(logits, batches).reshape(-1)


def _put(state: State, lane: Any, fresh: State) -> State:
    placed: State = jax.tree.map(lambda value, new: value.at[lane].set(new), state, fresh)
    return placed
