"""Whether something rises or falls from level to level, measured on the same blocks at each level; needs SciPy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean or a share, and where it lies with 95 % confidence.

    Attributes:
        mean: of the values, or the share.
        low, high: the ends; not finite where there is one value.
        count: of the values.
    """

    mean: float
    low: float
    high: float
    count: int

    @property
    def half(self) -> float:
        """Half of its width."""
        return (self.high - self.low) / 2

    def times(self, factor: float) -> Interval:
        """In another unit."""
        return Interval(factor * self.mean, factor * self.low, factor * self.high, self.count)


def share_interval(some: int, count: int) -> Interval:
    """The share of `some` among `count`, with Wilson's interval (1927).

    >>> found = share_interval(4, 20)
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3)
    (0.2, 0.081, 0.416)
    """
    from scipy import stats

    found = stats.binomtest(some, count).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(some / count, float(found.low), float(found.high), count)


def mean_interval(values: ArrayLike) -> Interval:
    """The mean of values, with Student's t interval.

    >>> found = mean_interval([1.0, 2.0, 3.0])
    >>> round(found.mean, 3), round(found.low, 3), round(found.high, 3)
    (2.0, -0.484, 4.484)
    """
    from scipy import stats

    found = np.asarray(values, np.float64)
    count, mean = len(found), float(found.mean())
    if count < 2:
        return Interval(mean, -math.inf, math.inf, count)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, count - 1) * found.std(ddof=1) / math.sqrt(count))
    return Interval(mean, mean - half, mean + half, count)


@dataclass(frozen=True)
class Trend:
    """A test of a trend.

    Attributes:
        p: two-sided.
        rho: the size of the effect: the mean rank correlation of Spearman between level and value, over the blocks. 1
            where every block rises from each level to the next, -1 where every block falls.
    """

    p: float
    rho: float


def page_trend(table: ArrayLike) -> Trend:
    """Page's test for ordered alternatives (Page 1963), two-sided: either order is tested, and the smaller p doubled.

    The p-value is exact where there are few blocks without ties, and that of the normal distribution elsewhere.

    Args:
        table: float [blocks, levels], the levels in their order; 3 at least.

    >>> rising = [[1, 2, 3, 4]] * 5
    >>> page_trend(rising).rho, page_trend(rising).p < 0.001
    (1.0, True)
    """
    from scipy import stats

    found = np.asarray(table, np.float64)
    ranks = stats.rankdata(found, axis=1)
    levels = found.shape[1]
    centred = np.arange(levels) - (levels - 1) / 2
    rho = float(((ranks - (levels + 1) / 2) @ centred).mean() / (centred @ centred))
    has_ties = not np.diff(np.sort(found, axis=1), axis=1).all()
    method = "asymptotic" if has_ties else "auto"
    rise, fall = (stats.page_trend_test(each, ranked=True, method=method).pvalue for each in (ranks, ranks[:, ::-1]))
    return Trend(min(1.0, 2 * float(min(rise, fall))), rho)


def holm(ps: Sequence[float]) -> list[float]:
    """Adjusted p-values of several tests (Holm 1979): below α, a test holds while all errors together stay below α.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(ps)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda each: ps[each])):
        least = max(least, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = least
    return adjusted
