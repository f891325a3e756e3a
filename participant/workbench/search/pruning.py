"""Which trials are given up after a fold, and what that saves.

A trial is given up where its mean over the folds so far is below the median of the means that the finished trials had
after as many folds (the median stopping rule of Golovin et al. 2017). Optuna's `MedianPruner` compares the best mean
that a trial had after any fold; a first fold that is easy for all would keep every trial then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from optuna.trial import FrozenTrial, TrialState

FEWEST_FINISHED: Final = 5
"""Trials that must be finished before one is given up."""


def is_given_up(mean: float, folds: int, trials: Sequence[FrozenTrial]) -> bool:
    """Whether a trial with this mean over its first `folds` is given up, beside the other `trials`."""
    others = [trial.intermediate_values[folds] for trial in trials if trial.state == TrialState.COMPLETE]
    return len(others) >= FEWEST_FINISHED and mean < median(others)


@dataclass(frozen=True)
class Saved:
    """What giving up saved.

    Attributes:
        trials: that were given up.
        trainings: that were left out.
        seconds: that these would have taken, each as long as the mean of those of its trial.
    """

    trials: int
    trainings: int
    seconds: float


def saved(trials: Sequence[FrozenTrial], folds: int) -> Saved:
    """What giving up has saved so far, of trials on so many folds."""
    pruned = [trial for trial in trials if trial.state == TrialState.PRUNED]
    done = [len(trial.user_attrs["scores_ppm"]) for trial in pruned]
    seconds = sum(
        trial.user_attrs["seconds"] / count * (folds - count) for trial, count in zip(pruned, done, strict=True)
    )
    return Saved(len(pruned), folds * len(pruned) - sum(done), seconds)
