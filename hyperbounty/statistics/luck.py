"""How far luck carries an entry, and the bar that keeps luck from being paid.

A prediction is *skill-less* if it knows nothing of what its label is made of: any function of the prices up to the end
of its window and of dice, such as a constant, a coin, or a filter that follows or fights the recent trend. Where rises
come with the same chance p whatever was before (a random walk), Hoeffding (1963, theorem 2) bounds every weighted sum
of its hits. Two labels overlap if their windows end fewer than `future_periods` rows apart. The windows fall into as
many classes of which no two members overlap, and the mean over classes obeys the bound of one of them (the same paper,
section 5d): n windows count as m = ⌊n / future_periods⌋ independent outcomes. For each entry then

    P(score ≥ 1/2 + e) ≤ exp(-2 m (4 p (1 - p) e / swing)²)

since every metric but `accuracy` is one half and such a sum:

    balanced_accuracy - 1/2   mean of s (y - ȳ) / (4 ȳ (1 - ȳ)), s = ±1 the prediction, y = 0 or 1 the label: swing 1
    mcc - 1/2                 the same with s standardized and the root of 4 ȳ (1 - ȳ). It makes much of a lucky streak
                              after which one class alone is predicted: swing 1.15, computed, see below
    auc - 1/2                 the same with s twice the logit's rank from -1 to 1, whose mean square is at most 1/3:
                              swing 2 / √3

`accuracy` pays a constant for the drift of the prices, which the training windows only estimate. So its luck is counted
from their base rate, as the difference of two means: with M independent outcomes in training, 1 / (1 / m + 1 / M)
outcomes (the same paper, eq. 2.7).

**Entries.** The chance that any of k entries is paid is at most k times that of one, whatever they share.

**Runs.** The runs of a spec look at the same future, so they may all be lucky together. The mean of several scores that
obey such a bound obeys it too, and nothing better is true of all predictors. So runs do not lower the bar.

**How exact it is.** For `accuracy` and p = 1/2 it is a theorem. For the others it neglects that ȳ differs from p, and
that a predictor might adapt to how the holdout went so far. `benchmarks/luck` computes the best that an adaptive
skill-less predictor can do, and plays contests of filters: the bound covers both, for `mcc` because of its swing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from hyperbounty.statistics.metrics import HALF_PPM, METRICS, MetricName
from hyperbounty.statistics.ppm import PPM

USUAL_LUCK: Final = 0.05
"""The chance that luck is paid which a contest may have without saying that it wants it."""


def independent_outcomes(windows: int, future_periods: int) -> int:
    """How many outcomes the labels of `windows` windows come to, of which each looks `future_periods` rows ahead.

    >>> independent_outcomes(1_137, 3)
    379
    """
    return max(windows // future_periods, 1)


@dataclass(frozen=True)
class Lottery:
    """A contest as those see it who know nothing.

    Attributes:
        metric: that scores are made by.
        windows: of the holdout.
        training_windows: from which the base rate is known.
        future_periods: rows ahead that a label looks.
        rise_rate_ppm: share of the training windows that rise.
        entries: at most.

    >>> lottery = Lottery("balanced_accuracy", 1_137, 4_737, 3, rise_rate_ppm=503_000, entries=256)
    >>> lottery.bar_ppm(0.05)
    606154
    >>> lottery.chance_of_any(606_154) <= 0.05 < lottery.chance_of_any(606_153)
    True
    """

    metric: MetricName
    windows: int
    training_windows: int
    future_periods: int
    rise_rate_ppm: int
    entries: int

    @property
    def start_ppm(self) -> int:
        """The score that needs no luck: a constant model's."""
        if METRICS[self.metric].follows_base_rate:
            return max(self.rise_rate_ppm, PPM - self.rise_rate_ppm)
        return HALF_PPM

    def chance_of_one(self, minimum_ppm: int) -> float:
        """Most that the chance of one skill-less entry to reach `minimum_ppm` can be."""
        above = (minimum_ppm - self.start_ppm) / PPM
        return 1.0 if above <= 0 else math.exp(-((above / self._scale) ** 2))

    def chance_of_any(self, minimum_ppm: int) -> float:
        """Most that the chance can be that of `entries` skill-less entries any reaches `minimum_ppm`."""
        return min(1.0, self.entries * self.chance_of_one(minimum_ppm))

    def bar_ppm(self, luck: float) -> int:
        """The least minimum with which luck is paid with at most the chance `luck` (above 0, below 1).

        Above `PPM` where the holdout is so small that no score rules luck out.
        """
        if not math.isfinite(self._scale):
            return PPM + 1
        bar = self.start_ppm + math.ceil(PPM * self._scale * math.sqrt(math.log(self.entries / luck)))
        # Rounded, the root and the exponential need not meet on the same number.
        while self.chance_of_any(bar) > luck:
            bar += 1
        while self.chance_of_any(bar - 1) <= luck:
            bar -= 1
        return bar

    @property
    def _scale(self) -> float:
        """What a score has to lie above the start for a chance of 1/e."""
        outcomes = independent_outcomes(self.windows, self.future_periods)
        if METRICS[self.metric].follows_base_rate:
            known = independent_outcomes(self.training_windows, self.future_periods)
            return math.sqrt((1 / outcomes + 1 / known) / 2)
        rate = self.rise_rate_ppm / PPM
        balance = 4 * rate * (1 - rate)
        if balance == 0:
            return math.inf
        return METRICS[self.metric].swing / (math.sqrt(2 * outcomes) * balance)
