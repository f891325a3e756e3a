"""A dataset on which a training takes a moment."""

from __future__ import annotations

import numpy as np
import pytest

from hyperbounty.training.features import Scaler
from hyperbounty.training.windows import Dataset, Windows


def _windows(count: int, seed: int) -> Windows:
    rows = np.random.default_rng(seed).normal(size=(count + 5, 2)).astype(np.float32)
    return Windows(rows, np.arange(count), (rows[5:, 0] > 0).astype(np.uint8), 6)


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return Dataset(_windows(80, 1), _windows(40, 2), Scaler((0.0, 0.0), (1.0, 1.0)), ("BTC.close", "ETH.close"))
