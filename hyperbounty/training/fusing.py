"""How many specs of one shape train side by side in one program. Free of Keras.

The number depends on the manifest's `lanes` and the spec alone, never on the device or on which specs wait for it:
another number is another program, which rounds differently.
"""

from __future__ import annotations

from typing import Any, Final

from hyperbounty.errors import TrainingError
from hyperbounty.spec.cost import parameters
from hyperbounty.spec.memory import lane_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec

Member = tuple[Spec, int]
"""A spec and the 31-bit seed to train it with."""

LANES_BYTES: Final = 4 * 1024**3
"""Most that all lanes of a program may take of a device's memory; one lane may take more."""

LEAST_DEVICE_BYTES: Final = LANES_BYTES * 5 // 3
"""What JAX must be able to take of an accelerator. Beyond the lanes it holds what is compiled, and the data."""


def lanes_that_fit(spec: Spec, most: int, shape: TaskShape) -> int:
    """Specs like `spec` that train side by side: `most`, or as many as fit into `LANES_BYTES`, but one at least.

    >>> lanes_that_fit(Spec(), 64, TaskShape(features=8, rows=2048, sequence_length=60))
    64
    """
    return max(1, min(most, LANES_BYTES // lane_bytes(spec, shape)))


def host_bytes(spec: Spec, lanes: int, shape: TaskShape) -> int:
    """Most bytes that a process holds of `lanes` specs that train side by side on a device, over what it holds idle.

    After every epoch it fetches the weights of all lanes, and copies them.
    """
    return 2 * 4 * lanes * parameters(spec, shape.features)


def check_device() -> None:
    """Refuse an accelerator that is too small for the lanes of any spec.

    Raises:
        TrainingError: names its memory, and what is needed.
    """
    there = device_memory()
    if there < LEAST_DEVICE_BYTES:
        raise TrainingError(
            f"JAX may take {there / 2**30:.1f} GiB of the accelerator, and needs {LEAST_DEVICE_BYTES / 2**30:.1f}",
            "train on a larger one, or give each worker a larger share of it",
        )


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
