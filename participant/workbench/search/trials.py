"""The trials of a search: one process asks, judges, writes down and gives up; workers only train."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from optuna.trial import FrozenTrial, TrialState

from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import Failed, Finished, Progressed, Task
from hyperbounty.compute.folds import FoldExecutor, FoldRun, KeptResults, fold_task, prepare_folds
from hyperbounty.compute.training import GROUPS_PER_WORKER
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.metrics import MetricName
from hyperbounty.statistics.ppm import PPM
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.folds import Fold
from hyperbounty.training.result import TrainingResult
from participant.workbench.search.asking import (
    MOST_PROPOSALS,
    NothingFound,
    Proposal,
    Rules,
    counted,
    propose,
)
from participant.workbench.search.journal import Journal, spec_of
from participant.workbench.search.pruning import is_given_up
from participant.workbench.search.space import Space

_ATTEMPTS: Final = 2
"""At a training whose worker fell ill, before its trial counts as failed."""

_MOST_FAILED: Final = 3
"""Trials that may fail one after the other: then it is not the specs."""


@dataclass(frozen=True)
class How:
    """How trials are trained.

    Attributes:
        folds: each is predicted by one training.
        metric: of the scores.
        seed: of the search, and of its trainings.
        backend, arithmetic: as the manifest of a contest has them.
    """

    folds: Sequence[Fold]
    metric: MetricName
    seed: int
    backend: str
    arithmetic: Arithmetic

    def task(self, fold: Fold, spec: Spec) -> Task[FoldRun]:
        """The training of a trial on a fold."""
        return fold_task(fold, spec, self.seed, backend=self.backend, arithmetic=self.arithmetic)

    def executor(self, jobs: int) -> FoldExecutor:
        """Workers for so many trainings at a time, each replaced from time to time, as every trial compiles anew."""
        prepare = partial(prepare_folds, tuple(self.folds), backend=self.backend, arithmetic=self.arithmetic)
        return ExecutorChoice("local", workers=jobs).make(prepare, groups_per_worker=GROUPS_PER_WORKER)


@dataclass
class _Open:
    """A trial that is not over."""

    trial: FrozenTrial
    spec: Spec
    results: list[TrainingResult] = field(default_factory=list)
    attempts: int = 0
    epoch: int = 0


@dataclass(frozen=True)
class Progress:
    """How far a search is.

    Attributes:
        trials: that are over, and parts of those that are not.
        best_ppm: highest mean of a finished trial; None where there is none.
    """

    trials: float
    best_ppm: int | None


class Trials:
    """Asks for trials and has them trained, until there are as many as are wanted.

    Args:
        journal: where the trials stand; those that have no end go on first.
        space, rules: what may be tried.
        first: specs to try before any other, as far as they are in the space and keep to the rules.
        how: they are trained.
        kept: trainings that were done.
        on_progress: hears how far it is.
    """

    def __init__(
        self,
        journal: Journal,
        space: Space,
        rules: Rules,
        first: Sequence[Spec],
        how: How,
        kept: KeptResults,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._journal, self._space, self._rules, self._how, self._kept = journal, space, rules, how, kept
        self._first = list(first)
        self._on_progress = on_progress
        self._failed_in_a_row = 0
        self.found_no_more = False
        """Whether the sampler found nothing more to try."""

    def run(self, wanted: int, executor: FoldExecutor, until: float = float("inf")) -> None:
        """Go on until so many trials are there and over.

        Args:
            wanted: trials, with those that are there.
            executor: a new one; it is stopped at the end.
            until: of `time.monotonic`; no training begins after it, and trials stay open.

        Raises:
            InvalidInput: nothing can be tried.
            TrainingError: several trials after each other could not be trained.
            OSError: the disk does not take what was done.
        """
        begun = (_Open(each, spec_of(each)) for each in self._journal.trials() if each.state == TrialState.RUNNING)
        ready = deque(each for each in begun if not self._advance(each))
        at_work: dict[str, _Open] = {}
        with ExitStack() as stack:
            stack.callback(executor.stop)
            while True:
                while time.monotonic() < until and executor.vacancy is not None:
                    each = ready.popleft() if ready else self._begin(wanted)
                    if each is None:
                        break
                    task = self._task(each)
                    room = executor.room_bytes
                    if at_work and room is not None and task.memory_bytes > room:
                        ready.appendleft(each)
                        break
                    executor.submit([task])
                    at_work[task.key] = each
                if not at_work:
                    return
                for event in executor.wait(60.0):
                    if isinstance(event, Progressed):
                        at_work[event.key].epoch = event.progress.epoch
                    elif isinstance(event, Finished):
                        self._kept.put(event.key, event.result)
                        each = at_work.pop(event.key)
                        if not self._done(each, event.result) and not self._advance(each):
                            ready.append(each)
                    else:
                        each = at_work.pop(event.keys[0])
                        if not self._ill(each, event):
                            ready.append(each)
                self._tell_progress([*at_work.values(), *ready])

    def _begin(self, wanted: int) -> _Open | None:
        """A new trial that is to be trained; None where there is none."""
        while not self.found_no_more and len(trials := self._journal.trials()) < wanted:
            try:
                proposal = self._proposal(trials)
            except NothingFound as nothing:
                if not trials:
                    raise InvalidInput(
                        f"{MOST_PROPOSALS} proposals cannot be trained: {counted(nothing.refused)}",
                        "widen [search] in spec.toml",
                    ) from nothing
                self.found_no_more = True
                break
            begun = _Open(self._journal.begin(proposal, self._space.distributions), proposal.judged.spec)
            if not self._advance(begun):
                return begun
        return None

    def _proposal(self, trials: Sequence[FrozenTrial]) -> Proposal:
        tried = {spec_of(trial) for trial in trials}
        for spec in self._first:
            parameters = self._space.parameters(spec)
            judged, refusal = self._rules.judge(spec)
            if parameters is not None and refusal is None and spec not in tried:
                return Proposal(parameters, judged, {})
        return propose(self._space, self._rules, trials, tried, seed=self._how.seed)

    def _task(self, each: _Open) -> Task[FoldRun]:
        return self._how.task(self._how.folds[len(each.results)], each.spec)

    def _advance(self, each: _Open) -> bool:
        """Take what was trained before; whether the trial is over with it."""
        while (result := self._kept.get(self._task(each).key)) is not None:
            if self._done(each, result):
                return True
        return False

    def _done(self, each: _Open, result: TrainingResult) -> bool:
        """A fold is done: write it down, and decide. Whether the trial is over."""
        each.results.append(result)
        each.attempts = each.epoch = 0
        scores = [run.score_ppm(self._how.metric) for run in each.results]
        mean = sum(scores) / len(scores)
        count = len(scores)
        self._journal.report(each.trial, count, mean)
        is_last = count == len(self._how.folds)
        # Compared as the journal has it.
        if not is_last and not is_given_up(mean / PPM, count, self._journal.trials()):
            return False
        self._journal.finish(each.trial, scores, sum(run.seconds for run in each.results), pruned=not is_last)
        self._failed_in_a_row = 0
        return True

    def _ill(self, each: _Open, failed: Failed) -> bool:
        """The machine failed on a training: whether its trial is over."""
        each.attempts, each.epoch = each.attempts + 1, 0
        if not failed.lasting and each.attempts < _ATTEMPTS:
            return False
        self._journal.fail(each.trial, failed.reason)
        self._failed_in_a_row += 1
        if self._failed_in_a_row == _MOST_FAILED:
            what = (
                f"{_MOST_FAILED} trials after each other failed, the last one ({each.spec.describe()}): {failed.reason}"
            )
            raise TrainingError(what, NextStep("try with {}", Parameter("jobs", "1")))
        return True

    def _tell_progress(self, unfinished: Sequence[_Open]) -> None:
        trials = self._journal.trials()
        over = sum(trial.state.is_finished() for trial in trials)
        folds = len(self._how.folds)
        parts = sum((len(each.results) + each.epoch / each.spec.epochs) / folds for each in unfinished)
        values = [trial.value for trial in trials if trial.state == TrialState.COMPLETE and trial.value is not None]
        self._on_progress(Progress(over + parts, round(PPM * max(values)) if values else None))
