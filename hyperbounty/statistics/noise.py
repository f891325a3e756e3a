"""How much of a score is luck: what a participant needs to judge the bar, and a reader to judge the ranking."""

from __future__ import annotations

import math
from typing import Final

PPM: Final = 1_000_000
"""Parts per million of one: scores are whole numbers of them."""


def noise_band(rate: float, windows: int, future_periods: int, z: float = 1.96) -> float:
    """Half-width of the band around `rate` within which scores on a holdout of this size differ by chance.

    z · sqrt(p(1-p) / m) with m = n / future_periods: the labels of neighbouring windows look at overlapping futures, so
    the holdout holds about that many independent outcomes (a conservative count).

    >>> round(noise_band(rate=0.5, windows=2700, future_periods=3), 4)  # 1.96 · 0.5 / √900
    0.0327
    """
    effective = max(windows / max(future_periods, 1), 1.0)
    return z * math.sqrt(rate * (1 - rate) / effective)
