"""Work in processes of this machine."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import TypeVar

from hyperbounty.compute.crew import Crew, Worker, WorkerLost
from hyperbounty.compute.early import LEAVE_S, EarlyWorkers, Spawned, spawn
from hyperbounty.compute.group import Group
from hyperbounty.compute.limits import IDLE_WORKER_BYTES, machine_memory_bytes
from hyperbounty.compute.memory import OUT_OF_MEMORY
from hyperbounty.compute.messages import Message
from hyperbounty.compute.work import Prepare

P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")


class LocalPool(Crew[Spawned, P, Q, R]):
    """An `Executor` of spawned processes, so a script uses it under `if __name__ == "__main__"`.

    Args:
        prepare: makes the work, once in every worker.
        workers: processes at a time.
        groups_per_worker: groups after which a worker is replaced; None keeps it.
        memory_bytes: what all workers together may need; None takes the memory of this machine.
        device: what the work runs on.
        largest_group: most tasks of a group.
        early: whose workers are taken before others are started. They stay its own until then.

    Raises:
        InvalidInput: a number is below 1.

    >>> from hyperbounty.compute.executor import Task, run_tasks
    >>> from hyperbounty.compute.work import Each
    >>> [event.result for event in run_tasks(LocalPool(Each(abs), workers=1), [Task("a", -1), Task("b", -2)])]
    [1, 2]
    """

    def __init__(
        self,
        prepare: Prepare[P, Q, R],
        *,
        workers: int,
        groups_per_worker: int | None = None,
        memory_bytes: int | None = None,
        device: str = "cpu",
        largest_group: int = 1,
        early: EarlyWorkers | None = None,
    ) -> None:
        super().__init__(
            workers=workers, groups_per_worker=groups_per_worker, device=device, largest_group=largest_group
        )
        self._prepare = prepare
        self._memory_bytes = machine_memory_bytes() if memory_bytes is None else memory_bytes
        self._early = early
        self._leaving: list[SpawnProcess] = []

    @property
    def room_bytes(self) -> int | None:
        """What the machine has left once every worker, and the groups in progress, have theirs."""
        in_progress = sum(worker.group.memory_bytes for worker in self._workers if worker.group)
        others = len(self._workers) if self._idle() is None else len(self._workers) - 1
        return self._memory_bytes - in_progress - IDLE_WORKER_BYTES * (others + 1)

    def stop(self) -> None:
        """End every worker, at work or not."""
        processes = [worker.handle.process for worker in self._workers] + self._leaving
        for worker in self._workers:
            worker.handle.connection.close()
            worker.handle.process.terminate()
        self._workers, self._leaving = [], []
        for process in processes:
            process.join(LEAVE_S)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def _start(self, group: Group[P]) -> Worker[Spawned, P]:
        early = None if self._early is None else self._early.take(self.device)
        spawned = early or spawn(self.device)
        return Worker(spawned, f"process {spawned.process.pid}", group)

    def _loaded(self, worker: Worker[Spawned, P]) -> None:
        # Sent only now: it may hold all the data, and a process that is not there yet reads nothing.
        _tell(worker, self._prepare)

    def _send(self, worker: Worker[Spawned, P], group: Group[P]) -> None:
        _tell(worker, (group.payloads, group.limits))

    def _listen(self, until: float) -> Sequence[Worker[Spawned, P]]:
        self._leaving = [process for process in self._leaving if process.is_alive()]
        ready = wait([worker.handle.connection for worker in self._workers], max(0.0, until - time.monotonic()))
        return [worker for worker in self._workers if worker.handle.connection in ready]

    def _receive(self, worker: Worker[Spawned, P]) -> Message[Q, R]:
        try:
            message: Message[Q, R] = worker.handle.connection.recv()
        except (EOFError, OSError) as error:
            worker.handle.process.join()  # Only a worker that died leaves its end closed.
            raise WorkerLost(_cause(worker.handle.process.exitcode)) from error
        return message

    def _end(self, worker: Worker[Spawned, P], *, kill: bool) -> None:
        if kill:
            worker.handle.process.kill()
        worker.handle.connection.close()
        self._leaving.append(worker.handle.process)


def _tell(worker: Worker[Spawned, P], what: object) -> None:
    with suppress(OSError):  # A worker that died says so by its closed connection, at the next wait.
        worker.handle.connection.send(what)


def _cause(exitcode: int | None) -> str:
    if exitcode == OUT_OF_MEMORY:
        return "its worker held more memory than the formula allows, and was ended"
    if exitcode is not None and exitcode < 0:
        name = signal.Signals(-exitcode).name
        hint = ", as the system does when memory runs out" if -exitcode == signal.SIGKILL else ""
        return f"its worker was killed by {name}{hint}"
    return f"its worker ended with exit code {exitcode}"
