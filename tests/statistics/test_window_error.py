"""The standard error of a score and the band of noise, against scores of predictions that were drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.statistics.sampling import Sample, window_error

WINDOWS = 600
RATES = {"accuracy": 0.5, "balanced_accuracy": 0.3, "auc": 0.4, "mcc": 0.35}


@pytest.mark.parametrize("metric", METRICS)
def test_without_skill_it_is_the_spread_of_predictions_that_are_drawn(metric: MetricName) -> None:
    rng = np.random.default_rng(1)
    rises = rng.random(WINDOWS) < RATES[metric]
    logits = rng.normal(size=(400, WINDOWS)).astype(np.float32)
    scores = [METRICS[metric].score(rises, each) / 1e6 for each in logits]
    error = Sample(metric, WINDOWS, 1, float(rises.mean())).error(0.5)
    # The spread of 400 scores is known to a twenty-eighth; four of them.
    assert float(np.std(scores)) == pytest.approx(error, rel=4 / math.sqrt(2 * 400))


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy"])
def test_with_skill_it_is_so_too(metric: MetricName) -> None:
    rng = np.random.default_rng(2)
    rises = rng.random(WINDOWS) < 0.5
    right = rng.random((400, WINDOWS)) < 0.7
    logits = np.where(right == rises, 1.0, -1.0).astype(np.float32)
    scores = [METRICS[metric].score(rises, each) / 1e6 for each in logits]
    error = Sample(metric, WINDOWS, 1, float(rises.mean())).error(0.7)
    assert float(np.std(scores)) == pytest.approx(error, rel=4 / math.sqrt(2 * 400))


@pytest.mark.parametrize("metric", METRICS)
def test_the_band_holds_filters_of_labels_that_overlap(metric: MetricName) -> None:
    """Trends followed on random walks: the labels look three rows ahead, and the predictions hang together too."""
    rng, inside = np.random.default_rng(3), 0
    for _ in range(300):
        walk = np.concatenate([[0.0], np.cumsum(rng.normal(size=WINDOWS + 43))])
        ends = np.arange(40, 40 + WINDOWS)
        rises = walk[ends + 3] > walk[ends]
        span = int(rng.integers(1, 40))
        logits = (walk[ends] - walk[ends - span]).astype(np.float32)
        low, high = Sample(metric, WINDOWS, 3, float(rises.mean())).noise_ppm()
        inside += low <= METRICS[metric].score(rises, logits) <= high
    # The band is wide rather than narrow; of 300 draws at 95 %, fewer than 270 are beyond four standard errors.
    assert inside >= 270


@given(st.sampled_from(sorted(METRICS)), st.integers(1, 5_000), st.integers(1, 50), st.floats(0, 1), st.floats(0, 1))
def test_it_is_a_band_around_the_base_rate_and_more_windows_narrow_it(
    metric: MetricName, windows: int, future_periods: int, rise_rate: float, skill: float
) -> None:
    sample = Sample(metric, windows, future_periods, rise_rate)
    low, high = sample.noise_ppm()
    assert 0 <= low <= sample.base_ppm <= high <= 1_000_000
    assert Sample(metric, 4 * windows, future_periods, rise_rate).error(skill) <= sample.error(skill)


def test_windows_that_all_rise_leave_nothing_to_luck_and_those_that_nearly_all_do_no_more_than_there_is() -> None:
    assert Sample("balanced_accuracy", 100, 1, 5e-324).noise_ppm() == (0, 1_000_000)
    assert Sample("balanced_accuracy", 100, 1, 1.0).noise_ppm() == (500_000, 500_000)
    assert Sample("accuracy", 100, 1, 1.0).base_ppm == 1_000_000


@pytest.mark.parametrize("metric", METRICS)
def test_what_was_predicted_says_how_far_a_score_strays(metric: MetricName) -> None:
    """Independent windows: the measured error is that of theory. Labels that overlap under a trend: it is larger."""
    rng = np.random.default_rng(4)
    rises = rng.random(2_000) < 0.5
    logits = [rng.normal(size=2_000).astype(np.float32) for _ in range(4)]
    measured = window_error(metric, rises, 1, logits)
    assert measured == pytest.approx(Sample(metric, 2_000, 1, float(rises.mean())).error(0.5), rel=0.15)
    walk = np.concatenate([[0.0], np.cumsum(rng.normal(size=2_099))])
    ends = np.arange(40, 2_040)
    hanging = window_error(
        metric, walk[ends + 12] > walk[ends], 12, [(walk[ends] - walk[ends - 30]).astype(np.float32)]
    )
    assert hanging > 2 * measured
