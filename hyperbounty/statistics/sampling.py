"""How far a score strays by the luck of its windows alone.

Labels of neighbouring windows overlap, so n of them are as good as m = ⌊n / future_periods⌋ independent ones (`luck`
says why). Of a model whose windows are right with the chance s, where a share p of them rises, the variance of the
score is then about

    accuracy            s (1 - s) / m, that of a binomial share
    balanced_accuracy   s (1 - s) / (4 p (1 - p) m), the mean of two such shares of p m and (1 - p) m windows
    auc                 4/3 of that; at s = 1/2 it is the variance of the Mann-Whitney statistic (Mann and Whitney 1947)
    mcc                 s (1 - s) / m; at s = 1/2 a correlation of nothing has the variance 1 / m, and the score is half

It is too large rather than too small: a model whose predictions turn faster than its labels has more than m outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.statistics.luck import independent_outcomes
from hyperbounty.statistics.metrics import HALF_PPM, METRICS, MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.statistics.resampling import Resampling

_LARGER: Final[dict[MetricName, float]] = {"auc": 4 / 3}
_BALANCED: Final = frozenset({"balanced_accuracy", "auc"})
_DRAWS: Final = 300
"""They give a standard error to a twenty-fifth."""

_SURE: Final = 1.96
"""Standard errors that hold 95 % of a normal distribution on both sides."""


@dataclass(frozen=True)
class Sample:
    """Windows that something is scored on.

    Attributes:
        metric: that scores are made by.
        windows: how many.
        future_periods: rows ahead that a label looks.
        rise_rate: share of the windows that rise.

    >>> block = Sample("balanced_accuracy", windows=600, future_periods=3, rise_rate=0.5)
    >>> block.outcomes, round(block.error(0.5), 4)
    (200, 0.0354)
    >>> block.base_ppm, block.noise_ppm()
    (500000, (430703, 569297))
    """

    metric: MetricName
    windows: int
    future_periods: int
    rise_rate: float

    @property
    def outcomes(self) -> int:
        """How many independent outcomes the windows come to: their effective size."""
        return independent_outcomes(self.windows, self.future_periods)

    @property
    def base_ppm(self) -> int:
        """The base rate: what a model scores that always says the same, the better of both."""
        if METRICS[self.metric].follows_base_rate:
            return math.floor(PPM * max(self.rise_rate, 1 - self.rise_rate))
        return HALF_PPM

    def error(self, skill: float) -> float:
        """The standard error of the score of a model that is expected to score `skill`, from 0 to 1.

        0 where all windows rise or all fall, and the score is one half whatever is predicted.
        """
        balance = 4 * self.rise_rate * (1 - self.rise_rate) if self.metric in _BALANCED else 1.0
        if balance == 0:
            return 0.0
        error = math.sqrt(_LARGER.get(self.metric, 1.0) * skill * (1 - skill) / (balance * self.outcomes))
        # No number from 0 to 1 strays further, however few windows rise.
        return min(error, 0.5)

    def noise_ppm(self) -> tuple[int, int]:
        """The band in which 95 % of all models without skill score: one inside it may know nothing."""
        reach = _SURE * self.error(0.5)
        base = self.base_ppm
        return max(0, math.floor(base - PPM * reach)), min(PPM, math.ceil(base + PPM * reach))


def window_error(
    metric: MetricName, rises: NDArray[np.bool_], future_periods: int, runs: Sequence[NDArray[np.float32]]
) -> float:
    """The standard error of a score by the luck of its windows, from what was predicted: see `resampling`.

    It is smaller than `Sample.error` where predictions turn faster than labels.

    >>> random = np.random.default_rng(1)
    >>> rises, logits = random.random(600) < 0.5, random.normal(size=600).astype(np.float32)
    >>> round(window_error("accuracy", rises, 1, [logits]), 3)
    0.021

    Args:
        metric: that scores are made by.
        rises: [windows] which labels are rises.
        future_periods: rows ahead that a label looks.
        runs: logits [windows] of each training; the errors of all are averaged.
    """
    resampling = Resampling(metric, rises, future_periods, draws=_DRAWS)
    return float(np.mean([resampling.scores(logits[None]).std() for logits in runs]))
