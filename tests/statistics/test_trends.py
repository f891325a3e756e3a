"""Tests of trends, held against SciPy and against what must be so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hyperbounty.statistics.trends import holm, mean_interval, page_trend

PS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_an_interval_is_that_of_a_t_test() -> None:
    values = np.random.default_rng(1).normal(5, 2, 20)
    found, asked = mean_interval(values), stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((asked.low, asked.high))
    assert found.half == pytest.approx((asked.high - asked.low) / 2)
    assert not np.isfinite(mean_interval([3.0]).low)


@given(st.integers(0, 10**6), st.integers(3, 7), st.integers(2, 25))
def test_a_trend_is_that_of_page_in_either_order(seed: int, levels: int, blocks: int) -> None:
    table = np.random.default_rng(seed).normal(size=(blocks, levels))
    found = page_trend(table)
    rise, fall = (stats.page_trend_test(each, method="asymptotic").pvalue for each in (table, table[:, ::-1]))
    assert found.p == pytest.approx(min(1, 2 * min(rise, fall)))
    ranks = [stats.spearmanr(np.arange(levels), row).statistic for row in table]
    assert found.rho == pytest.approx(np.mean(ranks))
    turned = page_trend(table[:, ::-1])
    assert turned.p == pytest.approx(found.p)
    assert turned.rho == pytest.approx(-found.rho)


@given(PS)
def test_corrected_ones_keep_their_order_and_are_never_less(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(p <= each <= min(1, len(ps) * p) + 1e-12 for p, each in zip(ps, adjusted, strict=True))
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    assert [adjusted[place] for place in order] == sorted(adjusted)
    assert min(adjusted) == pytest.approx(min(1, len(ps) * min(ps)))


def test_corrections_are_those_of_the_paper() -> None:
    # Worked by hand: 4, 3, 2 and 1 times the ordered ones, never less than the one before.
    assert holm([0.01, 0.02, 0.03, 0.005]) == pytest.approx([0.03, 0.04, 0.04, 0.02])
