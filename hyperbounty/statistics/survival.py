"""How long something lasts, where some of it outlasts the watching; needs SciPy."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lasting:
    """What was seen of several that are watched.

    Attributes:
        times: float [n], when each ended, or until when it was watched.
        ended: bool [n], whether it ended then.

    >>> Lasting.of([(5.0, True), (9.0, False)]).ended.tolist()
    [True, False]
    """

    times: NDArray[np.float64]
    ended: NDArray[np.bool_]

    @classmethod
    def of(cls, seen: Sequence[tuple[float, bool]]) -> Lasting:
        """Of pairs of a time and whether it ended then."""
        return cls(np.array([time for time, _ in seen], np.float64), np.array([ended for _, ended in seen], bool))


@dataclass(frozen=True)
class Curve:
    """A share that still lasts, by time: the value from each time on; before the first it is 1.

    Attributes:
        times: float [k], ascending.
        lasting: float [k], the estimate.
        low, high: float [k], its interval of 95 %.
    """

    times: NDArray[np.float64]
    lasting: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def kaplan_meier(seen: Lasting) -> Curve:
    """The estimate of Kaplan and Meier (1958), with the interval of Greenwood's variance on the log-log scale.

    >>> kaplan_meier(Lasting.of([(1.0, True), (2.0, False), (3.0, True)])).lasting.round(3).tolist()
    [0.667, 0.667, 0.0]
    """
    from scipy import stats

    data = stats.CensoredData(uncensored=seen.times[seen.ended], right=seen.times[~seen.ended])
    found = stats.ecdf(data).sf
    # Where all have ended, or none has yet, there is no interval on this scale: it is the estimate alone.
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        interval = found.confidence_interval(0.95, method="log-log")
    share = np.asarray(found.probabilities, np.float64)
    low, high = (
        np.where(np.isfinite(edge), edge, share) for edge in (interval.low.probabilities, interval.high.probabilities)
    )
    return Curve(np.asarray(found.quantiles, np.float64), share, low, high)


@dataclass(frozen=True)
class LogRank:
    """A test of a trend among groups.

    Attributes:
        z: above 0 where higher groups end sooner.
        p: two-sided.
    """

    z: float
    p: float


def logrank_trend(groups: Sequence[Lasting]) -> LogRank:
    """The log-rank test for a trend (Tarone 1975) over groups in their order, whose scores are 0, 1, 2 and so on.

    With two groups it is the log-rank test. Where nothing ended, nothing can be said: p is 1.

    Args:
        groups: two at least.

    >>> soon, late = (Lasting.of([(float(time), True) for time in times]) for times in (range(1, 9), range(11, 19)))
    >>> logrank_trend([late, soon]).z > 3, logrank_trend([soon, late]).z < -3
    (True, True)
    """
    from scipy import stats

    times = np.concatenate([group.times for group in groups])
    ended = np.concatenate([group.ended for group in groups])
    scores = np.repeat(np.arange(len(groups), dtype=np.float64), [len(group.times) for group in groups])
    observed, variance = 0.0, 0.0
    for time in np.unique(times[ended]):
        at_risk, now = times >= time, ended & (times == time)
        count, ends = int(at_risk.sum()), int(now.sum())
        mean = float(scores[at_risk].mean())
        observed += float(scores[now].sum()) - ends * mean
        if count > 1:
            spread = float(((scores[at_risk] - mean) ** 2).mean())
            variance += ends * (count - ends) / (count - 1) * spread
    if not variance:
        return LogRank(0.0, 1.0)
    z = observed / math.sqrt(variance)
    return LogRank(z, float(2 * stats.norm.sf(abs(z))))


def restricted_mean(curve: Curve, until: float) -> float:
    """The mean time that something lasts, counted to `until` at most: the area under the curve.

    >>> restricted_mean(kaplan_meier(Lasting.of([(2.0, True), (9.0, False)])), until=10)
    6.0
    """
    inside = curve.times < until
    edges = np.concatenate(([0.0], curve.times[inside], [until]))
    heights = np.concatenate(([1.0], curve.lasting[inside]))
    return float((np.diff(edges) * heights).sum())
