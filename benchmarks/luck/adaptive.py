"""The best that anybody without skill can do who sees how the holdout goes and adapts: exact, by dynamic programming.

Labels are fair coins. Before each, the player names a class, and then sees the label. Rises named u, rises hit a and
falls hit d are all that the past says of the score, so the greatest chance to reach the bar follows backwards from the
last window (Bellman 1957): V(u, a, d) is the larger of the means of V over both labels after naming a rise and a fall.
"""

from __future__ import annotations

import numpy as np

from hyperbounty.statistics.luck import USUAL_LUCK, Lottery
from hyperbounty.statistics.metrics import MetricName


def greatest_chance(metric: MetricName, windows: int, minimum_ppm: int) -> float:
    """Greatest chance to reach `minimum_ppm` on a holdout of this many windows.

    >>> greatest_chance("accuracy", 2, 1_000_000)
    0.25
    """
    named = np.arange(windows + 1)[:, None, None]
    tp = np.arange(windows + 1)[None, :, None]
    tn = np.arange(windows + 1)[None, None, :]
    fp, fn = named - tp, windows - named - tn
    possible = (fp >= 0) & (fn >= 0)
    rises, falls = tp + fn, tn + fp
    with np.errstate(divide="ignore", invalid="ignore"):
        if metric == "accuracy":
            score = (tp + tn) / windows + 0 * named
        elif metric == "balanced_accuracy":
            score = np.where((rises > 0) & (falls > 0), (tp / rises + tn / falls) / 2, 0.5)
        else:
            square = np.maximum(named * rises * falls * (windows - named), 0).astype(float)
            score = np.where(square > 0, 0.5 + (tp * tn - fp * fn) / np.sqrt(square) / 2, 0.5)
    chance = np.where(possible & (score >= minimum_ppm / 1e6 - 1e-12), 1.0, 0.0)
    for left in range(windows, 0, -1):
        rise = (chance[1:, 1:, :left] + chance[1:, :-1, :left]) / 2
        fall = (chance[:-1, :left, 1:] + chance[:-1, :left, :-1]) / 2
        chance = np.maximum(rise[:left, :left, :left], fall[:left, :left, :left])
    return float(chance[0, 0, 0])


def chance_of_any(metric: MetricName, windows: int, entries: int) -> tuple[int, float]:
    """The bar of such a contest, and the most that the chance of all such players together can be."""
    bar = Lottery(metric, windows, 10**9, 1, 500_000, entries).bar_ppm(USUAL_LUCK)
    return bar, entries * greatest_chance(metric, windows, bar)
