"""The bar is the least that keeps luck from being paid, and luck is bounded from above."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.statistics.luck import Lottery, independent_outcomes
from hyperbounty.statistics.metrics import METRICS, MetricName
from tests.statistics.binomial import tail

PPM = 1_000_000

lotteries = st.builds(
    Lottery,
    metric=st.sampled_from(sorted(METRICS)),
    windows=st.integers(1, 10**6),
    training_windows=st.integers(1, 10**6),
    future_periods=st.integers(1, 300),
    rise_rate_ppm=st.integers(1, PPM - 1),
    entries=st.integers(1, 1024),
)
SAMPLE = Lottery("balanced_accuracy", 1_137, 4_737, 3, 500_000, 256)


@given(lotteries, st.integers(1_000, 500_000))
def test_the_bar_is_the_least_that_keeps_luck_below(lottery: Lottery, luck_ppm: int) -> None:
    bar = lottery.bar_ppm(luck_ppm / PPM)
    assert bar >= lottery.start_ppm
    if bar <= PPM:
        assert lottery.chance_of_any(bar) <= luck_ppm / PPM < lottery.chance_of_any(bar - 1)


@given(lotteries, st.integers(0, PPM))
def test_more_of_what_helps_luck_never_lowers_the_bar(lottery: Lottery, minimum: int) -> None:
    chance = lottery.chance_of_any(minimum)
    assert replace(lottery, entries=lottery.entries + 1).chance_of_any(minimum) >= chance
    assert replace(lottery, future_periods=lottery.future_periods + 1).chance_of_any(minimum) >= chance
    assert replace(lottery, windows=lottery.windows + 1).chance_of_any(minimum) <= chance
    assert lottery.chance_of_any(minimum + 1) <= chance
    assert lottery.chance_of_one(minimum) <= chance <= 1


@given(st.integers(1, 400), st.integers(500_000, PPM))
def test_the_bound_is_above_what_a_coin_does(windows: int, minimum: int) -> None:
    # By accuracy, with a base rate that is known to be one half, whoever knows nothing has a coin's binomial hits.
    lottery = Lottery("accuracy", windows, 10**12, 1, 500_000, 1)
    assert lottery.chance_of_one(minimum) >= tail(math.ceil(windows * minimum / PPM), windows) - 1e-9


def test_labels_that_overlap_count_once() -> None:
    assert [independent_outcomes(1_137, periods) for periods in (1, 3, 1_137, 2_000)] == [1_137, 379, 1, 1]
    apart = Lottery("mcc", 379, 1_579, 1, 500_000, 256)
    assert replace(SAMPLE, metric="mcc").bar_ppm(0.05) == apart.bar_ppm(0.05)


def test_a_drift_of_the_prices_raises_the_bar() -> None:
    assert replace(SAMPLE, rise_rate_ppm=458_000).bar_ppm(0.05) > SAMPLE.bar_ppm(0.05)
    for rate in (458_000, 542_000):
        drifting = replace(SAMPLE, metric="accuracy", rise_rate_ppm=rate)
        assert drifting.start_ppm == 542_000
        assert drifting.bar_ppm(0.05) > 542_000 + SAMPLE.bar_ppm(0.05) - 500_000
        assert drifting.chance_of_one(542_000) == 1


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_no_bar_helps_where_the_holdout_is_too_small(metric: MetricName) -> None:
    assert replace(SAMPLE, metric=metric, windows=12).bar_ppm(0.05) > PPM


def test_a_series_that_only_rises_has_no_bar() -> None:
    assert replace(SAMPLE, rise_rate_ppm=PPM).bar_ppm(0.05) > PPM


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_the_luckiest_of_many_coins_stays_below_the_bar(metric: MetricName) -> None:
    lottery = Lottery(metric, 200, 10**6, 1, 500_000, 64)
    bar, random = lottery.bar_ppm(0.05), np.random.default_rng(1)
    paid = 0
    for _ in range(100):
        rises = random.random(200) < 0.5
        coins = random.normal(size=(64, 200)).astype(np.float32)
        paid += max(METRICS[metric].score(rises, coin) for coin in coins) >= bar
    assert paid <= 10  # P(X > 10) < 2 % if the chance were a whole 5 %, and it is far less.
