"""The best of a search once more, with other seeds: who was chosen for a high score was lucky too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from optuna.trial import FrozenTrial, TrialState

from hyperbounty.compute.folds import FoldRun, KeptResults, train_on_folds
from participant.workbench.search.journal import spec_of
from participant.workbench.search.trials import How

FINALISTS: Final = 5
SEEDS: Final = 3


@dataclass(frozen=True)
class Finalist:
    """One of the best.

    Attributes:
        trial: its number.
        mean_ppm: of its new trainings.
        error_ppm: standard error of that mean; 0 where there is nothing to tell it from.
    """

    trial: int
    mean_ppm: int
    error_ppm: int

    @property
    def bound_ppm(self) -> int:
        """The mean less its standard error, by which they are ranked."""
        return self.mean_ppm - self.error_ppm


def finalists(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials with the highest means that were trained on all folds; of equal ones, the earlier."""
    whole = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    return sorted(whole, key=lambda trial: (-(trial.value or 0.0), trial.number))[:FINALISTS]


def train_again(
    chosen: Sequence[FrozenTrial],
    how: How,
    *,
    jobs: int | None,
    kept: KeptResults,
    on_epochs: Callable[[int], None] | None = None,
) -> list[Finalist]:
    """The `chosen` trials with the seeds after that of the search, the best first.

    Raises:
        TrainingError: a training could not be carried out.
    """
    seeds = range(how.seed + 1, how.seed + 1 + SEEDS)
    specs = [spec_of(trial) for trial in chosen]
    results = train_on_folds(
        how.folds,
        specs,
        seeds,
        backend=how.backend,
        arithmetic=how.arithmetic,
        jobs=jobs,
        kept=kept,
        on_epochs=on_epochs,
    )
    scores = np.array(
        [
            [[results[FoldRun(fold.number, spec, seed)].score_ppm(how.metric) for seed in seeds] for fold in how.folds]
            for spec in specs
        ]
    )
    return ranked([trial.number for trial in chosen], scores)


def ranked(numbers: Sequence[int], scores: NDArray[np.int64]) -> list[Finalist]:
    """The trials with these numbers by their mean less one standard error, the best first.

    What a fold gives to all of them alike is taken off before the error is found, as in any comparison within blocks: a
    hard fold is no reason to doubt a spec.

    >>> scores = np.array([[[64, 58], [54, 48]], [[61, 61], [50, 50]]])
    >>> [(each.trial, each.mean_ppm, each.error_ppm) for each in ranked([3, 4], scores)]
    [(4, 55, 0), (3, 56, 2)]

    Args:
        numbers: of the trials.
        scores: [trials, folds, seeds], ppm.
    """
    within = scores - scores.mean(axis=(0, 2), keepdims=True)
    count = scores[0].size
    found = []
    for number, own, left in zip(numbers, scores, within, strict=True):
        error = float(left.std(ddof=1)) / math.sqrt(count) if count > 1 else 0.0
        found.append(Finalist(number, math.floor(own.mean()), round(error)))
    return sorted(found, key=lambda each: (-each.bound_ppm, each.trial))
