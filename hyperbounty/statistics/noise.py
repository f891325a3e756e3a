"""How much of a score is luck: what a participant needs to judge the bar, and a reader to judge the ranking."""

from __future__ import annotations

import math
from typing import Final

PPM: Final = 1_000_000
"""Parts per million of one: scores are whole numbers of them."""


def coin_flip_pass_probability(minimum_ppm: int, windows: int) -> float:
    """Chance that a model flipping a fair coin for each of `windows` predictions scores at least `minimum_ppm`.

    The exact upper tail P(X ≥ ⌈minimum · n⌉), X ~ Binomial(n, 1/2). A coin's hits are independent of each other
    whatever the labels are, so overlapping windows do not matter here. It speaks of one run; the mean of several
    independent ones passes less often.

    >>> round(coin_flip_pass_probability(minimum_ppm=750_000, windows=4), 4)  # 3 or 4 hits of 4: (4 + 1) / 16
    0.3125
    """
    if windows < 1:
        return 1.0
    needed = -(-minimum_ppm * windows // PPM)
    if needed > windows:
        return 0.0
    log_all = windows * math.log(2)
    logs = [
        math.lgamma(windows + 1) - math.lgamma(k + 1) - math.lgamma(windows - k + 1) - log_all
        for k in range(needed, windows + 1)
    ]
    top = max(logs)
    return min(1.0, math.exp(top) * math.fsum(math.exp(x - top) for x in logs))


def noise_band(rate: float, windows: int, future_periods: int, z: float = 1.96) -> float:
    """Half-width of the band around `rate` within which scores on a holdout of this size differ by chance.

    z · sqrt(p(1-p) / m) with m = n / future_periods: the labels of neighbouring windows look at overlapping futures, so
    the holdout holds about that many independent outcomes (a conservative count).

    >>> round(noise_band(rate=0.5, windows=2700, future_periods=3), 4)  # 1.96 · 0.5 / √900
    0.0327
    """
    effective = max(windows / max(future_periods, 1), 1.0)
    return z * math.sqrt(rate * (1 - rate) / effective)
