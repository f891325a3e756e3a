"""Trainings that take no time: what comes out depends on spec and seed alone, as with the real ones.

In a module of its own because workers in other processes import it. A spec says by its batch size how its training
misbehaves.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from hyperbounty.compute.executor import Task
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.limits import Limits
from hyperbounty.compute.training import Training, training_task
from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import METRICS
from hyperbounty.training.features import Scaler
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult, weights_digest
from hyperbounty.training.windows import Dataset, Windows

SPEC = Spec(cell="SimpleRNN", recurrent_units=(3,), batch_size=16, epochs=2)
HANGS = replace(SPEC, batch_size=17)
DIES = replace(SPEC, batch_size=18)
EATS_MEMORY = replace(SPEC, batch_size=19)
CANNOT = replace(SPEC, batch_size=20)
DIVERGES = replace(SPEC, batch_size=21)
# The same among others of one program, which they share with SPEC: told by the learning rate.
HANGS_IN_COMPANY = replace(SPEC, learning_rate=0.17)
DIES_IN_COMPANY = replace(SPEC, learning_rate=0.18, epochs=3)
CANNOT_IN_COMPANY = replace(SPEC, learning_rate=0.20)

DATA = TrainingData("d" * 64, features=2, length=6, windows=80, holdout=40)


def stub_result(spec: Spec, seed: int) -> TrainingResult:
    """What the stub trains `spec` with `seed` to."""
    digest = hashlib.sha256(spec.word + seed.to_bytes(4, "big")).digest()
    weights = (np.frombuffer(digest, np.uint8).astype(np.float32),)
    diverged = 1 if spec == DIVERGES else None
    curve = tuple(digest[1 + epoch % 30] / 256 for epoch in range(1 if diverged else spec.epochs))
    checkpoints = tuple(hashlib.sha256(digest + bytes([epoch % 256])).hexdigest() for epoch in range(len(curve) - 1))
    scores = tuple(0 if diverged else round(1e6 * loss) for loss in curve)
    return TrainingResult(
        parameters=32,
        losses=curve,
        accuracies=curve,
        holdout_ppm=dict.fromkeys(METRICS, scores),
        logits=np.zeros(0, np.float32) if diverged else np.frombuffer(digest * 40, np.int8).astype(np.float32)[:40],
        diverged_at=diverged,
        seconds=0.001,
        weights=weights,
        checkpoints=(*checkpoints, weights_digest(weights)),
    )


def make_stub() -> Training:
    """A `Prepare` of the stub."""

    def train(
        members: Sequence[Member], on_epoch: Callable[[int, EpochProgress], None]
    ) -> Iterator[tuple[int, TrainingResult]]:
        for index in sorted(range(len(members)), key=lambda index: -members[index][0].epochs):
            yield index, one(*members[index], partial(on_epoch, index))

    def one(spec: Spec, seed: int, on_epoch: Callable[[EpochProgress], None]) -> TrainingResult:
        if spec in (HANGS, HANGS_IN_COMPANY):
            on_epoch(EpochProgress(1, spec.epochs, 0.5, 0.5, {}, 0.0))
            threading.Event().wait()
        if spec in (DIES, DIES_IN_COMPANY):
            os.kill(os.getpid(), signal.SIGKILL)
        if spec == EATS_MEMORY:
            hoard = []
            while True:
                hoard.append(np.ones(2**24, np.float64))
        if spec in (CANNOT, CANNOT_IN_COMPANY):
            raise TrainingError("the stub cannot", "train another spec")
        result = stub_result(spec, seed)
        for epoch, loss in enumerate(result.losses, start=1):
            on_epoch(EpochProgress(epoch, spec.epochs, loss, loss, {}, 0.0))
        return result

    return train


def stub_task(spec: Spec, limits: Limits | None = None, *, seed: int = 1, data: TrainingData = DATA) -> Task[Member]:
    """The task that training `spec` is, without limits unless some are given."""
    return replace(training_task(Job.of(spec.word, seed=seed, data=data)), limits=limits or Limits())


def small_dataset() -> Dataset:
    """Random windows of two columns, 80 for training and 40 for scoring."""
    return Dataset(_windows(80, 1), _windows(40, 2), Scaler((0.0, 0.0), (1.0, 1.0)), ("BTC.close", "ETH.close"))


def _windows(count: int, seed: int) -> Windows:
    rows = np.random.default_rng(seed).normal(size=(count + 5, 2)).astype(np.float32)
    return Windows(rows, np.arange(count), (rows[5:, 0] > 0).astype(np.uint8), 6)
