"""What the curves of some trainings of one spec suggest, in a sentence each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.format import about
from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.odds import student_tail
from hyperbounty.training.result import TrainingResult

_BY_CHANCE: Final = 0.05
"""With at most this chance a hint about epochs is given where all are alike."""

_PPM_FLOOR: Final = 2_000
"""A difference below it is not worth a training."""


def hints(results: Sequence[TrainingResult], metric: MetricName) -> tuple[str, ...]:
    """What to think of before training again: divergence, one class only, and the epoch at which to stop.

    Epochs are compared within each training, so that easy and hard folds do not matter, by Student's t over the
    trainings. The best epoch is the best of many, so its chance is counted for each of them (Bonferroni), and what it
    promises is still a little too much.

    Args:
        results: of one spec, on any folds with any seeds.
        metric: that scores are made by.
    """
    return *_divergence(results), *_one_class(results), *_epochs(results, metric)


def _divergence(results: Sequence[TrainingResult]) -> Iterator[str]:
    diverged = [result.diverged_at for result in results if result.diverged_at is not None]
    if diverged:
        yield (
            f"{len(diverged)} of {len(results)} trainings diverged, the first in epoch {min(diverged)}, and score 0: a "
            "lower learning rate or a gradient clip may help"
        )


def _one_class(results: Sequence[TrainingResult]) -> Iterator[str]:
    constant = sum(result.constant for result in results)
    if constant:
        yield (
            f"{constant} of {len(results)} trainings predict one class only, so their scores say nothing: more epochs "
            "or another learning rate may help"
        )


def _epochs(results: Sequence[TrainingResult], metric: MetricName) -> Iterator[str]:
    curves = np.array([result.holdout_ppm[metric] for result in results if result.diverged_at is None], np.float64)
    if len(curves) < 2 or curves.shape[1] < 2:
        return
    means = curves.mean(axis=0)  # [epochs]
    best, epochs = int(means.argmax()), curves.shape[1]
    if _is_sure(curves[:, best] - curves[:, -1], epochs):
        yield (
            f"the mean score was best after epoch {best + 1} of {epochs}, {about(round(means[best]))} instead of "
            f"{about(round(means[-1]))}: try fewer epochs"
        )
    elif best == epochs - 1 and _is_sure(curves[:, -1] - curves[:, -1 - max(1, epochs // 4)], 1):
        yield f"the mean score still rose in the last of {epochs} epochs: try more"


def _is_sure(gains: NDArray[np.float64], choices: int) -> bool:
    """Whether the mean of `gains` [trainings], ppm, the best of so many choices, is worth it and hardly chance."""
    mean, error = float(gains.mean()), float(gains.std(ddof=1)) / math.sqrt(len(gains))
    if mean < _PPM_FLOOR:
        return False
    return error == 0 or choices * student_tail(mean / error, len(gains) - 1) <= _BY_CHANCE
