"""The benchmark of luck: its players know nothing, and the bar keeps even those below that adapt."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.luck.adaptive import chance_of_any, greatest_chance
from benchmarks.luck.contests import KINDS, play
from benchmarks.luck.counts import Count
from benchmarks.luck.filters import LENGTH, entries
from hyperbounty.statistics.luck import USUAL_LUCK
from hyperbounty.statistics.metrics import METRICS, MetricName


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "mcc"])
@pytest.mark.parametrize(("windows", "count"), [(30, 1), (60, 6), (60, 256)])
def test_a_player_that_adapts_to_the_holdout_stays_below_the_bar(metric: MetricName, windows: int, count: int) -> None:
    _, chance = chance_of_any(metric, windows, count)
    assert chance < USUAL_LUCK / 2


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "mcc"])
@pytest.mark.parametrize("minimum", [500_001, 600_000, 750_000])
def test_the_greatest_chance_is_that_of_the_best_plan(metric: MetricName, minimum: int) -> None:
    # Every plan that there is for three windows: what to name first, then after each label, and so on.
    states = [labels for length in range(3) for labels in itertools.product((False, True), repeat=length)]
    best = 0.0
    for plan in itertools.product((-1.0, 1.0), repeat=len(states)):
        name = dict(zip(states, plan, strict=True))
        paid = 0
        for labels in itertools.product((False, True), repeat=3):
            logits = np.array([name[labels[:i]] for i in range(3)], np.float32)
            paid += METRICS[metric].score(np.array(labels), logits) >= minimum
        best = max(best, paid / 8)
    assert greatest_chance(metric, 3, minimum) == best


def test_the_entries_know_nothing_of_what_comes() -> None:
    returns = np.random.default_rng(1).normal(size=700)
    first, until = 500, 600
    changed = returns.copy()
    changed[until:] = -changed[until:]
    one, other = (entries(each, first, 3, np.random.default_rng(2), 40) for each in (returns, changed))
    seen = until - (first + LENGTH - 1)  # windows that end before the change
    assert (one[:, :seen] == other[:, :seen]).all()
    assert (one[:, seen:] != other[:, seen:]).any()


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_contests_of_many_without_skill_pay_hardly_ever(kind: object) -> None:
    played = play(kind, 5)  # type: ignore[arg-type]
    assert [played.paid(metric).hits for metric in METRICS] == [0] * len(METRICS)


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"), [(0, 10, 0.0, 0.30850), (10, 10, 0.69150, 1.0), (5, 100, 0.01643, 0.11284)]
)
def test_the_limits_of_a_count_are_those_of_clopper_and_pearson(hits: int, tries: int, low: float, high: float) -> None:
    assert Count(hits, tries).limits() == pytest.approx((low, high), abs=1e-5)
