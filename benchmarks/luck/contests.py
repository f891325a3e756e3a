"""Contests on random walks that many entries without skill take part in: how often one is paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.luck.counts import Count
from benchmarks.luck.filters import LENGTH, Floats, entries
from hyperbounty.statistics.luck import USUAL_LUCK, Lottery
from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.statistics.ppm import PPM

ENTRIES: Final = 256
TRAINING_ROWS: Final = 4_800
HOLDOUT_ROWS: Final = 1_200
OLD_BAR_PPM: Final = 530_000
"""By accuracy, which the README's contest had."""


def gaussian(random: np.random.Generator, rows: int) -> Floats:
    """Returns of equal size."""
    return random.normal(size=rows)


def bursts(random: np.random.Generator, rows: int) -> Floats:
    """Returns with heavy tails (Student, 3 degrees of freedom) and volatility that wanders: calm, stormy."""
    volatility = np.zeros(rows)
    for row in range(1, rows):
        volatility[row] = 0.99 * volatility[row - 1] + 0.15 * random.normal()
    return random.standard_t(3, rows) * np.exp(volatility)


@dataclass(frozen=True)
class Walks:
    """A kind of contest.

    Attributes:
        returns: of the walk.
        future_periods: rows ahead that a label looks.
    """

    name: str
    returns: Callable[[np.random.Generator, int], Floats]
    future_periods: int


KINDS: Final = (
    Walks("normal returns, 3 rows ahead", gaussian, 3),
    Walks("normal returns, 1 row ahead", gaussian, 1),
    Walks("bursts, 12 rows ahead", bursts, 12),
)


@dataclass
class Played:
    """Contests of a kind that were played, by the metric; ppm.

    Attributes:
        bars: least minimum of each.
        best: highest score of each.
        outcomes: how many independent ones the holdout comes to.
    """

    bars: dict[MetricName, list[int]] = field(default_factory=lambda: {metric: [] for metric in METRICS})
    best: dict[MetricName, list[int]] = field(default_factory=lambda: {metric: [] for metric in METRICS})

    def paid(self, metric: MetricName) -> Count:
        """In how many luck was paid."""
        hits = sum(best >= bar for best, bar in zip(self.best[metric], self.bars[metric], strict=True))
        return Count(hits, len(self.bars[metric]))

    def needed(self, metric: MetricName) -> int:
        """What the bar would have had to be to pay luck in just 5 % of these contests."""
        return int(np.quantile(self.best[metric], 1 - USUAL_LUCK))


def play(walks: Walks, contests: int, seed: int = 0) -> Played:
    """Play as many contests of `ENTRIES` entries each."""
    random = np.random.default_rng(seed)
    played = Played()
    periods = walks.future_periods
    for _ in range(contests):
        returns = walks.returns(random, TRAINING_ROWS + HOLDOUT_ROWS)
        sums = np.concatenate([[0.0], np.cumsum(returns)])
        # The first window of the holdout begins one row into it, and the last label looks at its last row.
        first = TRAINING_ROWS + 1
        ends = np.arange(first + LENGTH - 1, len(returns) - periods)
        rises = sums[ends + 1 + periods] > sums[ends + 1]
        before = np.arange(LENGTH, TRAINING_ROWS - periods)
        rate = float((sums[before + 1 + periods] > sums[before + 1]).mean())
        logits = entries(returns, first, periods, random, ENTRIES).astype(np.float32)
        for name, metric in METRICS.items():
            lottery = Lottery(name, len(ends), len(before), periods, round(PPM * rate), ENTRIES)
            played.bars[name].append(lottery.bar_ppm(USUAL_LUCK))
            played.best[name].append(max(metric.score(rises, each) for each in logits))
    return played
