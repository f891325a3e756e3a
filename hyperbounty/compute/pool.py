"""Trainings in processes of this machine, one thread each.

A worker that dies, hangs or takes more than a group may is replaced; whatever it had not finished is told as failed,
for the queue to decide. Workers are replaced after a number of groups too, because TensorFlow keeps memory of every
program it ran.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final

from hyperbounty.compute.executor import Event, Group, Task
from hyperbounty.compute.limits import IDLE_WORKER_BYTES, machine_memory_bytes
from hyperbounty.compute.worker import OUT_OF_MEMORY, Broken, Loaded, MakeTrain, Ready, keras_train, work
from hyperbounty.errors import InvalidInput
from hyperbounty.training.windows import Windows

GROUPS_PER_WORKER: Final = 16
"""TensorFlow keeps 10 to 30 MB of every program it ran, so a worker is replaced after this many. A group has one."""

START_S: Final = 300.0
"""Seconds that a worker has to load its backend and the windows."""


@dataclass(eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    group: Group | None
    machine: Mapping[str, str] | None = None
    trained: int = 0
    program: str = ""
    since: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)

    @property
    def hung_at(self) -> float:
        """When it counts as hung unless it is heard before."""
        if self.machine is None:
            return self.since + START_S
        if self.group is None:
            return float("inf")
        return min(self.since + self.group.limits.total_s, self.heard + self.group.limits.epoch_s)


class LocalPool:
    """An `Executor` of spawned processes, so a script uses it under `if __name__ == "__main__"`.

    Args:
        train, holdout: the windows.
        workers: processes at a time.
        groups_per_worker: groups after which a worker is replaced.
        memory_bytes: what all workers together may need by formula; None takes the memory of this machine.
        device: what `make_train` trains on.
        largest_group: most jobs of a group.
        make_train: what a worker trains with.

    Raises:
        InvalidInput: a number is below 1.
    """

    def __init__(
        self,
        train: Windows,
        holdout: Windows,
        *,
        workers: int,
        groups_per_worker: int = GROUPS_PER_WORKER,
        memory_bytes: int | None = None,
        device: str = "cpu",
        largest_group: int = 1,
        make_train: MakeTrain = keras_train,
    ) -> None:
        if workers < 1 or groups_per_worker < 1:
            raise InvalidInput(f"{workers} workers of {groups_per_worker} groups", "choose at least 1 of each")
        self.slots, self.device, self.largest_group = workers, device, largest_group
        self._windows = (train, holdout)
        self._groups_per_worker = groups_per_worker
        self._memory_bytes = machine_memory_bytes() if memory_bytes is None else memory_bytes
        self._make_train = make_train
        self._workers: list[_Worker] = []
        self._leaving: list[SpawnProcess] = []

    @property
    def vacancy(self) -> str | None:
        """The program of an idle worker, empty where a worker can be started."""
        idle = self._idle()
        if idle is not None:
            return idle.program
        return "" if len(self._workers) < self.slots else None

    @property
    def room_bytes(self) -> int | None:
        """What the machine has left once every worker, and the groups in progress, have theirs."""
        in_progress = sum(worker.group.memory_bytes for worker in self._workers if worker.group)
        others = len(self._workers) if self._idle() is None else len(self._workers) - 1
        return self._memory_bytes - in_progress - IDLE_WORKER_BYTES * (others + 1)

    def submit(self, tasks: Sequence[Task]) -> str:
        """Give the group to an idle worker, or to a new one as soon as that is ready."""
        worker, group = self._idle(), Group(tasks)
        if worker is None:
            worker = _start(group, self._make_train, self.device)
            self._workers.append(worker)
        else:
            _send(worker, group)
        return f"process {worker.process.pid}"

    def wait(self, timeout_s: float) -> Sequence[Event]:
        """Hear every worker that has something to say, and end those that were silent for too long."""
        self._leaving = [process for process in self._leaving if process.is_alive()]
        now = time.monotonic()
        until = min([now + timeout_s, *(worker.hung_at for worker in self._workers)])
        ready = wait([worker.connection for worker in self._workers], max(0.0, until - now))
        events: list[Event] = []
        for worker in [worker for worker in self._workers if worker.connection in ready]:
            events += self._hear(worker)
        for worker in [worker for worker in self._workers if worker.hung_at <= time.monotonic()]:
            worker.process.kill()
            silent = f"its worker hung: nothing was heard of it for {time.monotonic() - worker.heard:.0f} s"
            events += self._lose(worker, silent)
        return events

    def stop(self) -> None:
        """End every worker, at work or not."""
        processes = [worker.process for worker in self._workers] + self._leaving
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        self._workers, self._leaving = [], []
        for process in processes:
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def _idle(self) -> _Worker | None:
        return next((worker for worker in self._workers if worker.group is None), None)

    def _hear(self, worker: _Worker) -> Sequence[Event]:
        worker.heard = time.monotonic()
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()  # Only a worker that died leaves its end closed.
            return self._lose(worker, _cause(worker.process.exitcode))
        if isinstance(message, Broken):
            return self._lose(worker, message.reason, lasting=message.lasting)
        if isinstance(message, Loaded):
            _tell(worker, self._windows)
            return []
        group = worker.group
        assert group is not None
        if isinstance(message, Ready):
            worker.machine = message.machine
            _send(worker, group)
            return []
        assert worker.machine is not None
        index, told = message
        event = group.hear(index, told, worker.machine)
        if group.over:
            worker.group, worker.trained = None, worker.trained + 1
            if worker.trained >= self._groups_per_worker:
                self._dismiss(worker)
        return [event]

    def _lose(self, worker: _Worker, reason: str, *, lasting: bool = False) -> Sequence[Event]:
        self._dismiss(worker)
        started = worker.machine is not None
        return [worker.group.fail(reason, lasting=lasting, started=started)] if worker.group else []

    def _dismiss(self, worker: _Worker) -> None:
        worker.connection.close()
        self._workers.remove(worker)
        self._leaving.append(worker.process)


def _start(group: Group, make_train: MakeTrain, device: str) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, make_train, device), daemon=True)
    process.start()
    theirs.close()  # The worker has its own; ours must see the end when the worker dies.
    return _Worker(process, ours, group)


def _send(worker: _Worker, group: Group) -> None:
    worker.group, worker.program = group, group.program
    worker.since = worker.heard = time.monotonic()
    _tell(worker, (group.members, group.limits))


def _tell(worker: _Worker, what: object) -> None:
    with suppress(OSError):  # A worker that died says so by its closed connection, at the next wait.
        worker.connection.send(what)


def _cause(exitcode: int | None) -> str:
    if exitcode == OUT_OF_MEMORY:
        return "its worker held more memory than the formula allows, and was ended"
    if exitcode is not None and exitcode < 0:
        name = signal.Signals(-exitcode).name
        hint = ", as the system does when memory runs out" if -exitcode == signal.SIGKILL else ""
        return f"its worker was killed by {name}{hint}"
    return f"its worker ended with exit code {exitcode}"
