"""Scores on drawn holdouts are those of the holdouts laid out, window by window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.statistics.resampling import BLOCK_HORIZONS, Resampling, block_length

DRAWS = 50


def laid_out(windows: int, future_periods: int) -> list[np.ndarray]:
    """The windows of every draw: the same blocks, laid end to end around the circle and cut to length."""
    length = block_length(windows, future_periods)
    starts = np.random.Generator(np.random.PCG64(0)).integers(0, windows, (DRAWS, -(-windows // length)))
    return [np.concatenate([np.arange(s, s + length) % windows for s in row])[:windows] for row in starts]


@given(st.integers(1, 10**6), st.integers(1, 10_000))
def test_a_block_is_no_shorter_than_a_label_looks_ahead(windows: int, future_periods: int) -> None:
    length = block_length(windows, future_periods)
    assert 1 <= length <= windows
    assert length >= min(windows, BLOCK_HORIZONS * future_periods)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "accuracy", "mcc"])
@pytest.mark.parametrize(("windows", "future_periods"), [(97, 3), (96, 3), (40, 1), (7, 5), (1, 1)])
def test_counts_are_those_of_the_drawn_windows(metric: MetricName, windows: int, future_periods: int) -> None:
    random = np.random.default_rng(windows)
    rises = random.random(windows) < 0.4
    logits = random.normal(size=(2, windows)).astype(np.float32)
    found = Resampling(metric, rises, future_periods, draws=DRAWS).scores(logits)
    expected = [
        np.mean([METRICS[metric].score(rises[drawn], run[drawn]) for run in logits])
        for drawn in laid_out(windows, future_periods)
    ]
    assert found * 1e6 == pytest.approx(expected, abs=1.01)


def test_auc_is_nearly_that_of_the_drawn_windows() -> None:
    # It is made of placements on the whole holdout, which leaves out how rises and falls are drawn together.
    random = np.random.default_rng(1)
    rises = random.random(1_000) < 0.5
    logits = (random.normal(size=1_000) + 0.5 * rises).astype(np.float32)
    found = Resampling("auc", rises, 3, draws=DRAWS).scores(logits[None])
    expected = np.array([METRICS["auc"].score(rises[drawn], logits[drawn]) for drawn in laid_out(1_000, 3)]) / 1e6
    assert np.abs(found - expected).max() < 0.003
    assert np.std(found) == pytest.approx(np.std(expected), rel=0.05)


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_the_same_predictions_have_the_same_draws(metric: MetricName) -> None:
    rises = np.arange(60) % 3 == 0
    logits = np.linspace(-1, 1, 60, dtype=np.float32)[None]
    one, other = (Resampling(metric, rises, 2).scores(logits) for _ in range(2))
    assert (one == other).all()


def test_blocks_keep_what_hangs_together() -> None:
    # Hits that come in long spells vary as much as so many fewer windows would; single draws would not see it.
    random = np.random.default_rng(2)
    spells = np.repeat(random.random(200) < 0.5, 10)
    rises = np.arange(2_000) % 2 == 0
    logits = np.where(spells == rises, 1.0, -1.0).astype(np.float32)[None]
    apart = Resampling("accuracy", rises, 1).scores(logits).std()
    together = Resampling("accuracy", rises, 10).scores(logits).std()
    assert together > 2 * np.sqrt(0.25 / 2_000)
    assert together > apart
