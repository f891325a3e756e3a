"""Trainings in this process, one after the other: for one spec, for a debugger, for a machine that cannot spawn.

Nothing protects the process from a training that hangs or takes all memory.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from evaluator.executors.executor import EpochDone, Event, Failed, Finished, Task
from evaluator.worker import MakeTrain, Train, keras_train
from hyperbounty.bounty.spec import Spec
from hyperbounty.errors import HyperbountyError
from hyperbounty.training.machine import describe_machine
from hyperbounty.training.windows import Windows


class InProcess:
    """An `Executor` with one slot, which trains while it is waited for."""

    def __init__(self, train: Windows, holdout: Windows, *, make_train: MakeTrain = keras_train) -> None:
        self._windows = (train, holdout)
        self._make_train = make_train
        self._train: Train | None = None
        self._task: Task | None = None
        self._program = ""

    @property
    def vacancy(self) -> str | None:
        """The program trained last; None while a job is there."""
        return None if self._task else self._program

    @property
    def room_bytes(self) -> int | None:
        """No bound."""
        return None

    def submit(self, task: Task) -> str:
        """Keep the job until somebody waits for it."""
        self._task, self._program = task, task.job.program
        return "in process"

    def wait(self, timeout_s: float) -> Sequence[Event]:
        """Train the job and tell of all of it at once, however long it takes."""
        task, self._task = self._task, None
        if task is None:
            time.sleep(timeout_s)
            return []
        events: list[Event] = []
        try:
            if self._train is None:
                self._train = self._make_train(*self._windows)
            spec = Spec.from_word(task.job.spec)
            result = self._train(spec, task.job.seed, lambda epoch: events.append(EpochDone(task.job.key, epoch)))
        except HyperbountyError as error:
            return [*events, Failed(task.job.key, str(error), lasting=True, started=self._train is not None)]
        return [*events, Finished(task.job.key, result, describe_machine())]

    def stop(self) -> None:
        """Nothing is in progress."""
        self._task = None
