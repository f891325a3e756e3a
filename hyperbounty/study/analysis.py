"""What the rows of a study say: means with intervals, paired differences, trends, and what is ruined when.

Accuracies and shares are in percent of test samples or of samples, differences of accuracies in points, times in days.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.models.rules import DAY
from hyperbounty.statistics.survival import Lasting, LogRank, kaplan_meier, logrank_trend, restricted_mean
from hyperbounty.statistics.trends import Interval, Trend, holm, mean_interval, page_trend, share_interval
from hyperbounty.study.rows import Row

PRIMARY: Final = ("words", "reviews", "price")
"""The parts whose tests are corrected together."""

PLATEAU: Final = 1.0
"""Points: a difference that is surely less counts as none."""

COLLAPSE: Final = 5.0
"""Points below its beginning, from which on a model counts as collapsed."""

MEASURES: Final[Mapping[str, Callable[[Row], float]]] = {
    "before": lambda row: 100 * row.right_before / row.tests,
    "after": lambda row: 100 * row.right_after / row.tests,
    "gap": lambda row: 100 * (row.right_after - row.right_before) / row.tests,
    "alone": lambda row: 100 * row.right_alone / row.tests,
    "learned": lambda row: 100 * (row.right_alone - row.right_before) / row.tests,
    "loss": lambda row: 100 * (row.right_alone - row.right_after) / row.tests,
    "good left": lambda row: 100 * row.good_end / row.good_start,
    "bad left": lambda row: 100 * row.bad_end / row.bad_start,
    "refunded": lambda row: 100 * row.good_refunded / max(row.good_added, 1),
    "taken": lambda row: 100 * row.bad_taken / max(row.bad_added, 1),
    "honest lost": lambda row: 100 * row.honest_lost / row.good_start,
}
"""What is measured of a run. `gap` is what accuracy gained while the model was live, `learned` what it gains without
the bad agents, and `loss` what those cost; `honest lost` is in percent of what the good agents had."""


@dataclass(frozen=True)
class PartRows:
    """The rows of one part.

    Attributes:
        name: of the part.
        levels: in the order of the study.
        rows: [levels][seeds], the seeds in one order.
    """

    name: str
    levels: tuple[str, ...]
    rows: tuple[tuple[Row, ...], ...]

    def table(self, measure: str) -> NDArray[np.float64]:
        """A measure of `MEASURES`: float [seeds, levels]."""
        return np.array([[MEASURES[measure](row) for row in rows] for rows in self.rows]).T

    def means(self, measure: str) -> list[Interval]:
        """The mean of each level, with its interval."""
        return [mean_interval(values) for values in self.table(measure).T]

    def steps(self, measure: str) -> list[Interval]:
        """From each level to the next, the mean difference over the seeds."""
        return [self.between(measure, place, place + 1) for place in range(len(self.levels) - 1)]

    def span(self, measure: str) -> Interval:
        """The same, from the first level to the last."""
        return self.between(measure, 0, len(self.levels) - 1)

    def between(self, measure: str, first: int, second: int) -> Interval:
        """The same, from one level to another one, by their places."""
        found = self.table(measure)
        return mean_interval(found[:, second] - found[:, first])

    def lasting(self) -> list[Lasting]:
        """Of each level, how long the bad agents lasted, in days."""
        return [
            Lasting.of(
                [
                    ((row.ended_s if row.ruined_s is None else row.ruined_s) / DAY, row.ruined_s is not None)
                    for row in rows
                ]
            )
            for rows in self.rows
        ]

    def ruined(self) -> list[Interval]:
        """Of each level, the percentage of runs in which a bad agent was ruined."""
        return [share_interval(int(each.ended.sum()), len(each.ended)).times(100) for each in self.lasting()]

    def days(self, until: float) -> list[float]:
        """Of each level, the mean days that the bad agents lasted, counted to `until`."""
        return [restricted_mean(kaplan_meier(each), until) for each in self.lasting()]

    @property
    def shortest(self) -> float:
        """The day until which every run was watched or ended in ruin: means of days count no later ones."""
        ends = [float(each.times[~each.ended].min()) for each in self.lasting() if not each.ended.all()]
        return min(ends, default=max(float(each.times.max()) for each in self.lasting()))

    @property
    def compares_ruin(self) -> bool:
        """Whether, when somebody was ruined, runs of two levels or more were still watched."""
        seen = self.lasting()
        ruins = {float(time) for each in seen for time in each.times[each.ended]}
        return any(sum(bool((each.times >= time).any()) for each in seen) > 1 for time in ruins)

    @property
    def spared(self) -> list[str]:
        """Levels of which a run ended without ruin, and came to the day on which the first one was ruined anywhere."""
        seen = self.lasting()
        first = min((float(each.times[each.ended].min()) for each in seen if each.ended.any()), default=0.0)
        return [
            level
            for level, each in zip(self.levels, seen, strict=True)
            if bool((~each.ended & (each.times >= first)).any())
        ]

    def plateau(self, measure: str) -> str | None:
        """The first level from which on every later one is surely within `PLATEAU` of it; None where none is."""
        for place, level in enumerate(self.levels[:-1]):
            later = [self.between(measure, place, other) for other in range(place + 1, len(self.levels))]
            if all(each.low > -PLATEAU and each.high < PLATEAU for each in later):
                return level
        return None

    def turn(self, measure: str) -> str | None:
        """The level after which the measure surely goes the other way; None where it never does."""
        signs = [(place, np.sign(step.mean)) for place, step in enumerate(self.steps(measure)) if is_sure(step)]
        for (_, before), (place, after) in pairwise(signs):
            if before != after:
                return self.levels[place]
        return None


def is_sure(step: Interval) -> bool:
    """Whether a difference is surely one: 0 lies outside its interval."""
    return step.low > 0 or step.high < 0


def parts_of(rows: Sequence[Row]) -> dict[str, PartRows]:
    """The parts of a study, by their names.

    Raises:
        InvalidInput: a level lacks a seed that another one has.
    """
    found: dict[str, dict[str, dict[int, Row]]] = {}
    for row in rows:
        found.setdefault(row.part, {}).setdefault(row.level, {})[row.seed] = row
    parts: dict[str, PartRows] = {}
    for name, levels in found.items():
        seeds = sorted(next(iter(levels.values())))
        if any(sorted(by_seed) != seeds for by_seed in levels.values()):
            raise InvalidInput(f"the levels of part {name!r} have not the same seeds", "let the study end first")
        parts[name] = PartRows(
            name, tuple(levels), tuple(tuple(by_seed[seed] for seed in seeds) for by_seed in levels.values())
        )
    return parts


@dataclass(frozen=True)
class Tested:
    """One primary test.

    Attributes:
        part: whose levels are ordered.
        outcome: `after`, `gap` or `ruin`.
        p: of the trend, two-sided.
        adjusted: the same, with Holm's correction over all primary tests.
        trend: of accuracy or gap, with the size of the effect; None for ruin.
        ruin: of ruin; None for the others.
    """

    part: str
    outcome: str
    p: float
    adjusted: float
    trend: Trend | None = None
    ruin: LogRank | None = None


def primary_tests(parts: Mapping[str, PartRows]) -> list[Tested]:
    """The tests of those primary parts that the study has, with three levels or more."""
    made: list[Tested] = []
    for name in PRIMARY:
        part = parts.get(name)
        if part is None or len(part.levels) < 3 or len(part.rows[0]) < 2:
            continue
        for outcome in ("after", "gap"):
            trend = page_trend(part.table(outcome))
            made.append(Tested(name, outcome, trend.p, trend.p, trend=trend))
        ruin = logrank_trend(part.lasting())
        made.append(Tested(name, "ruin", ruin.p, ruin.p, ruin=ruin))
    adjusted = holm([test.p for test in made])
    return [
        Tested(test.part, test.outcome, test.p, p, test.trend, test.ruin)
        for test, p in zip(made, adjusted, strict=True)
    ]
