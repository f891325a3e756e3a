"""Workers and their groups: what executors share whose workers are processes, here or on other machines.

A worker that dies, hangs or takes more than a group may is let go, and what it had not finished is told as failed. A
new one starts with the next group. Workers are replaced after a number of groups too, where the work asks for it.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from hyperbounty.compute.executor import Event, Failed, Task
from hyperbounty.compute.group import Group
from hyperbounty.compute.messages import Broken, Loaded, Message, ProgressOf, Ready
from hyperbounty.errors import InvalidInput

START_S: Final = 300.0
"""Seconds that a worker has to get ready."""

H = TypeVar("H")
P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")


class WorkerLost(Exception):
    """The worker is gone; the text says how, for people."""


@dataclass(eq=False)
class Worker(Generic[H, P]):
    """One worker as its executor knows it. Times are of `time.monotonic`.

    Attributes:
        handle: how the executor reaches it.
        name: for people.
        group: what it does, or will do once it is ready; None where it has nothing to do.
        machine: where it is; None before it is ready.
        program: of its last group.
        groups_done: groups that it has finished.
        since: when it was started, or its group was.
        heard: when it last told something.
    """

    handle: H
    name: str
    group: Group[P] | None
    machine: Mapping[str, str] | None = None
    program: str = ""
    groups_done: int = 0
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)


class Crew(ABC, Generic[H, P, Q, R]):
    """An `Executor` of several workers; a subclass says how one is started, heard and ended.

    Args:
        workers: at a time.
        groups_per_worker: groups after which a worker is replaced; None keeps it.
        device: what the work runs on.
        largest_group: most tasks of a group.

    Raises:
        InvalidInput: a number is below 1.
    """

    tells_progress = True
    """Whether a worker tells progress. Where it tells results alone, it may be silent until the next one is due."""

    def __init__(self, *, workers: int, groups_per_worker: int | None, device: str, largest_group: int) -> None:
        if workers < 1 or (groups_per_worker is not None and groups_per_worker < 1):
            raise InvalidInput(f"{workers} workers of {groups_per_worker} groups", "choose at least 1 of each")
        self.device, self.largest_group = device, largest_group
        self._most_workers, self._groups_per_worker = workers, groups_per_worker
        self._workers: list[Worker[H, P]] = []

    @property
    def slots(self) -> int:
        """Workers at a time."""
        return self._most_workers

    @property
    def vacancy(self) -> str | None:
        """The program of an idle worker, empty where a worker can be started."""
        idle = self._idle()
        if idle is not None:
            return idle.program
        return "" if len(self._workers) < self.slots else None

    @property
    def room_bytes(self) -> int | None:
        """No bound."""
        return None

    def submit(self, tasks: Sequence[Task[P]]) -> str:
        """Give the group to an idle worker, or to a new one as soon as that is ready."""
        worker, group = self._idle(), Group(tasks)
        if worker is None:
            worker = self._start(group)
            self._workers.append(worker)
        elif worker.machine is None:
            worker.group = group
        else:
            self._begin(worker, group)
        return worker.name

    def wait(self, timeout_s: float) -> Sequence[Event[Q, R]]:
        """Hear every worker that has something to tell, and end those that were silent for too long."""
        until = min([time.monotonic() + timeout_s, *(self._hung_at(worker) for worker in self._workers)])
        events: list[Event[Q, R]] = []
        for worker in self._listen(until):
            events += self._hear(worker)
        now = time.monotonic()
        for worker in [worker for worker in self._workers if self._hung_at(worker) <= now]:
            reason = f"its worker hung: nothing was heard of it for {now - worker.heard:.0f} s"
            events += self._lose(worker, reason, kill=True)
        return events

    @abstractmethod
    def stop(self) -> None:
        """End every worker, at work or not."""

    @abstractmethod
    def _start(self, group: Group[P]) -> Worker[H, P]:
        """Start a worker, which gets `group` once it is ready."""

    @abstractmethod
    def _send(self, worker: Worker[H, P], group: Group[P]) -> None:
        """Send `group` to a worker that is ready."""

    @abstractmethod
    def _listen(self, until: float) -> Sequence[Worker[H, P]]:
        """Wait for the first worker that has something to tell, until this time; all that have something then."""

    @abstractmethod
    def _receive(self, worker: Worker[H, P]) -> Message[Q, R]:
        """What a worker of `_listen` has to tell.

        Raises:
            WorkerLost: it is gone.
        """

    @abstractmethod
    def _end(self, worker: Worker[H, P], *, kill: bool) -> None:
        """End a worker that is needed no longer; `kill`: it may not listen."""

    def _loaded(self, worker: Worker[H, P]) -> None:
        """A worker is there and waits for what prepares it."""

    def _rested(self, worker: Worker[H, P]) -> None:
        """A worker has finished its group."""

    def _idle(self) -> Worker[H, P] | None:
        """A worker without a group, rather one that is ready."""
        idle = [worker for worker in self._workers if worker.group is None]
        return next((worker for worker in idle if worker.machine is not None), idle[0] if idle else None)

    def _hung_at(self, worker: Worker[H, P]) -> float:
        """When a worker counts as hung unless it is heard before."""
        if worker.machine is None:
            return worker.since + START_S
        if worker.group is None:
            return float("inf")
        limits = worker.group.limits
        silence_s = limits.silence_s if self.tells_progress else worker.group.result_s
        return min(worker.since + limits.total_s, worker.heard + silence_s)

    def _begin(self, worker: Worker[H, P], group: Group[P]) -> None:
        """Let a worker that is ready begin with `group`."""
        worker.group, worker.program = group, group.program
        worker.since = worker.heard = time.monotonic()
        self._send(worker, group)

    def _hear(self, worker: Worker[H, P]) -> Sequence[Event[Q, R]]:
        try:
            message = self._receive(worker)
        except WorkerLost as lost:
            return self._lose(worker, str(lost))
        worker.heard = time.monotonic()
        if isinstance(message, Broken):
            return self._lose(worker, message.reason, lasting=message.lasting)
        if isinstance(message, Loaded):
            self._loaded(worker)
            return []
        if isinstance(message, Ready):
            worker.machine = message.machine
            if worker.group is not None:
                self._begin(worker, worker.group)
            return []
        group, machine = worker.group, worker.machine
        assert group is not None
        assert machine is not None
        if isinstance(message, ProgressOf):
            return [group.progressed(message.index, message.progress)]
        finished = group.finished(message.index, message.result, machine)
        if group.over:
            worker.group, worker.groups_done = None, worker.groups_done + 1
            if worker.groups_done == self._groups_per_worker:
                self._dismiss(worker)
            else:
                self._rested(worker)
        return [finished]

    def _lose(
        self, worker: Worker[H, P], reason: str, *, lasting: bool = False, kill: bool = False
    ) -> Sequence[Failed]:
        self._dismiss(worker, kill=kill)
        started = worker.machine is not None
        return [worker.group.failed(reason, lasting=lasting, started=started)] if worker.group else []

    def _dismiss(self, worker: Worker[H, P], *, kill: bool = False) -> None:
        self._workers.remove(worker)
        self._end(worker, kill=kill)
