"""The program of a spec on JAX: an epoch is one `lax.scan` over batches, lanes are one `vmap` over epochs.

Its twin is `tensorflow_program`, which says what they have in common and what they do not. With one lane nothing is
mapped: a product of matrices with a lane axis is another kernel, and on the CPU a slower one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax  # type: ignore[import-not-found,unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found,unused-ignore]
import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.training.backend import quietly
from hyperbounty.training.batches import Batches
from hyperbounty.training.origin import Origin
from hyperbounty.training.program import Data, Epoch
from hyperbounty.training.step import Batch, Step


class State(NamedTuple):
    """What a step takes and gives. Outside of the compiled epoch each array has the lanes as its first axis.

    Attributes:
        flat, others, optimizer: see `origin.Start`.
        clip, decay: of the lane's spec.
    """

    flat: Any
    others: list[Any]
    optimizer: list[Any]
    clip: Any
    decay: Any


class JaxProgram:
    """See `program.Program`."""

    def __init__(self, spec: Spec, data: Data, lanes: int) -> None:
        self.lanes = lanes
        self._data = data
        self._batches = Batches.of(spec, len(data.labels))
        self._counted = self._batches.counted()
        with quietly():  # Keras loads TensorFlow to build a bidirectional layer, where there is one.
            self._origin = Origin(spec, length=data.length, features=data.features.shape[1])
        self._step = Step(spec, self._origin, data.length, gather=_gather, differentiate=_differentiate)
        self.parameters = self._origin.model.count_params()
        self._state: State = jax.tree.map(lambda value: jnp.stack([value] * lanes), self._fresh(spec, 0))
        self._fetched: tuple[Any, list[Any]] | None = None
        holdout = jnp.asarray(self._batches.holdout(data.holdout_starts))
        self._shared = (data.features, data.starts, data.labels, data.holdout_features, holdout)
        self._epoch = jax.jit(self._over_lanes(self._epoch_lane), donate_argnums=0)
        self._put = jax.jit(_put, donate_argnums=0)

    def reset(self, lane: int, spec: Spec, seed: int) -> None:
        """See `program.Program`."""
        self._state = self._put(self._state, lane, self._fresh(spec, seed))
        self._fetched = None

    def epoch(self, orders: NDArray[np.int32]) -> Epoch:
        """See `program.Program`. Returns at once; the device works on."""
        self._fetched = None
        self._state, trained, logits = self._epoch(self._state, *self._batches.cut(orders), *self._shared)
        return Epoch(trained, logits)

    def weights(self, lane: int) -> list[NDArray[np.float32]]:
        """See `program.Program`."""
        if self._fetched is None:  # All lanes at once: a copy from an accelerator takes long to begin.
            self._fetched = jax.tree.map(np.asarray, (self._state.flat, self._state.others))
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
        begin = self._origin.values(spec, seed)
        return State(*begin, clip=np.float32(spec.gradient_clip), decay=np.float32(spec.weight_decay))

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
        """An epoch of one lane; `TensorflowProgram._epoch_graph` is its twin.

        Args:
            state: before the first step.
            batches: [steps, size] windows of each step.
            tail: [left] windows of the smaller batch at the end, where there is one.
            shared: `_shared`.

        Returns:
            The state after the last step, and the logits of `Epoch`: [windows] and [holdout windows].
        """
        *data, holdout_features, holdout = shared
        train = partial(self._train, data)
        counted = None if self._counted is None else jnp.asarray(self._counted)
        state, trained = jax.lax.scan(train, state, (batches, counted))
        state, last = train(state, (tail, None)) if tail.shape[0] else (state, jnp.zeros(0))
        parts = self._origin.split(state.flat)

        def predict(starts: Any) -> Any:
            return self._step.logits(holdout_features, starts, parts, state.others, training=False)[0]

        trained = jnp.concatenate([trained.reshape(-1), last])[: self._batches.windows]
        return state, trained, jax.lax.map(predict, holdout).reshape(-1)[: len(self._data.holdout_starts)]

    def _train(self, data: Any, state: State, of_step: tuple[Any, Any]) -> tuple[State, Any]:
        """One optimizer step on windows [batch]: the state after it, their logits [batch] before it."""
        features, starts, labels = data
        windows, counted = of_step
        stepped = self._step.until_update(
            Batch(features, starts[windows], labels[windows], counted),
            state.flat,
            state.others,
            clip=state.clip,
            decay=state.decay,
            rate=state.optimizer[self._rate_place],
        )
        (flat,), optimizer = self._origin.optimizer.stateless_apply(state.optimizer, [stepped.gradient], [stepped.flat])
        return State(flat, stepped.others, optimizer, state.clip, state.decay), stepped.logits

    @property
    def _rate_place(self) -> int:
        """Where the learning rate stands among the variables of the optimizer."""
        optimizer = self._origin.optimizer
        return [id(variable) for variable in optimizer.variables].index(id(optimizer.learning_rate))


def _gather(features: Any, rows: Any) -> Any:
    """See `step.Gather`."""
    return features[rows]


def _differentiate(loss_of: Callable[[list[Any]], tuple[Any, Any]], parts: list[Any]) -> tuple[list[Any], Any]:
    """See `step.Differentiate`."""
    gradients, rest = jax.grad(loss_of, has_aux=True)(parts)
    return gradients, rest


def _put(state: State, lane: Any, fresh: State) -> State:
    placed: State = jax.tree.map(lambda value, new: value.at[lane].set(new), state, fresh)
    return placed
