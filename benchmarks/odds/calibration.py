"""Stated chances against what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from benchmarks.odds.series import RUNS, SPECS, Played
from hyperbounty.statistics.metrics import score_ppm
from hyperbounty.statistics.odds import odds

BARS_PPM: Final = tuple(range(500_000, 620_001, 10_000))
BINS: Final = 5


@dataclass(frozen=True)
class Statement:
    """A stated chance to clear a bar, and whether it was cleared."""

    bar_ppm: int
    stated: float
    cleared: bool


def of_the_best(series: Sequence[Played]) -> Iterator[Statement]:
    """For each series and bar, of the spec with the best mean over the folds."""
    for played in series:
        chosen = int(played.scores.mean(axis=(1, 2)).argmax())
        yield from _statements(played, chosen, range(len(SPECS)))


def of_each(series: Sequence[Played]) -> Iterator[Statement]:
    """For each series, bar and spec, as if that one alone had been tried."""
    for played in series:
        for spec in range(len(SPECS)):
            yield from _statements(played, spec, [spec])


def of_undrawn_best(series: Sequence[Played]) -> Iterator[Statement]:
    """As `of_the_best`, but as if the chosen spec alone had been tried: what drawing it towards the others does."""
    for played in series:
        chosen = int(played.scores.mean(axis=(1, 2)).argmax())
        yield from _statements(played, chosen, [chosen])


def _statements(played: Played, chosen: int, known: Sequence[int]) -> Iterator[Statement]:
    score = score_ppm(played.holdout[chosen])
    for bar in BARS_PPM:
        found = odds(
            played.scores[list(known)],
            np.array(played.errors)[list(known)],
            size=played.size,
            runs=RUNS,
            minimum_ppm=bar,
            chosen=list(known).index(chosen),
        )
        yield Statement(bar, found.chance, score >= bar)


def brier(statements: Sequence[Statement]) -> float:
    """Mean squared difference of what was stated and what came (Brier 1950)."""
    return float(np.mean([(each.stated - each.cleared) ** 2 for each in statements]))


def base_brier(statements: Sequence[Statement]) -> float:
    """The Brier score of who always names the frequency of all of them."""
    rate = np.mean([each.cleared for each in statements])
    return float(rate * (1 - rate))


def bar_brier(statements: Sequence[Statement]) -> float:
    """The Brier score of who knows for each bar how often it was cleared."""
    bars = {each.bar_ppm for each in statements}
    rates = {bar: float(np.mean([each.cleared for each in statements if each.bar_ppm == bar])) for bar in bars}
    return float(np.mean([(rates[each.bar_ppm] - each.cleared) ** 2 for each in statements]))


@dataclass(frozen=True)
class Bin:
    """Statements of about the same chance, from `low` to `high`."""

    count: int
    low: float
    high: float
    stated: float
    cleared: float


def bins_of_equal_width(statements: Sequence[Statement]) -> list[Bin]:
    """Chances up to a fifth, up to two fifths, and so on; bins that hold nothing are left out."""
    return [
        _bin(inside)
        for number in range(BINS)
        if (inside := [each for each in statements if min(int(each.stated * BINS), BINS - 1) == number])
    ]


def bins_of_equal_count(statements: Sequence[Statement]) -> list[Bin]:
    """The fifth of the lowest chances, the next fifth, and so on: none is made of a few series alone."""
    ordered = sorted(statements, key=lambda each: each.stated)
    edges = [len(ordered) * number // BINS for number in range(BINS + 1)]
    return [_bin(ordered[low:high]) for low, high in pairwise(edges) if high > low]


def _bin(inside: Sequence[Statement]) -> Bin:
    chances = [each.stated for each in inside]
    cleared = float(np.mean([each.cleared for each in inside]))
    return Bin(len(inside), min(chances), max(chances), float(np.mean(chances)), cleared)


def mean_gap(found: Sequence[Bin]) -> float:
    """Mean over the bins of how far stated and seen lie apart."""
    return float(np.mean([abs(each.stated - each.cleared) for each in found]))
