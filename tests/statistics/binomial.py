"""The exact tail of fair coins."""

from __future__ import annotations

from math import comb


def tail(hits: int, coins: int) -> float:
    """P(X ≥ hits), X ~ Binomial(coins, 1/2).

    >>> tail(2, 2)
    0.25
    """
    ways: int = sum(comb(coins, k) for k in range(max(hits, 0), coins + 1))
    return ways / (1 << coins)
