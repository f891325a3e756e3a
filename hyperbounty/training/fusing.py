"""How many specs of one shape train side by side in one program. Free of Keras.

The number depends on the spec and the memory of the device, never on which specs wait for it: another number is another
program, which rounds differently.
"""

from __future__ import annotations

from typing import Any, Final

from hyperbounty.spec.cost import parameters
from hyperbounty.spec.memory import lane_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

Member = tuple[Spec, int]
"""A spec and the 31-bit seed to train it with."""

MOST_LANES: Final = 64
"""More than fill a device with small models only make each of them wait for the others' epochs."""

MEMORY_SHARE: Final = 0.6
"""Of the device's memory; the rest is for what is compiled, the data and the estimate's error."""

LARGEST_DEVICE_BYTES: Final = 256 * 1024**3
"""No one device has more memory, so none has more lanes than fit into this."""


def lanes_that_fit(spec: Spec, memory: int, shape: TaskShape) -> int:
    """Specs like `spec` that fit side by side into a device of `memory` bytes: a power of two, at most `MOST_LANES`.

    >>> lanes_that_fit(Spec(), 2**30, TaskShape(features=8, rows=2048, sequence_length=60))
    32
    """
    fit = int(memory * MEMORY_SHARE) // lane_bytes(spec, shape)
    return 1 << min(max(fit, 1), MOST_LANES).bit_length() - 1


def host_bytes(spec: Spec, shape: TaskShape) -> int:
    """Most bytes that a process holds of specs that train side by side on a device, over what it holds when idle.

    After every epoch it fetches the weights of all lanes, and copies them.
    """
    lanes = lanes_that_fit(spec, LARGEST_DEVICE_BYTES, shape)
    return 2 * 4 * lanes * parameters(spec, shape.features)


def device_memory() -> int:
    """Bytes that JAX may take of the device it runs on. All of them, not what is free: that changes between runs."""
    stats: dict[str, Any] = _device().memory_stats() or {}
    return int(stats.get("bytes_limit", 0))


def device_kind() -> str:
    """What JAX calls the device it runs on."""
    return str(_device().device_kind)


def _device() -> Any:
    import jax  # type: ignore[import-not-found,unused-ignore]

    return jax.devices()[0]
