"""What following a model's predictions would have made of money on past prices, beside buying and holding.

It is a description of the holdout, to see what a score means there. It says nothing about prices to come.

**Rule.** A prediction is about `periods` rows, and each row has one. So the money is cut into `periods` equal parts.
The prediction at a row decides about one of them until its label is known: in the asset where a rise is predicted, out
of it where not (overlapping portfolios; Jegadeesh and Titman 1993, section I). What is out of the asset earns nothing,
and nothing is sold short. Each trade costs a fixed share of what is traded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Followed:
    """Two ways through the same prices, each beginning with 1.

    Attributes:
        rows: [points] rows of the prices, from the first prediction to the last label.
        strategy, hold: [points] what 1 has become, costs taken off.
        invested: mean share of the money that was in the asset.
        turnover: what was bought and sold in all, as a multiple of the money.
    """

    rows: NDArray[np.int64]
    strategy: Floats
    hold: Floats
    invested: float
    turnover: float


def follow(
    prices: Floats, ends: NDArray[np.int64], predictions: Floats, *, periods: int, cost: float = 0.0
) -> Followed:
    """Follow the predictions of one model, or of several with equal parts of the money.

    Args:
        prices: [rows] of the asset.
        ends: [windows] row at which each prediction is made, increasing.
        predictions: [windows] 1 for a rise, 0 for none; between them, the share of models that predict one.
        periods: rows ahead that a prediction looks.
        cost: of a trade, as a share of what is traded.

    >>> prices = np.array([100.0, 110.0, 99.0, 99.0])
    >>> right = follow(prices, np.arange(3), np.array([1.0, 0.0, 0.0]), periods=1)
    >>> right.strategy.round(3).tolist(), right.hold.round(3).tolist()
    ([1.0, 1.1, 1.1, 1.1], [1.0, 1.1, 0.99, 0.99])
    >>> follow(prices, np.arange(3), np.zeros(3), periods=1, cost=0.01).hold.round(4).tolist()  # bought once, sold once
    [1.0, 1.089, 0.9801, 0.9703]
    """
    rows = np.arange(ends[0], ends[-1] + periods + 1)
    edges = np.zeros(len(rows))
    np.add.at(edges, ends - rows[0], predictions / periods)
    np.subtract.at(edges, ends + periods - rows[0], predictions / periods)
    # [points - 1] of the money, in the asset from a row to the next; rounding must not borrow.
    held = np.clip(np.cumsum(edges)[:-1], 0.0, 1.0)
    steps = prices[rows[1:]] / prices[rows[:-1]]
    strategy, turnover = _grown(held, steps, cost)
    hold, _ = _grown(np.ones(len(held)), steps, cost)
    return Followed(rows, strategy, hold, float(held.mean()), turnover)


def _grown(held: Floats, steps: Floats, cost: float) -> tuple[Floats, float]:
    """[points] what 1 becomes, and how much was traded."""
    growth = 1.0 + held * (steps - 1.0)
    # What is in the asset changes with the price; only the rest of the way to the next row's share is traded.
    drifted = np.concatenate(([0.0], held * steps / growth))
    traded = np.abs(np.concatenate((held, [0.0])) - drifted)
    # What is bought at a row counts from there on; what is sold at the end is in the last point.
    worth = np.concatenate(([1.0], np.cumprod(growth * (1.0 - cost * traded[:-1]))))
    worth[-1] *= 1.0 - cost * traded[-1]
    return worth, float(traded.sum())


def deepest_fall(worth: Floats) -> float:
    """The largest loss from a height that was reached before, as a share of it.

    >>> deepest_fall(np.array([1.0, 1.2, 0.9, 1.3]))
    0.25
    """
    fallen: Floats = 1.0 - worth / np.maximum.accumulate(worth)
    return float(fallen.max())
