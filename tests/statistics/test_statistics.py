"""What is luck: exact tails and noise bands."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.statistics.noise import coin_flip_pass_probability, noise_band


@given(st.integers(0, 1_000_000), st.integers(1, 200))
def test_the_tail_is_the_exact_binomial_one(minimum: int, windows: int) -> None:
    needed = next(k for k in range(windows + 2) if k * 1_000_000 >= minimum * windows)
    exact = sum(comb(windows, k) for k in range(needed, windows + 1)) / 2**windows
    assert coin_flip_pass_probability(minimum, windows) == pytest.approx(exact, rel=1e-9, abs=1e-300)


def test_a_large_holdout_is_no_problem() -> None:
    assert coin_flip_pass_probability(500_000, 200_000) == pytest.approx(0.5, abs=0.01)
    assert coin_flip_pass_probability(550_000, 5_000) < 1e-10


def test_the_band_narrows_with_the_root_of_the_independent_windows() -> None:
    assert noise_band(0.5, 900, 1) == pytest.approx(1.96 * 0.5 / 30)
    assert noise_band(0.5, 900, 9) == pytest.approx(1.96 * 0.5 / 10)
