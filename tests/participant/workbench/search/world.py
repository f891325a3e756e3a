"""Searches whose trainings take no time: what comes out depends on spec, fold and seed alone.

In a module of its own because tests start it in another process too:

    python -m tests.participant.workbench.search.world FOLDER TRIALS STEP

does the search in FOLDER and is killed at its STEPth write, or ends.
"""

from __future__ import annotations

import hashlib
import math
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from hyperbounty.compute.executor import Event, Failed, Task
from hyperbounty.compute.folds import FoldExecutor, FoldRun
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.narrowing import Narrowed
from hyperbounty.spec.ranges import Numbers, allowed, usual
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.folds import Fold, cut_folds
from hyperbounty.training.kept import KeptTrainings
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import prepare
from participant.workbench.search.journal import Subject
from participant.workbench.search.outcome import Outcome
from participant.workbench.search.searching import Plan, search
from participant.workbench.search.trials import How
from tests.training.made_results import made_result

SHAPE: Final = TaskShape(features=8, rows=4_800, sequence_length=60, holdout=1_200)
SUBJECT: Final = Subject(3, 31337, "0x" + "ab" * 20, "bafk", {"engine": "6", "keras": "3"})
RANGES: Final = {**usual(allowed(SPEC_MAXIMA)), "learning_rate": Numbers(100, 100_000, 1_000_000)}


@cache
def folds(count: int = 3) -> tuple[Fold, ...]:
    rng = np.random.default_rng(3)
    close = np.exp(np.cumsum(rng.normal(0, 0.01, 400)))[:, None]
    prices = PriceTable(300 * np.arange(400), ("LTC.close",), close, 300)
    return cut_folds(prices, count, partial(prepare, target="LTC", sequence_length=4, future_periods=2))


def plan(folder: Path, seed: int = 0, **changes: Any) -> Plan:
    how = How(folds(), "accuracy", seed, "tensorflow", Arithmetic())
    made = Plan(folder / "search.journal", SUBJECT, SPEC_MAXIMA, SHAPE, 200, Narrowed(RANGES, 12), Spec(epochs=7), how)
    return replace(made, **changes)


def score_ppm(spec: Spec, fold: int, seed: int) -> int:
    """Best at a learning rate of 0.003; a later fold is harder; and luck."""
    luck = hashlib.sha256(spec.word + bytes([fold, seed % 256])).digest()[0] / 255
    rate = math.log10(spec.learning_rate / 0.003)
    return round(1e6 * (0.5 + 0.1 * math.exp(-2 * rate**2) - 0.03 * fold + 0.01 * luck))


def work(
    runs: Sequence[FoldRun], on_epoch: Callable[[int, EpochProgress], None]
) -> Iterator[tuple[int, TrainingResult]]:
    for index, run in enumerate(runs):
        on_epoch(index, EpochProgress(1, run.spec.epochs, 0.5, 0.5, {}, 0.0))
        yield index, made_result(score_ppm(run.spec, run.fold, run.seed))


def executor(jobs: int) -> FoldExecutor:
    return InProcess(lambda: work)


class Ill(InProcess[FoldRun, EpochProgress, TrainingResult]):
    """An executor on which some trainings fail."""

    def __init__(self, fails: Callable[[FoldRun, int], Failed | None]) -> None:
        super().__init__(lambda: work)
        self._fails = fails
        self._told: list[Failed] = []
        self._attempts = Counter[FoldRun]()

    @property
    def vacancy(self) -> str | None:
        return None if self._told else super().vacancy

    def submit(self, tasks: Sequence[Task[FoldRun]]) -> str:
        [task] = tasks
        self._attempts[task.payload] += 1
        failed = self._fails(task.payload, self._attempts[task.payload])
        if failed is None:
            return super().submit(tasks)
        self._told.append(replace(failed, keys=(task.key,)))
        return "ill"

    def wait(self, timeout_s: float) -> Sequence[Event[EpochProgress, TrainingResult]]:
        told, self._told = self._told, []
        return told or super().wait(timeout_s)


class Counted(KeptTrainings):
    """Kept results that know what was trained."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.trained: list[str] = []

    def put(self, key: str, result: TrainingResult) -> None:
        self.trained.append(key)
        super().put(key, result)


def finals() -> Callable[..., Any]:
    """Stands in for `train_on_folds`, which the best are trained again with."""

    def train(cut: Sequence[Fold], specs: Sequence[Spec], seeds: Sequence[int], **_: object) -> dict[FoldRun, Any]:
        runs = [FoldRun(fold.number, spec, seed) for fold in cut for spec in specs for seed in seeds]
        return {run: made_result(score_ppm(run.spec, run.fold, run.seed)) for run in runs}

    return train


def play(made: Plan, kept: KeptTrainings, trials: int, **options: Any) -> Outcome:
    """A search with one job, unless `options` say otherwise."""
    return search(made, kept, trials=trials, **{"timeout_s": 600, "jobs": 1, "executor": executor, **options})


def _die_at(step: int) -> None:
    """Be killed at the write with this number: before it, in the middle of its line, or after it."""
    from optuna.storages.journal import JournalFileBackend

    writes = 0
    append, put = JournalFileBackend.append_logs, KeptTrainings.put

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def counted() -> bool:
        nonlocal writes
        writes += 1
        return writes == step

    def append_and_die(backend: Any, logs: list[dict[str, Any]]) -> None:
        if not counted():
            return append(backend, logs)
        if step % 3 == 0:
            die()
        if step % 3 == 1:
            backend._lock.acquire()
            with Path(backend._file_path).open("ab") as file:
                file.write(b'{"op_code":4,"worker')
            die()
        append(backend, logs)
        return die()

    def put_and_die(kept: KeptTrainings, key: str, result: TrainingResult) -> None:
        is_last = counted()
        if not (is_last and step % 2):
            put(kept, key, result)
        if is_last:
            die()

    JournalFileBackend.append_logs = append_and_die  # type: ignore[method-assign, assignment]
    KeptTrainings.put = put_and_die  # type: ignore[method-assign, assignment]


def main(folder: str, trials: str, step: str) -> None:
    _die_at(int(step))
    from participant.workbench.search import finals as again

    kept = KeptTrainings(Path(folder) / "trainings")
    vars(again)["train_on_folds"] = finals()
    play(plan(Path(folder)), kept, int(trials))


if __name__ == "__main__":
    main(*sys.argv[1:])
