"""What a report says of each spec: intervals that hold, p-values that do not cry wolf, places that mean something."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from hyperbounty.statistics.metrics import METRICS, MetricName, score_ppm
from hyperbounty.statistics.standings import Standing, Standings, step_down

PPM = 1_000_000
Logits = NDArray[np.float32]


def walk(random: np.random.Generator, windows: int, periods: int) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Labels of a walk that overlap over `periods` rows, and the sums of returns that they are made of."""
    returns = random.normal(size=windows + periods)
    sums = np.concatenate([[0.0], np.cumsum(returns)])
    ahead = sums[periods:][:windows] - sums[:windows]
    return ahead > 0, ahead


def standings(
    metric: MetricName, rises: NDArray[np.bool_], specs: Sequence[Sequence[Logits]], periods: int = 3
) -> list[Standing]:
    found = Standings(metric, rises, periods)
    for runs in specs:
        found.add(score_ppm([METRICS[metric].score(rises, run) for run in runs]) if runs else 0, runs)
    return found.all()


def forecast(random: np.random.Generator, ahead: NDArray[np.float64], skill: float) -> Logits:
    return (skill * ahead + random.normal(size=len(ahead))).astype(np.float32)


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_skill_is_told_from_luck_and_the_better_from_the_worse(metric: MetricName) -> None:
    random = np.random.default_rng(1)
    rises, ahead = walk(random, 2_000, 3)
    specs = [[forecast(random, ahead, skill) for _ in range(2)] for skill in (0.0, 1.0, 0.0, 0.15)]
    luck, best, other, good = standings(metric, rises, specs)
    assert (best.place, good.place, luck.place, other.place) == (1, 2, 3, 3)
    assert best.p_value_ppm <= 1_000
    assert good.p_value_ppm < 50_000 < min(luck.p_value_ppm, other.p_value_ppm)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "auc", "mcc"])
def test_a_constant_model_is_sure_to_be_worth_one_half(metric: MetricName) -> None:
    rises = np.arange(90) % 3 == 0
    [constant] = standings(metric, rises, [[np.ones(90, np.float32)]])
    assert constant == Standing((500_000, 500_000), PPM, 1)


def test_copies_share_interval_and_place() -> None:
    random = np.random.default_rng(3)
    rises, ahead = walk(random, 500, 3)
    logits = forecast(random, ahead, 0.3)
    one, other = standings("balanced_accuracy", rises, [[logits], [logits]])
    assert one == other


def test_what_was_not_trained_comes_last() -> None:
    rises = np.arange(90) % 3 == 0
    trained, failed = standings("accuracy", rises, [[np.ones(90, np.float32)], []])
    assert (failed, trained.place) == (Standing(None, PPM, 2), 1)
    assert standings("accuracy", rises, [[], []]) == [Standing(None, PPM, 1)] * 2


def test_the_spread_of_the_runs_widens_the_interval() -> None:
    random = np.random.default_rng(4)
    rises, ahead = walk(random, 1_000, 3)
    weak, strong = forecast(random, ahead, 0.0), forecast(random, ahead, 2.0)
    [alike] = standings("balanced_accuracy", rises, [[strong, strong]])
    [apart] = standings("balanced_accuracy", rises, [[weak, strong]])
    widths = [high - low for low, high in (s.interval_ppm for s in (alike, apart) if s.interval_ppm is not None)]
    assert widths[1] > 3 * widths[0]


@pytest.mark.heavy
@pytest.mark.parametrize("metric", sorted(METRICS))
def test_intervals_hold_the_truth_about_as_often_as_they_say(metric: MetricName) -> None:
    random = np.random.default_rng(5)
    rises, ahead = walk(random, 200_000, 3)
    truth = METRICS[metric].score(rises, forecast(random, ahead, 0.3))
    held = 0
    for _ in range(200):
        rises, ahead = walk(random, 800, 3)
        [found] = standings(metric, rises, [[forecast(random, ahead, 0.3)]])
        assert found.interval_ppm is not None
        held += found.interval_ppm[0] <= truth <= found.interval_ppm[1]
    assert held >= 178  # 89 %: less has a chance of 1 in 2,000 if 95 % hold, and 8 % of the variance is missed.


@pytest.mark.heavy
def test_among_many_without_skill_hardly_ever_one_is_found() -> None:
    random = np.random.default_rng(6)
    alarms = 0
    for _ in range(100):
        rises, _ = walk(random, 600, 3)
        found = standings("balanced_accuracy", rises, [[random.normal(size=600).astype(np.float32)] for _ in range(32)])
        alarms += min(standing.p_value_ppm for standing in found) < 50_000
    assert alarms <= 13  # P(X > 13) is below 1 in 1,000 at 5 %.


matrices = st.integers(1, 6).flatmap(
    lambda specs: st.tuples(
        st.lists(st.floats(-3, 3), min_size=specs, max_size=specs),
        st.lists(st.lists(st.floats(-2, 2), min_size=20, max_size=20), min_size=specs, max_size=specs),
    )
)


@given(matrices)
def test_p_values_are_those_of_the_step_down_procedure(drawn: tuple[list[float], list[list[float]]]) -> None:
    effects, errors = np.array(drawn[0]), np.array(drawn[1])
    sizes = np.sqrt((errors**2).mean(axis=1))
    if (sizes < 1e-6).any():
        return
    found = step_down(effects, errors)
    ranked = sorted(range(len(effects)), key=lambda i: -effects[i] / sizes[i])
    least = 0.0
    for place, index in enumerate(ranked):
        rest = ranked[place:]
        luckiest = [max(errors[i, draw] / sizes[i] for i in rest) for draw in range(20)]
        p = (1 + sum(lucky >= effects[index] / sizes[index] for lucky in luckiest)) / 21
        least = max(least, p)
        assert found[index] == pytest.approx(least if effects[index] > 0 else 1.0)


@given(matrices)
def test_one_more_entry_never_makes_another_surer(drawn: tuple[list[float], list[list[float]]]) -> None:
    effects, errors = np.array(drawn[0]), np.array(drawn[1])
    assert (step_down(effects, errors)[:-1] >= step_down(effects[:-1], errors[:-1]) - 1e-12).all()
