"""What a training gives back. Free of Keras, so a coordinator can handle results without loading a backend."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hyperbounty.statistics.metrics import MetricName


@dataclass(frozen=True)
class EpochProgress:
    """One finished epoch, `epoch` of `epochs` counted from 1; see `TrainingResult` for the numbers."""

    epoch: int
    epochs: int
    loss: float
    accuracy: float
    holdout_ppm: Mapping[MetricName, int]
    seconds: float


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """One training of a spec with one seed. The score is that of the last epoch, by the metric of whoever asks.

    Attributes:
        parameters: numbers in the model, trained or not (moving averages of batch normalization).
        losses: mean training loss of each epoch, taken as its batches passed.
        accuracies: share of training windows predicted right, also as its batches passed.
        holdout_ppm: score on the holdout after each epoch by every metric there is; 0 where training diverged.
        logits: [holdout windows] float32 after the last epoch, above 0 for a rise; none where training diverged.
        diverged_at: first epoch, from 1, that left a loss, a weight or a prediction that is not finite; training
            stopped there.
        seconds: wall time of this training.
        weights: arrays of the model at the end, in Keras' order.
        checkpoints: `weights_digest` after each epoch, so that two trainings that differ show where they parted.
    """

    parameters: int
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    holdout_ppm: Mapping[MetricName, tuple[int, ...]]
    logits: NDArray[np.float32]
    diverged_at: int | None
    seconds: float
    weights: tuple[NDArray[np.float32], ...]
    checkpoints: tuple[str, ...] = ()

    def score_ppm(self, metric: MetricName) -> int:
        """The score on the holdout in parts per million, rounded down; 0 where training diverged."""
        return self.holdout_ppm[metric][-1]

    @property
    def constant(self) -> bool:
        """The model predicted one class for the whole holdout, so its score says nothing about the series."""
        rises = self.logits > 0
        return self.diverged_at is None and bool(rises.all() or not rises.any())

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) over all but `seconds`: equal exactly where two trainings agree bit for bit."""
        curves = [[float(x).hex() for x in c] for c in (self.losses, self.accuracies)]
        numbers = [self.parameters, self.diverged_at, curves, dict(self.holdout_ppm), self.logits.tobytes().hex()]
        facts = [numbers, self.checkpoints, weights_digest(self.weights)]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


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
