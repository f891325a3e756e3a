"""What a training gives back. Free of Keras, so a coordinator can handle results without loading a backend."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperbounty.statistics.noise import PPM


@dataclass(frozen=True)
class EpochProgress:
    """One finished epoch, `epoch` of `epochs` counted from 1; see `TrainingResult` for the numbers."""

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    holdout_accuracy: float
    seconds: float


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """One training of a spec with one seed. The score is that of the last epoch.

    Attributes:
        parameters: numbers in the model, trained or not (moving averages of batch normalization).
        losses: mean training loss of each epoch, taken as its batches passed.
        accuracies: share of training windows predicted right, also as its batches passed.
        holdout_accuracies: share of holdout windows predicted right after each epoch; NaN where training diverged.
        correct: holdout windows predicted right after the last epoch; 0 where training diverged.
        total: holdout windows.
        predicted_rises: holdout windows predicted to rise after the last epoch; 0 where training diverged.
        diverged_at: first epoch, from 1, that left a loss, a weight or a prediction that is not finite; training
            stopped there.
        seconds: wall time of this training.
        weights: arrays of the model at the end, in Keras' order.
        checkpoints: `weights_digest` after each epoch, so that two trainings that differ show where they parted.
    """

    parameters: int
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    holdout_accuracies: tuple[float, ...]
    correct: int
    total: int
    predicted_rises: int
    diverged_at: int | None
    seconds: float
    weights: tuple[NDArray[np.float32], ...]
    checkpoints: tuple[str, ...] = ()

    @property
    def score_ppm(self) -> int:
        """Holdout accuracy in parts per million, rounded down; 0 where training diverged."""
        return 0 if self.diverged_at is not None else self.correct * PPM // self.total

    @property
    def constant(self) -> bool:
        """The model predicted one class for the whole holdout, so its score says nothing about the series."""
        return self.diverged_at is None and self.predicted_rises in (0, self.total)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) over all but `seconds`: equal exactly where two trainings agree bit for bit."""
        curves = [[float(x).hex() for x in c] for c in (self.losses, self.accuracies, self.holdout_accuracies)]
        numbers = [self.parameters, self.correct, self.total, self.predicted_rises, self.diverged_at, curves]
        facts = [numbers, self.checkpoints, weights_digest(self.weights)]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def weights_digest(weights: Iterable[NDArray[np.float32]]) -> str:
    """SHA-256 (hexadecimal) over the types, shapes and bytes of the arrays, in their order.

    >>> weights_digest([np.zeros(2, np.float32)])[:16]
    '30f4359060e2b36d'
    """
    digest = hashlib.sha256()
    for array in weights:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
