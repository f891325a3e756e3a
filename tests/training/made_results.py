"""Results of trainings that nobody made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hyperbounty.statistics.metrics import METRICS
from hyperbounty.training.result import TrainingResult

SMALL_CONTEST_WINDOWS = 111


def made_result(
    *scores_ppm: int,
    rises: Sequence[int] = range(0, SMALL_CONTEST_WINDOWS, 2),
    windows: int = SMALL_CONTEST_WINDOWS,
    diverged_at: int | None = None,
    checkpoints: tuple[str, ...] = (),
) -> TrainingResult:
    """A training with these scores after each epoch, by every metric, that predicts a rise for the windows `rises`."""
    curve = (0.5,) * len(scores_ppm)
    logits = np.where(np.isin(np.arange(windows), list(rises)), 1.0, -1.0).astype(np.float32)
    return TrainingResult(
        parameters=1,
        losses=curve,
        accuracies=curve,
        holdout_ppm=dict.fromkeys(METRICS, scores_ppm),
        logits=logits if diverged_at is None else logits[:0],
        diverged_at=diverged_at,
        seconds=1.0,
        weights=(),
        checkpoints=checkpoints,
    )
