"""Training together beside attackers, on scikit-learn's digits: what `benchmarks.market` measures at full size."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.market.attacks import ATTACKS
from benchmarks.market.data import split_of
from benchmarks.market.robustness import RULES, honest_mean, mean_rule, play

pytestmark = [pytest.mark.sklearn, pytest.mark.heavy]

HELPFUL = {"×10", "overshoot"}
"""Attacks that go the right way, only further."""


@pytest.mark.parametrize("attack", ATTACKS)
def test_attackers_cost_next_to_nothing_and_are_not_paid(attack: str) -> None:
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    split = split_of("digits", 1, trainers=8, concentration=0.3)
    honest, done = (play(split, attack, 2, rule, 1) for rule in (honest_mean(2), None))
    assert done.accuracy > honest.accuracy - 0.02
    assert done.paid < 0.05 or attack in HELPFUL


def test_without_attackers_skewed_trainers_are_kept() -> None:
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    split = split_of("digits", 2, trainers=8, concentration=0.3)
    done = play(split, None, 0, None, 2)
    assert done.kept > 0.8
    assert done.accuracy > play(split, None, 0, mean_rule, 2).accuracy - 0.03


def test_krum_leaves_the_far_ones_out() -> None:
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    near = [np.full((2, 1), each) for each in (1, 2, 3, 2, 1, 2)]
    rule = RULES["Multi-Krum"](2)
    assert rule is not None
    assert rule([*near, np.full((2, 1), 90), np.full((2, 1), -90)]).tolist() == mean_rule(near).tolist()
