"""Training specs on folds, several at a time: folds, specs and seeds in, a result for each of them out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Protocol, TypeAlias

from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import Executor, Failed, Progressed, Task, run_groups
from hyperbounty.compute.jobs import Job, TrainingData
from hyperbounty.compute.limits import IDLE_WORKER_BYTES, machine_memory_bytes
from hyperbounty.compute.training import GROUPS_PER_WORKER, training_task
from hyperbounty.compute.work import Work
from hyperbounty.errors import TrainingError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic, require
from hyperbounty.training.folds import Fold
from hyperbounty.training.machine import BACKEND, MOST_LANES
from hyperbounty.training.result import EpochProgress, TrainingResult


@dataclass(frozen=True)
class FoldRun:
    """One training: of a spec with a 31-bit seed on the fold with this number."""

    fold: int
    spec: Spec
    seed: int


class KeptResults(Protocol):
    """Results of trainings that were done before, by the key of their job."""

    def get(self, key: str) -> TrainingResult | None:
        """What is kept under `key`, its weights left out; None where nothing is."""

    def put(self, key: str, result: TrainingResult) -> None:
        """Keep `result` under `key`."""


FoldTraining: TypeAlias = Work[FoldRun, EpochProgress, TrainingResult]
FoldExecutor: TypeAlias = Executor[FoldRun, EpochProgress, TrainingResult]


def train_on_folds(
    folds: Sequence[Fold],
    specs: Sequence[Spec],
    seeds: Sequence[int],
    *,
    backend: str = BACKEND,
    arithmetic: Arithmetic | None = None,
    jobs: int | None = None,
    kept: KeptResults | None = None,
    on_epochs: Callable[[int], None] | None = None,
) -> Mapping[FoldRun, TrainingResult]:
    """Train every spec with every seed on every fold. What comes out does not depend on `jobs`.

    >>> train_on_folds((), [Spec()], [0])
    {}

    Args:
        folds: as of `cut_folds`, or the one fold of a contest.
        specs: equal ones are trained once.
        seeds: of the runs.
        backend, arithmetic: as the manifest of a contest has them.
        jobs: trainings at a time; one trains in this process. None takes the cores of this machine. There are never
            more than trainings, nor more than memory has room for.
        kept: what was done before is not done again, and what is done is kept as soon as it is.
        on_epochs: hears how many epochs are over, of all.

    Raises:
        TrainingError: a training could not be carried out, or this machine cannot offer the arithmetic.
    """
    runs = [FoldRun(fold.number, spec, seed) for fold in folds for spec in specs for seed in seeds]
    return train_fold_runs(
        folds, runs, backend=backend, arithmetic=arithmetic, jobs=jobs, kept=kept, on_epochs=on_epochs
    )


def train_fold_runs(
    folds: Sequence[Fold],
    wanted: Sequence[FoldRun],
    *,
    backend: str = BACKEND,
    arithmetic: Arithmetic | None = None,
    jobs: int | None = None,
    kept: KeptResults | None = None,
    on_epochs: Callable[[int], None] | None = None,
) -> Mapping[FoldRun, TrainingResult]:
    """As `train_on_folds`, of the trainings that are `wanted`; equal ones are done once."""
    arithmetic = arithmetic or Arithmetic()
    tasks = list(_tasks(folds, list(dict.fromkeys(wanted)), backend, arithmetic))
    require(arithmetic, backend)
    runs = {task.key: task.payload for task in tasks}
    before = {key: None if kept is None else kept.get(key) for key in runs}
    results = {runs[key]: result for key, result in before.items() if result is not None}
    tasks = [task for task in tasks if before[task.key] is None]
    if not tasks:
        return results
    jobs = _room_for(jobs or os.cpu_count() or 1, tasks)
    executor = fold_executor(folds, jobs, backend=backend, arithmetic=arithmetic)
    heard = {key: 0 if before[key] is None else run.spec.epochs for key, run in runs.items()}
    with closing(run_groups(executor, _groups(tasks, jobs))) as events:
        for event in events:
            if isinstance(event, Failed):
                raise _failure(runs[event.keys[0]], event.reason, jobs)
            if isinstance(event, Progressed):
                heard[event.key] = event.progress.epoch
            else:
                results[runs[event.key]] = event.result
                if kept is not None:
                    kept.put(event.key, event.result)
                # One that diverged leaves out the epochs after.
                heard[event.key] = runs[event.key].spec.epochs
            if on_epochs is not None:
                on_epochs(sum(heard.values()))
    return results


def fold_executor(
    folds: Sequence[Fold], jobs: int, *, backend: str = BACKEND, arithmetic: Arithmetic | None = None
) -> FoldExecutor:
    """The executor of trainings on `folds`, `jobs` at a time; one is in this process, more are processes of their own.

    A group is of one fold and one program.
    """
    choice = ExecutorChoice("in-process") if jobs == 1 else ExecutorChoice("local", workers=jobs)
    prepare = partial(prepare_folds, tuple(folds), backend=backend, arithmetic=arithmetic)
    return choice.make(prepare, largest_group=MOST_LANES, groups_per_worker=GROUPS_PER_WORKER)


def prepare_folds(folds: Sequence[Fold], *, backend: str, arithmetic: Arithmetic | None) -> FoldTraining:
    """Training on any of `folds` with the engine, a group at a time; the data of the last fold stay where they are."""
    from hyperbounty.training.engine import Trainer

    by_number = {fold.number: fold for fold in folds}
    kept: dict[int, Trainer] = {}

    def work(
        runs: Sequence[FoldRun], on_epoch: Callable[[int, EpochProgress], None]
    ) -> Iterator[tuple[int, TrainingResult]]:
        number = runs[0].fold
        if number not in kept:
            kept.clear()
            fold = by_number[number]
            kept[number] = Trainer(fold.train, fold.block, backend=backend, arithmetic=arithmetic)
        yield from kept[number].train_many([(run.spec, run.seed) for run in runs], on_epoch)

    return work


def fold_task(
    fold: Fold, spec: Spec, seed: int, *, backend: str = BACKEND, arithmetic: Arithmetic | None = None
) -> Task[FoldRun]:
    """The training of `spec` on `fold`, for an executor whose work is that of `prepare_folds`."""
    data = TrainingData.of(fold.name, fold.train, fold.block)
    job = Job.of(spec.word, seed=seed, data=data, backend=backend, arithmetic=arithmetic)
    # A worker that has compiled for one fold has not for another.
    program = f"{fold.number}/{job.program}"
    return Task(
        job.key, FoldRun(fold.number, spec, seed), training_task(job).limits, program, memory_bytes=job.memory_bytes
    )


def _tasks(
    folds: Sequence[Fold], runs: Sequence[FoldRun], backend: str, arithmetic: Arithmetic
) -> Iterator[Task[FoldRun]]:
    by_number = {fold.number: fold for fold in folds}
    for run in runs:
        yield fold_task(by_number[run.fold], run.spec, run.seed, backend=backend, arithmetic=arithmetic)


def _groups(tasks: Sequence[Task[FoldRun]], jobs: int) -> Iterator[Sequence[Task[FoldRun]]]:
    """Groups of one program, which is compiled once for each, and small enough for all jobs to have work."""
    most = min(MOST_LANES, -(-len(tasks) // jobs))
    for _, members in groupby(sorted(tasks, key=lambda task: task.program), key=lambda task: task.program):
        alike = list(members)
        for start in range(0, len(alike), most):
            yield alike[start : start + most]


def _room_for(jobs: int, tasks: Sequence[Task[FoldRun]]) -> int:
    each = IDLE_WORKER_BYTES + max(task.memory_bytes for task in tasks)
    return max(1, min(jobs, len(tasks), (machine_memory_bytes() - IDLE_WORKER_BYTES) // each))


def _failure(run: FoldRun, reason: str, jobs: int) -> TrainingError:
    what = f"training {run.spec.describe()} on fold {run.fold} with seed {run.seed} failed: {reason}"
    if jobs == 1:
        return TrainingError(what)
    return TrainingError(what, NextStep("try with {}", Parameter("jobs", "1")))
