"""How sure a score is, and whether it is better than luck and than others: what a report says of each spec.

**Interval.** The middle 95 % of the scores on holdouts drawn anew (`resampling`), each moved by a normal number with
the standard error of the mean over the spec's own runs. So it holds both sources of chance: the prices, and the seeds.
From two or three runs the spread of the runs is a rough estimate.

**p-value.** The chance that the best of as many skill-less specs would seem as good as this one: the step-down
procedure of Romano and Wolf (2005, algorithm 3.1) on the draws. It bounds the chance of even one false finding among
all the entries, and takes into account how alike they are. Skill-less is a score of one half; by `accuracy`, the base
rate.

**Place.** One more than the number of specs that are better beyond doubt: those whose lead, paired on the same draws
and divided by its standard error, is above what the largest such difference of any pair is by chance in 95 % of the
draws (the same procedure over all pairs). So specs that the holdout cannot tell apart share a place. The spread of the
runs is left out here: the question is whether these trained models differ on these prices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.statistics.metrics import HALF_PPM, METRICS, MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.statistics.resampling import Floats, Resampling

SURE: Final = 0.95

_NOTHING: Final = 1e-9
"""A standard error below it is the rounding of none: a constant predictor, or a copy."""


@dataclass(frozen=True)
class Standing:
    """What the holdout says of a spec.

    Attributes:
        interval_ppm: 95 % interval of its score; None where it was not trained to the end.
        p_value_ppm: chance to seem as good without skill, corrected for the number of entries, rounded up.
        place: from 1; shared by specs that the holdout cannot tell apart.
    """

    interval_ppm: tuple[int, int] | None
    p_value_ppm: int
    place: int


class Standings:
    """Collects specs, one after the other, and then says how each stands.

    Args:
        rises: [windows] which labels of the holdout are rises.
        future_periods: rows ahead that a label looks.

    >>> rises = np.arange(400) % 2 == 0
    >>> standings = Standings("balanced_accuracy", rises, future_periods=1)
    >>> standings.add(900_000, [np.where(rises ^ (np.arange(400) % 10 == 0), 1.0, -1.0).astype(np.float32)])
    >>> standings.add(500_000, [np.ones(400, np.float32)])
    >>> [(standing.place, standing.p_value_ppm) for standing in standings.all()]
    [(1, 1000), (2, 1000000)]
    """

    def __init__(self, metric: MetricName, rises: NDArray[np.bool_], future_periods: int) -> None:
        self._resampling = Resampling(metric, rises, future_periods)
        rate = math.floor(PPM * float(rises.mean()))
        self._skilless = max(rate, PPM - rate) if METRICS[metric].follows_base_rate else HALF_PPM
        self._scores: list[int] = []
        self._drawn: list[Floats | None] = []
        self._moved: list[Floats] = []

    def add(self, score_ppm: int, runs: Sequence[NDArray[np.float32]]) -> None:
        """Add a spec with its score and the logits [windows] of its runs; none where it was not trained to the end."""
        self._scores.append(score_ppm)
        if not runs:
            self._drawn.append(None)
            return
        each = [self._resampling.scores(run[None]) for run in runs]
        spread = 0.0
        if len(runs) > 1:
            # What the runs scored on this holdout, up to a rounding: the mean over the draws is as good.
            spread = float(np.std([drawn.mean() for drawn in each], ddof=1)) / math.sqrt(len(runs))
        drawn = np.mean(each, axis=0)
        self._drawn.append(drawn)
        self._moved.append(drawn + spread * self._resampling.noise())

    def all(self) -> list[Standing]:
        """Every spec's standing, in the order in which they were added."""
        trained = [(index, drawn) for index, drawn in enumerate(self._drawn) if drawn is not None]
        last = len(trained) + 1
        found = [Standing(None, PPM, last) for _ in self._drawn]
        if not trained:
            return [Standing(None, PPM, 1) for _ in self._drawn]
        drawn = np.stack([scores for _, scores in trained])  # [specs, draws]
        moved = np.stack(self._moved)  # [specs, draws]
        scores = np.array([self._scores[index] for index, _ in trained]) / PPM  # [specs]
        intervals = np.quantile(moved, [(1 - SURE) / 2, (1 + SURE) / 2], axis=1)
        p_values = step_down(scores - self._skilless / PPM, moved - scores[:, None])
        places = _places(scores, drawn)
        for (index, _), low, high, p_value, place in zip(trained, *intervals, p_values, places, strict=True):
            interval = (math.floor(PPM * max(low, 0.0)), math.ceil(PPM * min(high, 1.0)))
            found[index] = Standing(interval, math.ceil(round(PPM * p_value, 3)), int(place))
        return found


def step_down(effects: Floats, errors: Floats) -> Floats:
    """p-values of effects above 0, each corrected for the number of them (Romano and Wolf 2005).

    Args:
        effects: [specs].
        errors: [specs, draws] what chance adds to each, drawn jointly.

    Returns:
        [specs], at least 1 / (draws + 1), non-decreasing from the largest effect in standard errors to the smallest.
    """
    sizes = _standard_errors(errors)
    safe = np.where(sizes > _NOTHING, sizes, 1.0)
    studentized = np.where(sizes > _NOTHING, effects / safe, np.where(effects > _NOTHING, np.inf, 0.0))
    order = np.argsort(-studentized, kind="stable")
    by_chance = np.where(sizes[:, None] > _NOTHING, errors / safe[:, None], 0.0)[order]
    # The largest that this one and those after it reach by chance.
    largest = np.maximum.accumulate(by_chance[::-1], axis=0)[::-1]
    as_large = (largest >= studentized[order][:, None]).sum(axis=1)
    raw = (1 + as_large) / (errors.shape[1] + 1)
    p_values = np.empty(len(effects))
    p_values[order] = np.maximum.accumulate(raw)
    return np.where(effects > 0, p_values, 1.0)


def _places(scores: Floats, drawn: Floats) -> NDArray[np.int64]:
    """[specs] one more than the number of specs that lead by more than chance explains."""
    errors = drawn - scores[:, None]
    largest = np.zeros(errors.shape[1])
    sizes = _pair_errors(errors)
    inverse = np.divide(1.0, sizes, out=np.zeros_like(sizes), where=sizes > _NOTHING)
    for draw in range(errors.shape[1]):
        here = errors[:, draw]
        largest[draw] = np.abs((here[:, None] - here[None, :]) * inverse).max()
    limit = np.quantile(largest, SURE)
    leads = scores[:, None] - scores[None, :]
    better = (leads > 0) & (leads > limit * sizes)
    places: NDArray[np.int64] = 1 + better.sum(axis=0)
    return places


def _standard_errors(errors: Floats) -> Floats:
    found: Floats = np.sqrt(np.mean(errors**2, axis=1))
    return found


def _pair_errors(errors: Floats) -> Floats:
    """[specs, specs] standard error of the difference of every pair."""
    products = errors @ errors.T / errors.shape[1]
    own = np.diag(products)
    found: Floats = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * products, 0.0))
    return found
