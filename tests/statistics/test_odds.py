"""The odds move as they must, and agree with what happens in contests that are made as they take them to be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from hyperbounty.errors import InvalidInput
from hyperbounty.statistics.odds import Floats, Odds, odds, student_tail

ERROR = 0.035
SCORES = npst.arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3)),
    elements=st.floats(0.3, 0.8),
)


def found(scores: Floats, bar_ppm: int = 570_000, *, runs: int = 3, chosen: int = 0, tried: int = 1) -> Odds:
    errors = np.full(scores.shape[:2], ERROR)
    return odds(scores, errors, size=2.0, runs=runs, minimum_ppm=bar_ppm, chosen=chosen, tried=tried)


def chance(scores: Floats, bar_ppm: int = 570_000, **how: int) -> float:
    return found(scores, bar_ppm, **how).chance


@given(SCORES, st.integers(400_000, 700_000))
def test_a_higher_bar_and_more_specs_tried_make_it_less_likely(scores: Floats, bar_ppm: int) -> None:
    for chosen in range(len(scores)):
        alone = chance(scores, bar_ppm, chosen=chosen)
        assert 0 <= alone <= 1
        assert chance(scores, bar_ppm + 10_000, chosen=chosen) <= alone
        assert chance(scores, bar_ppm, chosen=chosen, tried=len(scores) + 20) <= alone + 1e-12


@given(SCORES)
def test_what_is_expected_is_never_above_the_folds_nor_below_the_mean_of_all(scores: Floats) -> None:
    means = scores.mean(axis=(1, 2))
    chosen = int(means.argmax())
    best = found(scores, chosen=chosen)
    assert best.expected_ppm <= round(1e6 * means[chosen]) + 1
    assert best.expected_ppm >= math.floor(1e6 * means.mean()) - 1
    assert best.drawn_ppm >= 0


def test_at_its_expected_score_the_chance_is_one_half() -> None:
    scores = np.array([[[0.58, 0.60], [0.61, 0.63], [0.59, 0.57]]])
    assert chance(scores, found(scores).expected_ppm) == pytest.approx(0.5, abs=0.001)


def test_folds_and_runs_that_differ_more_make_it_less_sure() -> None:
    calm = np.array([[[0.60, 0.60]] * 4])
    over_folds = calm + np.array([-0.06, 0.06, -0.06, 0.06])[None, :, None]
    over_runs = calm + np.array([-0.06, 0.06])
    assert chance(over_folds) < chance(calm)
    assert chance(over_runs) < chance(calm)
    assert chance(over_runs, runs=30) > chance(over_runs, runs=1)


@pytest.mark.parametrize("specs", [1, 8])
def test_stated_and_seen_agree_where_the_world_is_as_the_formula_takes_it(specs: int) -> None:
    """Specs of differing worth, of which the best on the folds is taken: over all bars, and in each fifth."""
    rng = np.random.default_rng(specs)
    stated, seen = [], []
    run = 0.01
    for _ in range(600):
        worth = rng.normal(0.58, 0.02, specs)
        # Half of the luck of the windows is that of all specs alike.
        shared = rng.normal(0, ERROR * math.sqrt(0.5), 4)
        folds = worth[:, None] + shared + rng.normal(0, ERROR * math.sqrt(0.5), (specs, 4))
        scores = folds[:, :, None] + rng.normal(0, run, (specs, 4, 2))
        chosen = int(scores.mean(axis=(1, 2)).argmax())
        result = worth[chosen] + rng.normal(0, ERROR / math.sqrt(2)) + rng.normal(0, run / math.sqrt(3))
        for bar in (540_000, 560_000, 580_000, 600_000, 620_000):
            stated.append(chance(scores, bar, chosen=chosen))
            seen.append(result >= bar / 1e6)
    told, came = np.array(stated), np.array(seen, np.float64)
    assert abs(told.mean() - came.mean()) < 0.04
    assert np.mean((told - came) ** 2) < came.mean() * (1 - came.mean())
    fifths = np.minimum((5 * told).astype(int), 4)
    gaps = [
        abs(told[fifths == part].mean() - came[fifths == part].mean()) for part in range(5) if (fifths == part).any()
    ]
    assert np.mean(gaps) < 0.1


def test_the_best_of_equals_is_drawn_to_what_it_is_worth() -> None:
    rng = np.random.default_rng(4)
    errors, drawn = [], []
    for _ in range(200):
        scores = 0.58 + rng.normal(0, 0.03, (10, 4, 2))
        chosen = int(scores.mean(axis=(1, 2)).argmax())
        errors.append(scores[chosen].mean() - 0.58)
        drawn.append(found(scores, chosen=chosen).expected_ppm / 1e6 - 0.58)
    assert np.mean(errors) > 0.012
    assert abs(np.mean(drawn)) < np.mean(errors) / 2


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 30])
@pytest.mark.parametrize("t", [-3.0, -0.4, 0.0, 1.3, 5.0])
def test_the_tail_is_that_of_the_density(t: float, freedom: int) -> None:
    # The density, integrated over the angle whose tangent is x / root of the degrees of freedom.
    angles = np.linspace(math.atan(t / math.sqrt(freedom)), math.pi / 2, 200_001)
    heights = np.cos(angles) ** (freedom - 1)
    area = float(np.sum((heights[1:] + heights[:-1]) / 2 * np.diff(angles)))
    size = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(math.pi)
    assert student_tail(t, freedom) == pytest.approx(size * area, abs=1e-7)


@pytest.mark.parametrize(
    ("scores", "errors", "chosen"), [((1, 0, 1), (1, 0), 0), ((1, 2, 1), (1, 3), 0), ((1, 2, 1), (1, 2), 1)]
)
def test_without_scores_there_are_no_odds(scores: tuple[int, ...], errors: tuple[int, ...], chosen: int) -> None:
    with pytest.raises(InvalidInput, match="give one for each spec and fold"):
        odds(np.zeros(scores), np.zeros(errors), size=1.0, runs=1, minimum_ppm=500_000, chosen=chosen)
