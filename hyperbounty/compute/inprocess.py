"""Work in this process, one group after the other: for one task, for a debugger, for a machine that cannot spawn.

Nothing protects the process from work that hangs or takes all memory.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from hyperbounty.compute.executor import Event, Task
from hyperbounty.compute.group import Group
from hyperbounty.compute.work import Prepare, Work
from hyperbounty.compute.worker import machine_of
from hyperbounty.errors import HyperbountyError

P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")


class InProcess(Generic[P, Q, R]):
    """An `Executor` with one slot, which works while it is waited for.

    Args:
        prepare: makes the work.
        device: what the work runs on.
        largest_group: most tasks of a group.

    >>> from hyperbounty.compute.work import Each
    >>> executor = InProcess(Each(len))
    >>> executor.submit([Task("a word", "seven")])
    'in process'
    >>> executor.wait(60)[0].result
    5
    """

    slots = 1
    room_bytes = None

    def __init__(self, prepare: Prepare[P, Q, R], *, device: str = "cpu", largest_group: int = 1) -> None:
        self.device, self.largest_group = device, largest_group
        self._prepare = prepare
        self._work: Work[P, Q, R] | None = None
        self._machine: Mapping[str, str] = {}
        self._group: Group[P] | None = None
        self._results: Iterator[tuple[int, R]] | None = None
        self._events: list[Event[Q, R]] = []
        self._program = ""

    @property
    def vacancy(self) -> str | None:
        """The program of the last group; None while a group is there."""
        return None if self._group else self._program

    def submit(self, tasks: Sequence[Task[P]]) -> str:
        """Keep the group until somebody waits for it."""
        self._group, self._results = Group(tasks), None
        self._program = self._group.program
        return "in process"

    def wait(self, timeout_s: float) -> Sequence[Event[Q, R]]:
        """Work until the next result, however long that takes, and tell of all until then."""
        group = self._group
        if group is None:
            time.sleep(timeout_s)
            return []
        try:
            if self._work is None:
                self._work = self._prepare()
                self._machine = machine_of(self.device)
            if self._results is None:
                self._results = self._work(group.payloads, self._hear)
            index, result = next(self._results)
            self._events.append(group.finished(index, result, self._machine))
        except HyperbountyError as error:
            self._events.append(group.failed(str(error), lasting=True, started=self._work is not None))
            self._group = None
        if group.over:
            self._group = None
        events, self._events = self._events, []
        return events

    def stop(self) -> None:
        """Nothing is in progress."""
        self._group = self._results = None

    def _hear(self, index: int, progress: Q) -> None:
        assert self._group is not None
        self._events.append(self._group.progressed(index, progress))
