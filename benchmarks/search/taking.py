"""What a search takes: seconds by the clock and of the processor, and who takes them."""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import optuna

from benchmarks.search.plans import RUN_SECONDS, SAMPLE_SEED, Game
from hyperbounty.compute.folds import FoldExecutor
from hyperbounty.spec.ranges import allowed
from hyperbounty.spec.spec import Spec
from hyperbounty.training.kept import KeptTrainings
from hyperbounty.training.result import TrainingResult
from participant.workbench.search.asking import NothingFound, Refusal, Rules, counted, propose
from participant.workbench.search.searching import Listener, Plan, search
from participant.workbench.search.space import Space

_GOAL: Final = "goals: 6 minutes, Optuna's share at most 5 %, two jobs at least 1.7 × one"


class _Waiting:
    """An executor that knows how long it was waited for."""

    def __init__(self, executor: FoldExecutor) -> None:
        self._executor = executor
        self.waited = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._executor, name)

    def wait(self, timeout_s: float) -> Sequence[Any]:
        began = time.monotonic()
        try:
            return self._executor.wait(timeout_s)
        finally:
            self.waited += time.monotonic() - began


class _Counting(KeptTrainings):
    """Kept results that know what was trained, and how long that took by the clock."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.trained, self.seconds = 0, 0.0

    def put(self, key: str, result: TrainingResult) -> None:
        super().put(key, result)
        self.trained += 1
        self.seconds += result.seconds


@dataclass(frozen=True)
class Taken:
    """What the trials of a search took, and the best again after them.

    Attributes:
        trials_s, again_s: by the clock.
        asking_s: of the trials, by the clock, that the process which asks did not wait for workers.
        own_cpu_s, workers_cpu_s: of the processor, for everything.
        trained: trainings.
        busy: part of the time of the trials in which a worker trained, over all workers.
    """

    trials_s: float
    again_s: float
    asking_s: float
    own_cpu_s: float
    workers_cpu_s: float
    trained: int
    busy: float


def take(plan: Plan, folder: Path, trials: int, jobs: int) -> Taken:
    """Do a search with nothing kept."""
    kept = _Counting(folder / "trainings")
    waiting: list[_Waiting] = []
    over: list[tuple[float, float]] = []

    def executor(count: int) -> Any:
        waiting.append(_Waiting(plan.how.executor(count)))
        return waiting[0]

    def again(_: int, __: int) -> None:
        if not over:
            over.append((time.monotonic(), kept.seconds))

    began, own, workers = time.monotonic(), time.process_time(), _children()
    listener = Listener(again=again)
    search(plan, kept, trials=trials, timeout_s=12 * 3600, jobs=jobs, listener=listener, executor=executor)
    ended = time.monotonic()
    [(trials_over, trained_s)] = over
    trials_s = trials_over - began
    return Taken(
        trials_s,
        ended - trials_over,
        trials_s - waiting[0].waited,
        time.process_time() - own,
        _children() - workers,
        kept.trained,
        trained_s / (jobs * trials_s),
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def time_of_one(options: argparse.Namespace) -> None:
    """One search on the sample."""
    taken = _new(options, options.jobs, 0)
    cpu = taken.own_cpu_s + taken.workers_cpu_s
    print(f"{options.trials} trials on {options.folds} folds, windows of {options.rows} rows, {options.jobs} jobs.\n")
    print("| what | seconds |\n|---|---|")
    print(f"| trials, by the clock | {taken.trials_s:.0f} |")
    print(f"| the five best again, by the clock | {taken.again_s:.0f} |")
    print(f"| of the processor, all | {cpu:.0f} |")
    print(f"| divided by two cores | {cpu / 2:.0f} |")
    print(f"| of the processor, Optuna and all else that does not train | {taken.own_cpu_s:.1f} |")
    print(f"| by the clock, the process that asks, not waiting | {taken.asking_s:.1f} |")
    print(
        f"\n{taken.trained} trainings. What does not train takes {taken.own_cpu_s / cpu:.2%} of the processor's time, "
        f"and {taken.asking_s / taken.trials_s:.1%} of that of the trials by the clock. Workers train "
        f"{taken.busy:.0%} of their time. ({_GOAL})"
    )


def two_jobs_against_one(options: argparse.Namespace) -> None:
    """The same search with one job and with two, each with nothing kept."""
    print(f"{options.trials} trials on {options.folds} folds, windows of {options.rows} rows.\n")
    print("| jobs | trials, s | trainings an hour | workers busy | processor, s | load |\n|---|---|---|---|---|---|")
    rates: list[tuple[int, float]] = []
    for jobs in (1, 2, 2, 1):
        taken = _new(options, jobs, len(rates))
        rates.append((jobs, taken.trained / (taken.trials_s + taken.again_s)))
        print(
            f"| {jobs} | {taken.trials_s:.0f} | {3600 * rates[-1][1]:.0f} | {taken.busy:.0%} | "
            f"{taken.workers_cpu_s:.0f} | {os.getloadavg()[0]:.1f} |",
            flush=True,
        )
    one, two = (sum(rate for each, rate in rates if each == jobs) for jobs in (1, 2))
    print(f"\nTwo jobs train {two / one:.2f} times as many as one. ({_GOAL})")


def _new(options: argparse.Namespace, jobs: int, number: int) -> Taken:
    folder = options.keep / f"{os.getpid()}-{number}"
    plan = Game.of(SAMPLE_SEED, sequence_length=options.rows).plan(folder, 0, options.folds)
    return take(plan, folder, options.trials, jobs)


def what_is_refused(options: argparse.Namespace) -> None:
    """Proposals that are not trained, in the ranges of a new spec.toml and in all that may be allowed."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    plan = Game.of(SAMPLE_SEED, sequence_length=options.rows).plan(options.keep / "asking", 0, 1)
    print("| ranges | proposals | refused | why | CPU ms a trial |\n|---|---|---|---|---|")
    for name, ranges, seconds in (
        ("of a new spec.toml", plan.narrowed.ranges, plan.narrowed.run_seconds),
        ("all that a contest can allow", allowed(plan.limits), RUN_SECONDS),
    ):
        rules = Rules(plan.limits, plan.shape, RUN_SECONDS, seconds)
        refused, wanted, began = Counter[Refusal](), 0, time.process_time()
        for seed in range(options.seeds):
            count, why = _refused(Space(ranges, plan.limits), rules, options.trials, seed)
            wanted += count
            refused += why
        total = wanted + refused.total()
        spent = (time.process_time() - began) / wanted
        print(f"| {name} | {total:,} | {refused.total() / total:.0%} | {counted(refused)} | {1e3 * spent:.1f} |")


def _refused(space: Space, rules: Rules, trials: int, seed: int) -> tuple[int, Counter[Refusal]]:
    """Trials that are as good as their seconds are few, so that the sampler has something to learn."""
    refused = Counter[Refusal]()
    done: list[optuna.trial.FrozenTrial] = []
    tried = set[Spec]()
    for _ in range(trials):
        try:
            proposal = propose(space, rules, done, tried, seed=seed)
        except NothingFound as nothing:
            refused += Counter(nothing.refused)
            break
        refused += Counter(proposal.refused)
        tried.add(proposal.judged.spec)
        done.append(
            optuna.trial.create_trial(
                params=dict(proposal.parameters),
                distributions=space.distributions,
                value=1 / (1 + proposal.judged.seconds),
            )
        )
    return len(done), refused
