"""Tests of trends, held against SciPy and against what must be so."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hyperbounty.statistics.trends import holm, mean_interval, page_trend, share_interval

PS = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_an_interval_is_that_of_a_t_test() -> None:
    values = np.random.default_rng(1).normal(5, 2, 20)
    found, asked = mean_interval(values), stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((asked.low, asked.high))
    assert found.half == pytest.approx((asked.high - asked.low) / 2)
    assert not np.isfinite(mean_interval([3.0]).low)


@given(st.integers(0, 10**6), st.integers(3, 7), st.integers(2, 25), st.booleans())
def test_a_trend_is_that_of_page_in_either_order(seed: int, levels: int, blocks: int, has_ties: bool) -> None:
    table = np.random.default_rng(seed).normal(size=(blocks, levels))
    if has_ties:
        table[0, 1] = table[0, 0]
    found = page_trend(table)
    method = "asymptotic" if has_ties else "auto"
    rise, fall = (stats.page_trend_test(each, method=method).pvalue for each in (table, table[:, ::-1]))
    assert found.p == pytest.approx(min(1, 2 * min(rise, fall)))
    ranks = [stats.spearmanr(np.arange(levels), row).statistic for row in table]
    # Spearman's coefficient has a correction for ties, which hardly matters here.
    assert found.rho == pytest.approx(np.mean(ranks), abs=0.2 if has_ties else 1e-9)
    turned = page_trend(table[:, ::-1])
    assert turned.p == pytest.approx(found.p)
    assert turned.rho == pytest.approx(-found.rho)


@given(st.integers(0, 10**6))
def test_of_few_blocks_a_trend_is_counted_out(seed: int) -> None:
    """All 216 orders of 3 blocks of 3 levels are as likely."""
    table = np.random.default_rng(seed).normal(size=(3, 3))
    weighed = np.argsort(np.argsort(table, axis=1), axis=1).sum(axis=0) @ np.arange(3)
    all_of_them = [
        sum(np.dot(order, range(3)) for order in orders) for orders in product(permutations(range(3)), repeat=3)
    ]
    rise = np.mean([each >= weighed for each in all_of_them])
    fall = np.mean([each <= weighed for each in all_of_them])
    assert page_trend(table).p == pytest.approx(min(1, 2 * min(rise, fall)))


def test_a_share_has_the_interval_of_its_paper() -> None:
    # By hand: (0 + 1.92) / (10 + 3.84) is its middle.
    found = share_interval(0, 10)
    assert (found.low, found.high) == pytest.approx((0, 2 * 1.9207 / 13.8415), abs=1e-4)
    assert found.times(100).high == pytest.approx(100 * found.high)


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
