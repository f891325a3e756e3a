"""A validation set in two small factors: the same error, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.market.limits import UNIT
from hyperbounty.market.validation import Validation, validation_of

SQUARE = np.eye(2, dtype=np.int64)


@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 4), st.integers(0, 200))
def test_the_error_of_any_number_of_rows_is_in_the_factors(seed: int, features: int, outputs: int, more: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(features + more, features)), random.normal(size=(features + more, outputs))
    unit = 0.01
    try:
        made = validation_of(x, y, unit)
    except InvalidInput as refused:
        assert "follows from the others" in refused.what  # noqa: PT017 - few rows may be so by chance
        return
    largest = float(np.abs(np.linalg.qr(x)[1]).max()) / 8_191 * unit / UNIT

    def error(model: NDArray[np.int64]) -> float:
        rest = (made.scale * made.targets - made.factor @ model).astype(np.float64)
        return float(np.square(rest).sum()) * largest**2

    def direct(model: NDArray[np.int64]) -> float:
        rest: NDArray[np.float64] = x @ (model * unit / UNIT) - y
        return float(np.square(rest).sum())

    one, other = (random.integers(-50_000, 50_001, (features, outputs)) for _ in range(2))
    size = direct(one) + direct(other)
    assert error(one) - error(other) == pytest.approx(direct(one) - direct(other), abs=3e-3 * size)


@pytest.mark.parametrize(
    ("samples", "targets", "unit", "says"),
    [
        ([[1.0, np.nan], [0, 1]], [[1], [1]], 0.1, "no number"),
        ([[1.0, 0], [0, 1]], [[1], [np.inf]], 0.1, "no number"),
        ([[1.0, 0], [0, 1]], [[1], [1]], 0.0, "no number"),
        ([[1.0, 2], [2, 4]], [[1], [1]], 0.1, "follows from the others"),
        ([[0.0, 0], [0, 0]], [[1], [1]], 0.1, "follows from the others"),
        ([[1.0, 2]], [[1]], 0.1, "1 samples for 2 features"),
        ([[1.0], [2]], [[1]], 0.1, "samples have shape"),
        (np.random.default_rng(1).normal(size=(40, 25)), np.ones((40, 1)), 0.1, "with 1 to 24 rows"),
        (np.random.default_rng(1).normal(size=(40, 2)), np.ones((40, 11)), 0.1, "1 to 10 columns"),
        ([[1.0]], [[1e12]], 1e-9, "scale"),
    ],
)
def test_what_cannot_be_validated_with_is_refused(samples: Any, targets: Any, unit: float, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        validation_of(samples, targets, unit)


@pytest.mark.parametrize(
    "change",
    [
        {"factor": np.array([[1, 0], [1, 1]])},
        {"factor": np.array([[8_192, 0], [0, 1]])},
        {"targets": np.array([[-8_193], [0]])},
        {"scale": 0},
        {"scale": 2**32},
    ],
)
def test_factors_out_of_range_are_refused(change: dict[str, Any]) -> None:
    whole: dict[str, Any] = {"factor": SQUARE, "targets": np.ones((2, 1), np.int64), "scale": 1}
    Validation(**whole)
    with pytest.raises(InvalidInput):
        Validation(**{**whole, **change})
