"""What one 31-bit seed decides: the initial weights, the dropout masks and the order of the windows.

Only NumPy's seed sequence and raw PCG64 output are used, whose streams NumPy keeps between versions, and no global
random state is read or changed: a training depends on its seed and on nothing that ran before it. No backend takes part
either, so all of them start from the same numbers and see the windows in the same order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.training.elementary import each

_LAYERS: Final = 0
_ORDER: Final = 1


def layer_seeds(seed: int) -> Iterator[int]:
    """An endless row of 31-bit seeds: one for every kernel and every dropout layer, in the order of the model.

    >>> seeds = layer_seeds(1)
    >>> next(seeds), next(seeds)
    (1099128569, 2041105245)
    """
    bits = np.random.PCG64(np.random.SeedSequence((seed, _LAYERS)))
    while True:
        yield int(bits.random_raw()) >> 33


def epoch_order(seed: int, epoch: int, count: int) -> NDArray[np.int32]:
    """The order in which epoch `epoch` (from 1) visits `count` windows: `[count]`, each index once.

    The windows are sorted by random 64-bit keys, which makes every order equally likely up to ties of the keys.

    >>> epoch_order(seed=1, epoch=1, count=8).tolist()
    [7, 6, 4, 1, 2, 5, 0, 3]
    """
    bits = np.random.PCG64(np.random.SeedSequence((seed, _ORDER, epoch)))
    keys = np.asarray(bits.random_raw(count), dtype=np.uint64)
    return np.argsort(keys, kind="stable").astype(np.int32)


def glorot_uniform(seed: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    """`shape` numbers uniform within ±sqrt(6 / (rows + columns)) (Glorot and Bengio 2010, eq. 16).

    >>> bool((abs(glorot_uniform(1, (4, 2))) <= 1).all())
    True
    """
    limit = float(np.sqrt(6.0 / sum(shape)))
    numbers = (2.0 * _uniform(seed, shape[0] * shape[1]) - 1.0) * limit
    return numbers.reshape(shape).astype(np.float32)


def orthogonal(seed: int, shape: tuple[int, int]) -> NDArray[np.float32]:
    """A matrix `shape` whose shorter side is a set of orthonormal vectors, uniform among such (Saxe et al. 2014).

    Gram-Schmidt, each vector twice ("twice is enough": Giraud et al. 2005), on normal vectors. No BLAS takes part: it
    rounds by the number of its threads.

    >>> rotation = orthogonal(1, (3, 3))
    >>> np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
    True
    """
    count, length = sorted(shape)
    vectors = _normal(seed, count * length).reshape(count, length)
    for i in range(count):
        for _ in range(2):
            along = np.einsum("ij,j->i", vectors[:i], vectors[i])
            vectors[i] -= np.einsum("ij,i->j", vectors[:i], along)
        vectors[i] /= np.sqrt(np.einsum("i,i->", vectors[i], vectors[i]))
    return np.ascontiguousarray(vectors if shape[0] <= shape[1] else vectors.T, dtype=np.float32)


def _uniform(seed: int, count: int) -> NDArray[np.float64]:
    """`[count]` numbers in [0, 1)."""
    raw = np.random.PCG64(np.random.SeedSequence(seed)).random_raw(count)
    return np.asarray(raw >> np.uint64(11), dtype=np.float64) * 2.0**-53


def _normal(seed: int, count: int) -> NDArray[np.float64]:
    """`[count]` standard normal numbers (Box and Muller 1958)."""
    pairs = -(-count // 2)
    uniform = _uniform(seed, 2 * pairs)
    radius = np.sqrt(-2.0 * each(math.log1p, -uniform[:pairs]))
    angle = 2.0 * np.pi * uniform[pairs:]
    return np.concatenate([radius * each(math.cos, angle), radius * each(math.sin, angle)])[:count]
