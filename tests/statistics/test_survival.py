"""How long something lasts, held against SciPy, lifelines, and what must be so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hyperbounty.statistics.survival import Lasting, kaplan_meier, logrank_trend, restricted_mean

SEEN = st.lists(st.tuples(st.integers(1, 30).map(float), st.booleans()), min_size=2, max_size=25)


def censored(seen: Lasting) -> stats.CensoredData:
    return stats.CensoredData(uncensored=seen.times[seen.ended], right=seen.times[~seen.ended])


@given(st.lists(st.integers(1, 50).map(float), min_size=1, max_size=30))
def test_where_all_ended_a_curve_is_the_share_that_lasted_longer(times: list[float]) -> None:
    curve = kaplan_meier(Lasting.of([(time, True) for time in times]))
    assert curve.lasting == pytest.approx([np.mean(np.array(times) > at) for at in curve.times])
    assert restricted_mean(curve, until=100) == pytest.approx(np.mean(times))


@given(SEEN, SEEN)
def test_of_two_groups_it_is_the_log_rank_test(one: list[tuple[float, bool]], other: list[tuple[float, bool]]) -> None:
    groups = [Lasting.of(one), Lasting.of(other)]
    if not any(group.ended.any() for group in groups):
        assert logrank_trend(groups).p == 1
        return
    found = logrank_trend(groups)
    if not found.z:
        return
    asked = stats.logrank(*map(censored, groups))
    assert found.p == pytest.approx(asked.pvalue, abs=1e-9)
    assert abs(found.z) == pytest.approx(abs(asked.statistic), abs=1e-9)


@given(st.lists(SEEN, min_size=2, max_size=5))
def test_a_trend_turns_with_the_order_of_the_groups(seen: list[list[tuple[float, bool]]]) -> None:
    groups = [Lasting.of(each) for each in seen]
    found, turned = logrank_trend(groups), logrank_trend(groups[::-1])
    assert turned.z == pytest.approx(-found.z, abs=1e-9)
    assert turned.p == pytest.approx(found.p)


def test_groups_that_end_sooner_and_sooner_have_a_trend() -> None:
    random = np.random.default_rng(3)
    groups = [Lasting(random.exponential(30 / (place + 1), 20), np.ones(20, bool)) for place in range(4)]
    assert logrank_trend(groups).z > 3
    mixed = [Lasting(random.exponential(30, 20), np.ones(20, bool)) for _ in range(4)]
    assert abs(logrank_trend(mixed).z) < 3


@given(SEEN)
def test_lifelines_says_the_same(seen: list[tuple[float, bool]]) -> None:
    lifelines = pytest.importorskip("lifelines", reason="lifelines is not installed: pip install lifelines")
    made = Lasting.of(seen)
    fitter = lifelines.KaplanMeierFitter().fit(made.times, made.ended)
    curve = kaplan_meier(made)
    assert curve.lasting == pytest.approx(fitter.survival_function_at_times(curve.times).to_numpy())
    until = float(made.times.max())
    area = lifelines.utils.restricted_mean_survival_time(fitter, t=until)
    assert restricted_mean(curve, until) == pytest.approx(area)
