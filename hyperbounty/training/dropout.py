"""Dropout whose masks are a function of seed and step, the same on every backend.

A unit is kept where a 32-bit hash of (seed, step, place in the tensor) reaches rate × 2³². The hash is the finalizer of
MurmurHash3 (Appleby 2011, public domain) over the place, keyed before each of its two rounds: integers alone, so all
backends, executions and devices agree on every bit of every mask.
"""

from __future__ import annotations

import math
from typing import Any, Final

from hyperbounty.training.backend import keras

_GOLDEN: Final = 0x9E3779B9
"""2³² divided by the golden ratio: neighbouring steps become distant keys."""


def _scrambled(x: Any) -> Any:
    """fmix32: every bit of uint32 `x` decides about half of all bits."""
    ops = keras.ops
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ops.bitwise_xor(x, ops.right_shift(x, _word(shift))) * _word(factor)
    return ops.bitwise_xor(x, ops.right_shift(x, _word(16)))


def _word(value: int) -> Any:
    return keras.ops.convert_to_tensor(value, dtype="uint32")


class Dropout(keras.layers.Layer):  # type: ignore[misc,unused-ignore]
    """Zeroes each number with probability `rate` while training and scales the others by 1 / (1 - rate)."""

    def __init__(self, rate: float, seed: int = 0, name: str | None = None) -> None:
        super().__init__(name=name)
        self.rate = rate
        # A generator's state is carried with the model, but is no weight of it, as a variable of the layer would be.
        self._generator = keras.random.SeedGenerator(seed)

    @property
    def state(self) -> Any:
        """The variable uint32 `[seed, step]`; each call while training takes one step."""
        return self._generator.state

    def call(self, inputs: Any, training: bool = False) -> Any:
        """`inputs` of any shape; the same shape out."""
        if not training:
            return inputs
        ops = keras.ops
        key = self._generator.next()
        seed = ops.cast(key[0], "uint32")
        step = _scrambled(seed + ops.cast(key[1], "uint32") * _word(_GOLDEN))
        place = ops.reshape(ops.cast(ops.arange(math.prod(inputs.shape)), "uint32"), inputs.shape)
        bits = _scrambled(ops.bitwise_xor(_scrambled(place + step), seed))
        kept = bits >= _word(round(self.rate * 2**32))
        return ops.where(kept, inputs / (1.0 - self.rate), ops.zeros_like(inputs))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the inputs."""
        return input_shape
