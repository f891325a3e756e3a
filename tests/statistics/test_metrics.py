"""Scores are those of the textbook, exact, and defined where the textbook divides by zero."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.statistics.metrics import METRICS, MetricName, score_ppm

PPM = 1_000_000
outcomes = st.lists(st.tuples(st.booleans(), st.sampled_from([-2.0, -0.5, 0.0, 0.25, 3.0])), min_size=1, max_size=40)


def score(metric: MetricName, given_: list[tuple[bool, float]]) -> int:
    rises, logits = zip(*given_, strict=True)
    return METRICS[metric].score(np.array(rises), np.array(logits, np.float32))


def recall(given_: list[tuple[bool, float]], label: bool) -> Fraction:
    of_class = [(logit > 0) == label for rise, logit in given_ if rise == label]
    return Fraction(sum(of_class), len(of_class))


def has_both(given_: list[tuple[bool, float]]) -> bool:
    return len({rise for rise, _ in given_}) == 2


@given(outcomes)
def test_accuracy_is_the_share_of_hits(given_: list[tuple[bool, float]]) -> None:
    hits = sum((logit > 0) == rise for rise, logit in given_)
    assert score("accuracy", given_) == math.floor(Fraction(hits, len(given_)) * PPM)


@given(outcomes)
def test_balanced_accuracy_is_the_mean_recall(given_: list[tuple[bool, float]]) -> None:
    expected = (recall(given_, True) + recall(given_, False)) / 2 if has_both(given_) else Fraction(1, 2)
    assert score("balanced_accuracy", given_) == math.floor(expected * PPM)


@given(outcomes)
def test_auc_counts_pairs(given_: list[tuple[bool, float]]) -> None:
    rises = [logit for rise, logit in given_ if rise]
    falls = [logit for rise, logit in given_ if not rise]
    pairs = [Fraction((up > down) + (up >= down), 2) for up in rises for down in falls]
    expected = sum(pairs, Fraction(0)) / len(pairs) if pairs else Fraction(1, 2)
    assert score("auc", given_) == math.floor(expected * PPM)


@given(outcomes)
def test_mcc_is_the_scaled_correlation(given_: list[tuple[bool, float]]) -> None:
    said = np.array([logit > 0 for _, logit in given_], float)
    true = np.array([rise for rise, _ in given_], float)
    if said.std() == 0 or true.std() == 0:
        assert score("mcc", given_) == PPM // 2
    else:
        expected = (1 + float(np.corrcoef(said, true)[0, 1])) / 2 * PPM
        found = score("mcc", given_)
        assert found == pytest.approx(expected, abs=1.001)
        assert found <= expected + 1e-6, "rounded down"


@given(outcomes)
def test_every_score_is_a_whole_number_between_nothing_and_all(given_: list[tuple[bool, float]]) -> None:
    for metric in METRICS:
        found = score(metric, given_)
        assert isinstance(found, int)
        assert 0 <= found <= PPM


@given(outcomes)
def test_a_model_and_its_opposite_share_what_there_is(given_: list[tuple[bool, float]]) -> None:
    decided = [(rise, logit or 1.0) for rise, logit in given_]
    opposite = [(rise, -logit) for rise, logit in decided]
    for metric in METRICS:
        # Each is rounded down, so together they may lack one.
        assert score(metric, decided) + score(metric, opposite) in (PPM - 1, PPM)


@pytest.mark.parametrize("logit", [1.0, -1.0])
@pytest.mark.parametrize("rises", [0, 1, 39, 40])
def test_a_constant_model_has_one_half_whatever_the_prices_do(logit: float, rises: int) -> None:
    labels = [True] * rises + [False] * (40 - rises)
    for metric in ("balanced_accuracy", "auc", "mcc"):
        assert score(metric, [(label, logit) for label in labels]) == PPM // 2
    assert score("accuracy", [(label, logit) for label in labels]) == PPM * (rises if logit > 0 else 40 - rises) // 40


@pytest.mark.parametrize("label", [True, False])
def test_a_holdout_of_one_class_tells_nothing(label: bool) -> None:
    mixed = [(label, 1.0), (label, -1.0), (label, 2.0)]
    assert [score(metric, mixed) for metric in ("balanced_accuracy", "auc", "mcc")] == [PPM // 2] * 3


def test_a_perfect_model_has_everything() -> None:
    assert {score(metric, [(True, 0.1), (False, -3.0), (True, 2.0)]) for metric in METRICS} == {PPM}


def test_large_holdouts_are_exact() -> None:
    # The square under the root of mcc has 84 bits here, more than a double holds.
    labels = np.arange(2_000_003) % 2 == 0
    logits = np.where(np.arange(2_000_003) % 3 == 0, 1.0, -1.0).astype(np.float32)
    assert METRICS["mcc"].score(labels, logits) in (499_999, 500_000)
    assert METRICS["balanced_accuracy"].score(labels, logits) in (499_999, 500_000)


@given(st.lists(st.integers(0, PPM), min_size=1, max_size=9))
def test_a_spec_has_the_mean_of_its_runs_rounded_down(runs: list[int]) -> None:
    assert score_ppm(runs) == math.floor(Fraction(sum(runs), len(runs)))
