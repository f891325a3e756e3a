"""Training: a spec, two sets of windows and a seed in; a score on the holdout out.

The same spec, data, seed and versions give the same result bit for bit on one machine: in one process or another, after
whatever else was trained there. Bump `ENGINE_VERSION` in `machine.py` with every change here that moves a number.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import TrainingError
from hyperbounty.training.backend import tf
from hyperbounty.training.execution import Execution, choose_execution, program_key
from hyperbounty.training.program import Program
from hyperbounty.training.result import EpochProgress, TrainingResult, weights_digest
from hyperbounty.training.seeding import epoch_order
from hyperbounty.training.windows import Windows

__all__ = ["EpochProgress", "Trainer", "TrainingResult", "train"]


def train(
    spec: Spec,
    train: Windows,
    holdout: Windows,
    seed: int,
    on_epoch: Callable[[EpochProgress], None] | None = None,
) -> TrainingResult:
    """Train `spec` on `train` and score it on `holdout`; `Trainer` does the same for many specs on the same data."""
    return Trainer(train, holdout).train(spec, seed, on_epoch)


class Trainer:
    """Trains specs, one after the other, on one set of data.

    It keeps the program it compiled last: specs of the same `program_key`, such as the runs of one spec, are best
    trained in a row. TensorFlow keeps some 30 MB of every program for as long as the process lives, so train many
    specs in processes that end from time to time, as the evaluator's pool does.

    Args:
        train: the windows to learn from.
        holdout: the windows to score on; nothing of them reaches the training.
        execution: how to execute whatever is trained; None leaves it to `choose_execution`, as every score must.

    Raises:
        TrainingError: the windows are empty, do not match each other or hold a number that is not finite.
    """

    def __init__(self, train: Windows, holdout: Windows, *, execution: Execution | None = None) -> None:
        _check("training", train)
        _check("holdout", holdout)
        if train.length != holdout.length or train.features.shape[1] != holdout.features.shape[1]:
            raise TrainingError(
                f"training windows are {train.length} rows of {train.features.shape[1]} features, "
                f"holdout windows {holdout.length} of {holdout.features.shape[1]}",
                "cut both with the same columns and sequence length",
            )
        self._data = {
            "features": tf.constant(train.features, tf.float32),
            "starts": tf.constant(train.starts, tf.int32),
            "labels": tf.constant(train.labels, tf.float32),
            "holdout_features": tf.constant(holdout.features, tf.float32),
            "length": train.length,
        }
        self._features = train.features.shape[1]
        self._length = train.length
        self._windows = len(train.starts)
        self._holdout_starts = holdout.starts.astype(np.int32)
        self._holdout_rises = holdout.labels.astype(bool)
        self._execution = execution
        self._program: Program | None = None
        self._program_key: tuple[bytes, Execution] | None = None

    def train(self, spec: Spec, seed: int, on_epoch: Callable[[EpochProgress], None] | None = None) -> TrainingResult:
        """Train `spec` from scratch with the 31-bit `seed`; `on_epoch` hears of every epoch.

        Training stops at the first epoch that leaves a loss, a weight or a prediction that is not finite.
        """
        began = time.monotonic()
        program = self._program_for(spec)
        program.reset(spec, seed)
        total = len(self._holdout_rises)
        losses: list[float] = []
        accuracies: list[float] = []
        holdout_accuracies: list[float] = []
        checkpoints: list[str] = []
        correct, predicted_rises, diverged_at = 0, 0, None
        for epoch in range(1, spec.epochs + 1):
            epoch_began = time.monotonic()
            loss, accuracy, finite = program.train_epoch(epoch_order(seed, epoch, self._windows))
            logits = program.predict(self._holdout_starts)
            diverged = not (finite and np.isfinite(loss) and np.isfinite(logits).all())
            rises = logits > 0
            correct = 0 if diverged else int((rises == self._holdout_rises).sum())
            predicted_rises = 0 if diverged else int(rises.sum())
            checkpoints.append(weights_digest(_weights(program)))
            losses.append(loss)
            accuracies.append(accuracy)
            holdout_accuracies.append(float("nan") if diverged else correct / total)
            if on_epoch is not None:
                seconds = time.monotonic() - epoch_began
                on_epoch(EpochProgress(epoch, spec.epochs, loss, accuracy, holdout_accuracies[-1], seconds))
            if diverged:
                diverged_at = epoch
                break
        return TrainingResult(
            parameters=program.model.count_params(),
            losses=tuple(losses),
            accuracies=tuple(accuracies),
            holdout_accuracies=tuple(holdout_accuracies),
            correct=correct,
            total=total,
            predicted_rises=predicted_rises,
            diverged_at=diverged_at,
            seconds=time.monotonic() - began,
            weights=tuple(_weights(program)),
            checkpoints=tuple(checkpoints),
        )

    def _program_for(self, spec: Spec) -> Program:
        execution = self._execution or choose_execution(
            spec, features=self._features, length=self._length, windows=self._windows
        )
        key = (program_key(spec), execution)
        if self._program is None or self._program_key != key:
            self._program = None
            gc.collect()  # Graphs, layers and compiled code refer to each other in circles.
            self._program, self._program_key = Program(spec, execution, **self._data), key
        return self._program


def _weights(program: Program) -> Iterator[NDArray[np.float32]]:
    return (np.asarray(weight.numpy(), dtype=np.float32) for weight in program.model.weights)


def _check(name: str, windows: Windows) -> None:
    if len(windows.starts) == 0:
        raise TrainingError(f"there are no {name} windows", "take more rows or a shorter sequence")
    rows = len(windows.features)
    if (
        len(windows.labels) != len(windows.starts)
        or windows.starts.min() < 0
        or windows.starts.max() + windows.length > rows
    ):
        # Compiled code would clamp such an index without a word.
        raise TrainingError(
            f"{len(windows.starts)} {name} windows of {windows.length} rows with {len(windows.labels)} labels reach "
            f"outside their {rows} rows",
            "cut them with hyperbounty.training.windows",
        )
    if not np.isfinite(windows.features).all():
        row = int(np.argwhere(~np.isfinite(windows.features))[0][0])
        raise TrainingError(f"row {row} of the {name} features is not finite", "clean the prices it is made from")
