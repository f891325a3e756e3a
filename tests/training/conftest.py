"""A series small enough to train on in a second, with something in it to learn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hyperbounty.training.windows import Windows

MakeWindows = Callable[..., Windows]


def _toy_windows(count: int, seed: int, *, length: int = 8, features: int = 3) -> Windows:
    """Windows of noise whose label is the sign of the sum of feature 0 over the last three rows."""
    rows = np.random.default_rng(seed).normal(size=(count + length - 1, features)).astype(np.float32)
    starts = np.arange(count, dtype=np.int64)
    ends = starts + length
    signal = np.array([rows[end - 3 : end, 0].sum() for end in ends])
    return Windows(rows, starts, (signal > 0).astype(np.uint8), length)


@pytest.fixture(scope="session")
def toy_windows() -> MakeWindows:
    return _toy_windows
