"""The chance that a spec clears the bar of a contest, from what folds showed of it.

The model is that of a score made of independent parts: what the spec is worth, the luck of the windows, and the luck of
the seeds. All are taken to be normal. With x_f the mean of the S runs on fold f, x̄ their mean over F folds:

**Runs.** w is the variance of the runs of a fold, the mean over the folds. A holdout that is scored by R runs has w / R
of it. From one seed w is not known, and stays in the spread of the folds.

**Folds.** The spread of few folds says little of itself, so it is moderated by what is expected of it, v₀ = e² + w / S,
counted as `PRIOR_FOLDS` folds more (Smyth 2004, section 3). Here e² is the mean variance of a fold's score over windows
drawn anew in blocks (`resampling`): it knows that labels overlap and predictions hang together, hence the effective
size of a fold.

    v = (PRIOR_FOLDS v₀ + (F - 1) s²) / (PRIOR_FOLDS + F - 1),   s² the variance of x_f

A spread above that, of times that are not alike, counts so, and more with every fold.

**Best of many.** Whoever chose the best of K specs chose luck too. Of K specs on the same folds the analysis of
variance gives the mean squares between specs, B, and between specs within folds, E. The chosen one is drawn towards the
mean of all by the share min(1, E / B): the best linear prediction of a random effect (Robinson 1991). If N > K were
tried, of which the scores of the others are not known, they are taken to be worth as much as these: the best of them
would lead by √(E / F) (z_N - z_K) more by luck alone, with z_n = Φ⁻¹((n - 3/8) / (n + 1/4)) the expected largest of n
(Blom 1958). For one spec E is not known, and v stands for it.

**The holdout.** Its luck is that of a fold by its own size: (v - w / S) n_f / n_h + w / R, with n the windows. To it
comes what is not known of the mean, v / F. The score then is distributed as Student's t with PRIOR_FOLDS + F - 1
degrees of freedom around the mean that was drawn, and the chance is its tail above the bar.

The last fold has fewer rows to learn from than the contest, so a spec may do a little better than its odds. Times may
also change, which no fold can know. `benchmarks/odds` says how well odds and outcomes agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import InvalidInput
from hyperbounty.statistics.ppm import PPM

PRIOR_FOLDS: Final = 4
"""Folds that the expected spread counts for."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Odds:
    """What the folds say of a spec on the holdout.

    Attributes:
        chance: to reach the bar, from 0 to 1.
        expected_ppm: score that it is expected to have.
        error_ppm: standard error of that, with all that is not known.
        drawn_ppm: how far the mean of the folds lies above `expected_ppm`: what choosing the best of many made of it.
    """

    chance: float
    expected_ppm: int
    error_ppm: int
    drawn_ppm: int


def odds(
    scores: Floats,
    errors: Floats,
    *,
    size: float,
    runs: int,
    minimum_ppm: int,
    chosen: int = 0,
    tried: int = 1,
) -> Odds:
    """The odds of one of the specs that were tried.

    >>> scores = np.array([[[0.61, 0.60], [0.58, 0.59], [0.62, 0.62], [0.60, 0.58]]])
    >>> alone = odds(scores, np.full((1, 4), 0.03), size=2.0, runs=3, minimum_ppm=570_000)
    >>> alone.expected_ppm, round(alone.chance, 2)
    (600000, 0.89)
    >>> best_of_30 = odds(scores, np.full((1, 4), 0.03), size=2.0, runs=3, minimum_ppm=570_000, tried=30)
    >>> best_of_30.expected_ppm < alone.expected_ppm, best_of_30.chance < alone.chance
    (True, True)

    Args:
        scores: [specs, folds, seeds] from 0 to 1, of all specs whose scores are known.
        errors: [specs, folds] standard error of such a score by the luck of its windows: `sampling.window_error`.
        size: windows of the holdout for each window of a fold.
        runs: of a spec in the contest.
        minimum_ppm: the bar.
        chosen: index of the spec whose odds are wanted.
        tried: specs that were tried before this one was chosen; those of `scores` count in any case.

    Raises:
        InvalidInput: there is no such spec, or no score.
    """
    if scores.ndim != 3 or 0 in scores.shape or scores.shape[:2] != errors.shape or not 0 <= chosen < len(scores):
        raise InvalidInput(f"scores of {scores.shape} and errors of {errors.shape}", "give one for each spec and fold")
    specs, folds, seeds = scores.shape
    means = scores.mean(axis=2)  # [specs, folds]
    mean = float(means[chosen].mean())
    run_variance = float(scores[chosen].var(axis=1, ddof=1).mean()) if seeds > 1 else 0.0
    expected = float((errors[chosen] ** 2).mean()) + run_variance / seeds
    seen = float(means[chosen].var(ddof=1)) * (folds - 1) if folds > 1 else 0.0
    freedom = PRIOR_FOLDS + folds - 1
    variance = (PRIOR_FOLDS * expected + seen) / freedom
    drawn = _drawn(means, chosen, max(tried, specs), variance)

    windows = max(variance - run_variance / seeds, 0.0)
    total = windows / size + run_variance / runs + variance / folds
    bar, middle = minimum_ppm / PPM, mean - drawn
    chance = student_tail((bar - middle) / math.sqrt(total), freedom) if total > 0 else float(middle >= bar)
    return Odds(chance, round(PPM * middle), math.ceil(PPM * math.sqrt(total)), round(PPM * drawn))


def student_tail(t: float, freedom: int) -> float:
    """The chance that Student's t with whole degrees of freedom is above `t` (Abramowitz and Stegun 26.7.3 and 26.7.4).

    >>> round(student_tail(2.015, 5), 4), round(student_tail(-2.132, 4), 4), student_tail(0.0, 7)
    (0.05, 0.95, 0.5)
    """
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = 0.0
    for power in range(1 + odd, freedom, 2):
        total += term
        term *= cosine * cosine * power / (power + 1)
    within = (2 / math.pi) * (angle + sine * total) if odd else sine * total
    return min(max((1 - within) / 2, 0.0), 1.0)


def expected_largest(count: int) -> float:
    """Expected largest of `count` standard normal numbers (Blom 1958).

    >>> expected_largest(1), round(expected_largest(2), 2), round(expected_largest(30), 2)
    (0.0, 0.59, 2.04)
    """
    return NormalDist().inv_cdf((count - 0.375) / (count + 0.25))


def _drawn(means: Floats, chosen: int, tried: int, variance: float) -> float:
    """How far the score of the chosen spec is drawn down, of `means` [specs, folds]."""
    specs, folds = means.shape
    each = means.mean(axis=1)
    error, drawn = variance / folds, 0.0
    if specs > 1 and folds > 1:
        left = means - each[:, None] - means.mean(axis=0) + means.mean()
        within = float((left**2).sum()) / ((specs - 1) * (folds - 1))
        between = folds * float(each.var(ddof=1))
        error = within / folds
        share = min(1.0, within / between) if between > 0 else 1.0
        drawn = share * max(0.0, float(each[chosen] - each.mean()))
    return drawn + math.sqrt(error) * (expected_largest(tried) - expected_largest(specs))
