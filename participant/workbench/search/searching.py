"""A whole search: trials until there are as many as are wanted, the best of them again, and what came of it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from hyperbounty.compute.folds import FoldExecutor, KeptResults
from hyperbounty.errors import SpecError
from hyperbounty.spec.narrowing import Narrowed
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.suggestions import suggest
from participant.workbench.search.asking import Rules
from participant.workbench.search.finals import SEEDS, Finalist, finalists, train_again
from participant.workbench.search.journal import Settings, Subject, opened, spec_of
from participant.workbench.search.outcome import Outcome
from participant.workbench.search.space import Space
from participant.workbench.search.trials import How, Progress, Trials


@dataclass(frozen=True)
class Plan:
    """What is searched, and where it is written down.

    Attributes:
        journal: file of the trials.
        subject: what it is about.
        limits, shape, budget_seconds: of the contest.
        narrowed: what may be tried of that.
        own: a spec of the user, which goes first, as far as it may be tried.
        how: trials are trained.
        train_rows: see `cut_folds`; the folds of `how` are cut so.
    """

    journal: Path
    subject: Subject
    limits: bytes
    shape: TaskShape
    budget_seconds: int
    narrowed: Narrowed
    own: Spec | None
    how: How
    train_rows: int | None = None

    @property
    def first(self) -> list[Spec]:
        """What goes first: the user's own spec, the suggested ones, and the largest within the time of a run here."""
        found = [] if self.own is None else [self.own]
        for seconds, names in ((self.budget_seconds, ("small", "middle")), (self.narrowed.run_seconds, ("large",))):
            with suppress(SpecError):  # Nothing plain takes so little.
                suggested = suggest(self.limits, self.shape, seconds)
                found += [suggested[name].spec for name in names]
        return list(dict.fromkeys(found))

    @property
    def settings(self) -> Settings:
        """What tells this search from another one in the same journal."""
        ranges = {name: asdict(each) for name, each in self.narrowed.ranges.items()}
        space = json.dumps({"run_seconds": self.narrowed.run_seconds, **ranges}, sort_keys=True)
        return Settings(self.how.seed, len(self.how.folds), self.train_rows, space)


@dataclass(frozen=True)
class Listener:
    """Who hears how far a search is.

    Attributes:
        trials: of the trials.
        again: epochs that are over of those of the best, and all of these.
    """

    trials: Callable[[Progress], None] = lambda _: None
    again: Callable[[int, int], None] = lambda _, __: None


def search(
    plan: Plan,
    kept: KeptResults,
    *,
    trials: int,
    timeout_s: float,
    jobs: int | None = None,
    listener: Listener | None = None,
    executor: Callable[[int], FoldExecutor] | None = None,
) -> Outcome:
    """Search until there are so many trials; a search that was interrupted goes on.

    Args:
        plan: what is searched.
        kept: trainings that were done before, which are not done again.
        trials: wanted, with those that are there.
        timeout_s: seconds after which no training of a trial begins. The best train again after that.
        jobs: trainings at a time; None takes the cores of this machine.
        listener: hears how far it is.
        executor: of so many jobs, for the trials; None takes `How.executor`.

    Raises:
        InvalidInput: nothing can be tried, or the journal is about something else, is damaged, or another search is at
            work on it.
        TrainingError: trainings could not be carried out.
        OSError: the disk does not take what is done.
    """
    until = time.monotonic() + timeout_s
    listener = listener or Listener()
    jobs = jobs or os.cpu_count() or 1
    space = Space(plan.narrowed.ranges, plan.limits)
    rules = Rules(plan.limits, plan.shape, plan.budget_seconds, plan.narrowed.run_seconds)
    with opened(plan.journal, plan.subject, plan.settings) as journal:
        at_work = Trials(journal, space, rules, plan.first, plan.how, kept, listener.trials)
        at_work.run(trials, (executor or plan.how.executor)(jobs), until)
        chosen = finalists(journal.trials())
        epochs = _epochs([spec_of(trial) for trial in chosen], len(plan.how.folds))
        again: list[Finalist] = []
        if chosen:
            listener.again(0, epochs)
            again = train_again(
                chosen, plan.how, jobs=jobs, kept=kept, on_epochs=lambda done: listener.again(done, epochs)
            )
        return Outcome.of(journal, again, len(plan.how.folds), found_no_more=at_work.found_no_more)


def _epochs(specs: Sequence[Spec], folds: int) -> int:
    return folds * SEEDS * sum(spec.epochs for spec in specs)
