"""Training at home: where gradient steps lead, and updates that always fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.market.limits import UPDATE_BITS, fits
from hyperbounty.market.training import trained, update_of, weights_of
from hyperbounty.market.tuning import RATE_BITS, RIDGE_BITS, STEPS_BITS, Tuning


def test_many_steps_lead_to_the_solution_of_the_ridge() -> None:
    random = np.random.default_rng(1)
    x, y = random.normal(size=(200, 3)), random.normal(size=(200, 2))
    found = trained(x, y, np.zeros((3, 2)), Tuning(rate=500_000, steps=1_000, ridge=100_000))
    wanted = np.linalg.solve(x.T @ x / 200 + 0.1 * np.eye(3), x.T @ y / 200)
    assert found == pytest.approx(wanted)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(1e-6, 10))
def test_an_update_fits_and_goes_the_same_way(change: list[float], unit: float) -> None:
    found = update_of(np.array([change]), unit)
    assert all(fits(int(each), UPDATE_BITS) for each in found.ravel())
    assert all(each * wanted >= 0 for each, wanted in zip(found.ravel().tolist(), change, strict=True))
    # What fits is only rounded.
    if max(map(abs, change)) / unit <= 127:
        assert np.abs(found * unit - np.array([change])).max() <= unit / 2 * (1 + 1e-9)


def test_a_model_is_read_in_the_unit_of_its_updates() -> None:
    assert weights_of(np.array([[840, -420]]), unit=0.5).tolist() == [[0.5, -0.25]]


@pytest.mark.parametrize(
    ("samples", "says"),
    [(np.zeros((0, 1)), "no samples"), (np.array([[np.nan]]), "no number"), (np.array([[1e3]]), "left all bounds")],
)
def test_what_cannot_be_trained_on_is_refused(
    samples: np.ndarray[tuple[int, ...], np.dtype[np.float64]], says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        trained(samples, np.ones((len(samples), 1)), np.zeros((1, 1)), Tuning(900_000, 1_000, 0))


@given(st.integers(1, 2**RATE_BITS - 1), st.integers(1, 2**STEPS_BITS - 1), st.integers(0, 2**RIDGE_BITS - 1))
def test_tuning_stays_in_its_range_and_in_one_word(rate: int, steps: int, ridge: int) -> None:
    tuning = Tuning(rate, steps, ridge)
    assert tuning.word < 2 ** (RATE_BITS + STEPS_BITS + RIDGE_BITS)
    for kept, enough in ((0, False), (3, False), (8, True)):
        after = tuning.after(kept, enough)
        assert after == Tuning(after.rate, after.steps, after.ridge)
        assert (after == tuning) or after.rate <= rate


@pytest.mark.parametrize(
    "values", [(0, 1, 0), (2**RATE_BITS, 1, 0), (1, 0, 0), (1, 2**STEPS_BITS, 0), (1, 1, 2**RIDGE_BITS)]
)
def test_tuning_out_of_range_is_refused(values: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="take"):
        Tuning(*values)
