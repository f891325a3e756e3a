"""What one 31-bit seed decides: the initial weights, the dropout masks and the order of the windows.

Only NumPy's seed sequence and raw PCG64 output are used, whose streams NumPy keeps between versions, and no global
random state is read or changed: a training depends on its seed and on nothing that ran before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LAYERS: Final = 0
_ORDER: Final = 1


def layer_seeds(seed: int) -> Iterator[int]:
    """An endless row of 31-bit seeds for initializers and dropout layers, in the order in which they are built."""
    bits = np.random.PCG64(np.random.SeedSequence((seed, _LAYERS)))
    while True:
        yield int(bits.random_raw()) >> 33


def epoch_order(seed: int, epoch: int, count: int) -> NDArray[np.int32]:
    """The order in which epoch `epoch` (from 1) visits `count` windows: `[count]`, each index once.

    The windows are sorted by random 64-bit keys, which makes every order equally likely up to ties of the keys.
    """
    bits = np.random.PCG64(np.random.SeedSequence((seed, _ORDER, epoch)))
    keys = np.asarray(bits.random_raw(count), dtype=np.uint64)
    return np.argsort(keys, kind="stable").astype(np.int32)
