"""A series small enough to train on in a second, with something in it to learn."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from hyperbounty.training.backend import use
from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]

# A process trains with one backend, so `test_on_jax.py` runs all of these tests once more in another.
BACKEND = os.environ.get("HYPERBOUNTY_TEST_BACKEND", "tensorflow")
if BACKEND != "tensorflow":
    use(BACKEND)


@cache
def _toy_windows(count: int, seed: int, *, length: int = 8, features: int = 3) -> Windows:
    """Windows of noise whose label is the sign of the sum of feature 0 over the last three rows.

    The same ones each time they are asked for, so that what was made of them can be kept.
    """
    rows = np.random.default_rng(seed).normal(size=(count + length - 1, features)).astype(np.float32)
    starts = np.arange(count, dtype=np.int64)
    ends = starts + length
    signal = np.array([rows[end - 3 : end, 0].sum() for end in ends])
    labels = (signal > 0).astype(np.uint8)
    for shared in (rows, starts, labels):
        shared.setflags(write=False)
    return Windows(rows, starts, labels, length)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if BACKEND == "jax":  # Keras' variables on JAX turn into NumPy's arrays in a way that NumPy has since retired.
        for item in items:
            item.add_marker(pytest.mark.filterwarnings("ignore:__array__ implementation doesn't:DeprecationWarning"))


@pytest.fixture(scope="session")
def backend() -> str:
    """What these tests train with."""
    return BACKEND


@pytest.fixture(scope="session")
def toy_windows() -> MakeWindows:
    return _toy_windows
