"""The prices that a contest of `up` is about: made anew each time, so that nobody has their end before it is published.

As in the bundled sample, a momentum that nobody sees is in the returns of both coins, and one shows it two rows before
the other. So there is something to learn, and a good spec scores well above a coin's toss.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

COIN: Final = "SHADOW"
"""Whose price is asked about; it follows `LEAD`."""

LEAD: Final = "LEAD"
_ROWS: Final = 3_000
_START: Final = 1_704_067_200  # 2024-01-01 00:00 UTC
_INTERVAL_S: Final = 300
_PERSISTENCE: Final = 0.88
_LAG: Final = 2
_VOLATILITY: Final = 0.0015


def write_prices(folder: Path, seed: int | None = None) -> None:
    """Write a CSV file for each of the two coins.

    Args:
        folder: is made.
        seed: for the same prices again; left out, others each time.
    """
    import numpy as np

    source = np.random.default_rng(seed)
    noise = source.standard_normal((4, _ROWS + _LAG))
    momentum = np.empty(_ROWS + _LAG)
    momentum[0] = noise[0, 0]
    for row in range(1, len(momentum)):
        momentum[row] = _PERSISTENCE * momentum[row - 1] + (1 - _PERSISTENCE**2) ** 0.5 * noise[0, row]
    folder.mkdir(parents=True)
    for coin, lag, own in ((LEAD, 0, noise[2]), (COIN, _LAG, noise[3])):
        returns = 0.45 * momentum[_LAG - lag :][:_ROWS] + 0.4 * noise[1, :_ROWS] + 0.4 * own[:_ROWS]
        prices = 100 * np.cumprod(1 + _VOLATILITY * returns)
        # Trade picks up when the price moves, whichever way.
        volumes = 1_000 * (0.2 + abs(returns) + 0.6 * source.random(_ROWS))
        rows = enumerate(zip(prices, volumes, strict=True))
        lines = [f"{_START + row * _INTERVAL_S},{price:.4f},{volume:.1f}" for row, (price, volume) in rows]
        (folder / f"{coin}-USD.csv").write_text("time,close,volume\n" + "\n".join(lines) + "\n", encoding="utf-8")
