"""Trainings in this process, one group after the other: for one spec, for a debugger, for a machine that cannot spawn.

Nothing protects the process from a training that hangs or takes all memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from hyperbounty.compute.executor import Event, Group, Task
from hyperbounty.compute.worker import MakeTrain, Train, keras_train, machine_of
from hyperbounty.errors import HyperbountyError
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Windows


class InProcess:
    """An `Executor` with one slot, which trains while it is waited for.

    Args:
        train, holdout: the windows.
        device: what `make_train` trains on.
        largest_group: most jobs of a group.
        make_train: what it trains with.
    """

    slots = 1
    room_bytes = None

    def __init__(
        self,
        train: Windows,
        holdout: Windows,
        *,
        device: str = "cpu",
        largest_group: int = 1,
        make_train: MakeTrain = keras_train,
    ) -> None:
        self.device, self.largest_group = device, largest_group
        self._windows = (train, holdout)
        self._make_train = make_train
        self._train: Train | None = None
        self._machine: Mapping[str, str] = {}
        self._group: Group | None = None
        self._results: Iterator[tuple[int, TrainingResult]] | None = None
        self._events: list[Event] = []
        self._program = ""

    @property
    def vacancy(self) -> str | None:
        """The program trained last; None while a group is there."""
        return None if self._group else self._program

    def submit(self, tasks: Sequence[Task]) -> str:
        """Keep the group until somebody waits for it."""
        self._group, self._results = Group(tasks), None
        self._program = self._group.program
        return "in process"

    def wait(self, timeout_s: float) -> Sequence[Event]:
        """Train until the next result, however long that takes, and tell of all until then."""
        group = self._group
        if group is None:
            time.sleep(timeout_s)
            return []
        try:
            if self._train is None:
                self._train = self._make_train(*self._windows)
                self._machine = machine_of(self.device)
            if self._results is None:
                self._results = self._train(group.members, self._hear)
            self._hear(*next(self._results))
        except HyperbountyError as error:
            self._events.append(group.fail(str(error), lasting=True, started=self._train is not None))
            self._group = None
        if group.over:
            self._group = None
        events, self._events = self._events, []
        return events

    def stop(self) -> None:
        """Nothing is in progress."""
        self._group = self._results = None

    def _hear(self, index: int, told: EpochProgress | TrainingResult) -> None:
        assert self._group is not None
        self._events.append(self._group.hear(index, told, self._machine))
