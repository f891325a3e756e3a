"""A share that was counted, with what it may really be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Count:
    """`hits` of `tries`.

    >>> Count(50, 1_000).describe()
    '50 of 1,000: 5.0 % (95 %: 3.7 % to 6.5 %)'
    """

    hits: int
    tries: int

    def limits(self) -> tuple[float, float]:
        """The interval of Clopper and Pearson (1934): it holds the true share with a chance of at least 95 %."""
        outside = (1 - _CONFIDENCE) / 2
        low = 0.0 if self.hits == 0 else _bisect(lambda p: self._at_least(self.hits, p) < outside)
        high = 1.0 if self.hits == self.tries else _bisect(lambda p: 1 - self._at_least(self.hits + 1, p) >= outside)
        return low, high

    def describe(self) -> str:
        """The share with its limits."""
        low, high = self.limits()
        share = self.hits / self.tries
        return f"{self.hits:,} of {self.tries:,}: {share:.1%} (95 %: {low:.1%} to {high:.1%})".replace(
            "%", " %"
        ).replace("  %", " %")

    def _at_least(self, hits: int, p: float) -> float:
        """P(X ≥ hits), X ~ Binomial(tries, p)."""
        if p <= 0:
            return float(hits <= 0)
        n = self.tries
        return math.fsum(
            math.exp(
                math.lgamma(n + 1)
                - math.lgamma(k + 1)
                - math.lgamma(n - k + 1)
                + k * math.log(p)
                + (n - k) * math.log1p(-p)
            )
            for k in range(max(hits, 0), n + 1)
        )


def _bisect(below: Callable[[float], bool]) -> float:
    """The p in (0, 1) where `below` turns from true to false."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return low
