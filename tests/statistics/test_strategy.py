"""What following predictions would have made: exact where it can be said by hand, and never by knowing the future."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperbounty.statistics.strategy import deepest_fall, follow

PRICES = st.lists(st.floats(0.5, 2.0), min_size=6, max_size=40).map(lambda steps: 100 * np.cumprod(steps))
PERIODS = st.integers(1, 4)


@given(prices=PRICES, periods=PERIODS, seed=st.integers(0, 2**31), cost=st.floats(0, 0.02))
def test_money_is_never_lost_by_more_nor_won_by_more_than_the_rule_allows(
    prices: NDArray[np.float64], periods: int, seed: int, cost: float
) -> None:
    ends = np.arange(len(prices) - periods)
    signals = np.random.default_rng(seed).integers(0, 2, len(ends)).astype(float)
    free, paid = (follow(prices, ends, signals, periods=periods, cost=each) for each in (0.0, cost))
    assert (paid.strategy <= free.strategy + 1e-9).all()
    assert (paid.strategy > 0).all()
    assert 0 <= free.invested <= 1
    steps = prices[1:] / prices[:-1]
    assert free.strategy[-1] <= np.maximum(steps, 1).prod() * (1 + 1e-9)
    assert free.strategy[-1] >= np.minimum(steps, 1).prod() * (1 - 1e-9)


@given(prices=PRICES, periods=PERIODS)
def test_who_predicts_no_rise_keeps_the_money(prices: NDArray[np.float64], periods: int) -> None:
    ends = np.arange(len(prices) - periods)
    found = follow(prices, ends, np.zeros(len(ends)), periods=periods, cost=0.01)
    assert found.strategy.tolist() == [1.0] * len(found.rows)
    assert (found.invested, found.turnover) == (0, 0)


@given(prices=PRICES, cost=st.floats(0, 0.02))
def test_who_always_predicts_a_rise_one_row_ahead_buys_and_holds(prices: NDArray[np.float64], cost: float) -> None:
    ends = np.arange(len(prices) - 1)
    found = follow(prices, ends, np.ones(len(ends)), periods=1, cost=cost)
    assert found.strategy == pytest.approx(found.hold)
    assert found.hold[-1] == pytest.approx(prices[-1] / prices[0] * (1 - cost) ** 2)
    assert found.invested == 1


@given(prices=PRICES, periods=PERIODS, at=st.integers(0, 39), seed=st.integers(0, 2**31))
def test_what_a_prediction_does_is_not_known_before_its_row(
    prices: NDArray[np.float64], periods: int, at: int, seed: int
) -> None:
    ends = np.arange(len(prices) - periods)
    at = at % len(ends)
    signals = np.random.default_rng(seed).integers(0, 2, len(ends)).astype(float)
    other = signals.copy()
    other[at] = 1 - other[at]
    one, two = (follow(prices, ends, each, periods=periods, cost=0.001).strategy for each in (signals, other))
    assert (one[: at + 1] == two[: at + 1]).all()


def test_nothing_is_held_across_a_gap() -> None:
    # Rows 0-3 and 4-7 are segments: no label reaches across, so no prediction stands at 2, 3, 6 and 7.
    prices = np.array([1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 9.0, 9.0])
    found = follow(prices, np.array([0, 1, 4, 5]), np.ones(4), periods=2)
    assert found.strategy[-1] == pytest.approx(1.0)
    assert found.hold[-1] == pytest.approx(9.0)


def test_a_fall_is_from_the_highest_point_before() -> None:
    assert deepest_fall(np.array([1.0, 0.5, 2.0, 1.5])) == 0.5
    assert deepest_fall(np.array([1.0, 1.1])) == 0
