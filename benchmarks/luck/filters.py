"""Entries without any skill: what people try on prices, played on walks where there is nothing to find."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

LENGTH: Final = 60
"""Rows of a window."""

Floats = NDArray[np.float64]


def entries(returns: Floats, first: int, future_periods: int, random: np.random.Generator, count: int) -> Floats:
    """Logits [count, windows] of as many entries on the holdout that begins at row `first` of `returns` [rows].

    Three quarters are filters of the last `LENGTH` returns: trends followed or fought over 1 to 60 rows, moving
    averages that cross, random weights, rough and smooth, and weights that least squares fit to the rows before.
    Half of them are moved, so that they call one class rarely. The others are constants, fair and loaded coins, coins
    that stick, and those that watch how the holdout went so far and bet on or against it.
    """
    past = sliding_window_view(returns, LENGTH)  # [rows - LENGTH + 1, LENGTH], newest last
    windows = past[first : len(past) - future_periods]  # row i ends at row first + LENGTH - 1 + i
    learned = _learned(past, returns, first, future_periods, random)
    weights = np.concatenate([_filters(random, 3 * count // 4 - len(learned)), learned])
    before = past[: first - LENGTH]
    logits = (weights @ windows.T) / (weights @ before.T).std(axis=1, keepdims=True)
    moved = random.random(len(logits)) < 0.5
    logits[moved] -= random.normal(size=(moved.sum(), 1))
    level = np.cumsum(returns[first + LENGTH - 1 : first + LENGTH - 1 + len(windows)])
    spread = float(returns[:first].std()) * np.sqrt(len(level))
    return np.concatenate([logits, _others(level, spread, random, count - len(logits))])


def _filters(random: np.random.Generator, count: int) -> Floats:
    ages = np.arange(LENGTH)[::-1]  # 0 is the newest
    found = []
    for number in range(count):
        kind = number % 4
        span = np.exp(random.uniform(0, np.log(LENGTH)))
        sign = random.choice((-1.0, 1.0))
        if kind == 0:
            weight = sign * (ages < span)
        elif kind == 1:
            weight = sign * (np.exp(-ages / span) / span - np.exp(-ages / (4 * span)) / (4 * span))
        elif kind == 2:
            weight = random.normal(size=LENGTH) * np.exp(-ages / span)
        else:
            weight = np.cumsum(random.normal(size=LENGTH))
        found.append(weight)
    return np.array(found)


def _learned(past: Floats, returns: Floats, first: int, future_periods: int, random: np.random.Generator) -> Floats:
    """[16, LENGTH] weights that fit what came after the windows before the holdout, each on lags of its own."""
    ends = np.arange(LENGTH - 1, first - future_periods)
    sums = np.concatenate([[0.0], np.cumsum(returns)])
    after = np.sign(sums[ends + 1 + future_periods] - sums[ends + 1])
    seen = past[: len(ends)]
    squares, products = seen.T @ seen, seen.T @ after
    found = np.zeros((16, LENGTH))
    for weights in found:
        lags = random.choice(LENGTH, size=int(random.integers(1, LENGTH)), replace=False)
        weights[lags] = np.linalg.solve(squares[np.ix_(lags, lags)], products[lags])
    return found


def _others(level: Floats, spread: float, random: np.random.Generator, count: int) -> Floats:
    """Entries that are no filters, of prices at a `level` [windows] that strays by about `spread`."""
    windows = len(level)
    found = []
    for number in range(count):
        kind = number % 5
        if kind == 0:
            logits = random.normal(size=windows) + random.choice((-1.0, 0.0, 1.0))
        elif kind == 1:
            stay = 1 - np.exp(random.uniform(-6, 0))
            flips = np.where(random.random(windows) < stay, 1.0, -1.0)
            logits = np.cumprod(flips)
        elif kind == 2:
            logits = -level + level[0] + random.normal() * spread
        elif kind == 3:
            mean = np.cumsum(level) / np.arange(1, windows + 1)
            logits = random.choice((-1.0, 1.0)) * (level - mean)
        else:
            logits = np.full(windows, random.choice((-1.0, 1.0)))
        found.append(logits)
    return np.array(found)
