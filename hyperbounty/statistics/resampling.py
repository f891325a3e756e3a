"""What a spec might have scored on other prices like these: scores on holdouts drawn anew from blocks of this one.

The circular block bootstrap (Politis and Romano 1992): the windows form a circle, and blocks of it that begin anywhere
are laid end to end until there are as many windows as before. Labels of neighbouring windows overlap, and a model's
predictions hang together, so a block is several times as long as a label looks ahead. Every spec is scored on the same
draws, so two of them can be compared window by window.

A drawn holdout is never laid out. What a metric needs of it are sums over its windows, hence sums over blocks, and the
sum over every block that there is costs one pass.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.statistics.metrics import MetricName

DRAWS: Final = 1_000
"""Holdouts drawn: enough for 95 %, and for a p-value down to a thousandth."""

BLOCK_HORIZONS: Final = 4
"""Length of a block, in how far a label looks ahead. A block of b windows misses about a share of h / 3 b of the
variance that comes from labels which overlap over h windows: here 8 %."""

Floats = NDArray[np.float64]


def block_length(windows: int, future_periods: int) -> int:
    """Windows in a block: `BLOCK_HORIZONS` labels, and no less than the cube root of all (Hall et al. 1995).

    >>> block_length(1_137, 3), block_length(1_137, 12), block_length(20, 12)
    (12, 48, 20)
    """
    return min(windows, max(BLOCK_HORIZONS * future_periods, round(math.cbrt(windows))))


class Resampling:
    """Draws of a holdout on which specs are scored by `metric`.

    Args:
        rises: [windows] which labels are rises.
        future_periods: rows ahead that a label looks.
        draws: how many.
    """

    def __init__(
        self, metric: MetricName, rises: NDArray[np.bool_], future_periods: int, *, draws: int = DRAWS
    ) -> None:
        self._metric = metric
        self._rises = rises
        windows = len(rises)
        self._length = block_length(windows, future_periods)
        # Always the same draws: whoever has the predictions comes to the same numbers.
        self._random = np.random.Generator(np.random.PCG64(0))
        self._starts = self._random.integers(0, windows, (draws, -(-windows // self._length)))
        self._true = self._sum(rises)

    def scores(self, logits: NDArray[np.float32]) -> Floats:
        """Mean score of the runs with these `logits` [runs, windows] on every draw: [draws], from 0 to 1."""
        found: Floats = np.mean([self._of_run(run) for run in logits], axis=0)
        return found

    def noise(self) -> Floats:
        """Independent standard normal numbers, [draws]."""
        return self._random.standard_normal(len(self._starts))

    def _of_run(self, logits: NDArray[np.float32]) -> Floats:
        if self._metric == "auc":
            return self._auc(logits)
        predicted = logits > 0
        hit = self._sum(predicted & self._rises)
        called = self._sum(predicted)
        return _FROM_COUNTS[self._metric](hit, called - hit, self._falls - called + hit, self._true - hit)

    def _auc(self, logits: NDArray[np.float32]) -> Floats:
        """By placements: the share of falls below each rise, and of rises above each fall (DeLong et al. 1988)."""
        rises, falls = np.sort(logits[self._rises]), np.sort(logits[~self._rises])
        if not len(rises) or not len(falls):
            return np.full(len(self._starts), 0.5)
        below = _placement(falls, logits)
        above = 1 - _placement(rises, logits)
        whole = below[self._rises].mean()
        of_rises = _share(self._sum(np.where(self._rises, below, 0.0)), self._true, whole)
        of_falls = _share(self._sum(np.where(self._rises, 0.0, above)), self._falls, whole)
        found: Floats = np.clip(of_rises + of_falls - whole, 0.0, 1.0)
        return found

    @property
    def _falls(self) -> Floats:
        return len(self._rises) - self._true

    def _sum(self, values: NDArray[np.generic]) -> Floats:
        """The sum of `values` [windows] over every draw: [draws]."""
        windows, length = len(values), self._length
        sums = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values[:length]], dtype=np.float64))])
        left = windows - (self._starts.shape[1] - 1) * length
        whole = sums[length : length + windows] - sums[:windows]
        part = sums[left : left + windows] - sums[:windows]
        found: Floats = whole[self._starts[:, :-1]].sum(axis=1) + part[self._starts[:, -1]]
        return found


def _balanced_accuracy(tp: Floats, fp: Floats, tn: Floats, fn: Floats) -> Floats:
    both = (tp + fn > 0) & (tn + fp > 0)
    return np.where(both, (_share(tp, tp + fn, 0.5) + _share(tn, tn + fp, 0.5)) / 2, 0.5)


def _accuracy(tp: Floats, fp: Floats, tn: Floats, fn: Floats) -> Floats:
    return (tp + tn) / (tp + fp + tn + fn)


def _mcc(tp: Floats, fp: Floats, tn: Floats, fn: Floats) -> Floats:
    square = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (1 + _share(tp * tn - fp * fn, np.sqrt(square), 0.0)) / 2


_FROM_COUNTS: Final = {"balanced_accuracy": _balanced_accuracy, "accuracy": _accuracy, "mcc": _mcc}
"""The metrics of `metrics`, of many counts at once and unrounded."""


def _share(part: Floats, whole: Floats, otherwise: float) -> Floats:
    """`part` / `whole`, and `otherwise` where the whole is 0."""
    found: Floats = np.divide(part, whole, out=np.full(part.shape, otherwise), where=whole > 0)
    return found


def _placement(others: NDArray[np.float32], logits: NDArray[np.float32]) -> Floats:
    """The share of the sorted `others` that lies below each logit, ties by half."""
    found: Floats = (np.searchsorted(others, logits, "left") + np.searchsorted(others, logits, "right")) / (
        2 * len(others)
    )
    return found
