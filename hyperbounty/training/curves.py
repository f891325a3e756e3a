"""The curves of one training, epoch by epoch, up to its result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import METRICS, MetricName
from hyperbounty.training.result import EpochProgress, TrainingResult, weights_digest


class Curves:
    """The curves of a training of `spec` with `seed`, scored on `rises` [holdout windows] after every epoch."""

    def __init__(
        self,
        spec: Spec,
        seed: int,
        rises: NDArray[np.bool_],
        on_epoch: Callable[[EpochProgress], None] | None,
        began: float,
    ) -> None:
        self.seed = seed
        self._spec = spec
        self._rises = rises
        self._on_epoch = on_epoch
        self._began = began
        self._epoch_began = began
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._holdout_ppm: dict[MetricName, list[int]] = {name: [] for name in METRICS}
        self._logits = np.zeros(0, np.float32)
        self._checkpoints: list[str] = []
        self._diverged_at: int | None = None

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return len(self._losses)

    @property
    def finished(self) -> bool:
        """All epochs are done, or one left a loss, a weight or a prediction that is not finite."""
        return self._diverged_at is not None or self.epochs == self._spec.epochs

    def add(
        self,
        *,
        loss: float,
        accuracy: float,
        logits: NDArray[np.float32],
        weights: Sequence[NDArray[np.float32]],
    ) -> None:
        """Add an epoch: mean loss, accuracy, logits of the holdout, weights."""
        diverged = not (np.isfinite(loss) and all(np.isfinite(array).all() for array in (logits, *weights)))
        self._logits = logits[:0] if diverged else np.array(logits, np.float32)
        scores = {name: 0 if diverged else metric.score(self._rises, logits) for name, metric in METRICS.items()}
        self._losses.append(loss)
        self._accuracies.append(accuracy)
        for name, score in scores.items():
            self._holdout_ppm[name].append(score)
        self._checkpoints.append(weights_digest(weights))
        if diverged:
            self._diverged_at = self.epochs
        now = time.monotonic()
        if self._on_epoch is not None:
            seconds = now - self._epoch_began
            self._on_epoch(EpochProgress(self.epochs, self._spec.epochs, loss, accuracy, scores, seconds))
        self._epoch_began = now

    def result(self, parameters: int, weights: Iterable[NDArray[np.float32]]) -> TrainingResult:
        """The result after the last epoch."""
        return TrainingResult(
            parameters=parameters,
            losses=tuple(self._losses),
            accuracies=tuple(self._accuracies),
            holdout_ppm={name: tuple(scores) for name, scores in self._holdout_ppm.items()},
            logits=self._logits,
            diverged_at=self._diverged_at,
            seconds=time.monotonic() - self._began,
            weights=tuple(weights),
            checkpoints=tuple(self._checkpoints),
        )
