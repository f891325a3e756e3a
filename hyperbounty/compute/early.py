"""Workers that are started before anybody knows what they will train: loading a backend takes seconds of a core.

Who does something else first, such as reading a contest, starts them at its beginning and gives them to the pool later.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final, Self

from hyperbounty.compute.worker import work

LEAVE_S: Final = 5.0
"""Seconds that a worker has to end when it is told to, before it is killed."""


@dataclass(eq=False)
class Spawned:
    """The process of a worker, and the connection to it."""

    process: SpawnProcess
    connection: Connection

    def end(self) -> None:
        """Have the process ended, whatever it does."""
        self.connection.close()
        self.process.terminate()
        self.process.join(LEAVE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def spawn(device: str, load: Callable[[], object] | None = None) -> Spawned:
    """A new process that serves `hyperbounty.compute.worker.work` on `device`.

    Args:
        device: what it works on.
        load: what it does first; a function of a module, or a `functools.partial` of one.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, device, load), daemon=True)
    process.start()
    theirs.close()  # The worker has its own; ours must see the end when the worker dies.
    return Spawned(process, ours)


class EarlyWorkers:
    """Processes of this machine that load already what they will need; a context, at whose end the unused ones end.

    They are started in a thread of their own. While they load, they leave one core to whoever started them.

    Args:
        count: how many.
        load: what each does first, as of `spawn`.
        device: what they will work on.

    >>> with EarlyWorkers(1, int) as early:
    ...     worker = early.take("cpu")
    >>> early.take("cpu") is None
    True
    >>> if worker is not None:
    ...     worker.end()
    """

    def __init__(self, count: int, load: Callable[[], object], device: str = "cpu") -> None:
        self._left = count
        self._load = load
        self._device = device
        self._lock = threading.Lock()
        self._there: list[Spawned] = []
        self._over = threading.Event()
        self._starting = threading.Thread(target=self._start_all, daemon=True, name="early workers")

    def __enter__(self) -> Self:
        self._starting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._starting.join()
        for worker in self._there:
            worker.end()
        self._there.clear()

    def take(self, device: str) -> Spawned | None:
        """One that works on `device`, which is the caller's from now on; None where all are taken, or over."""
        with self._lock:
            if device != self._device or self._over.is_set():
                return None
            return self._there.pop(0) if self._there else self._next()

    def _next(self) -> Spawned | None:
        """The next, just started; None where all are. The lock is held."""
        if self._left == 0:
            return None
        self._left -= 1
        return spawn(self._device, self._load)

    def _start_all(self) -> None:
        at_once = max(1, (os.cpu_count() or 1) - 1)
        loading: list[Spawned] = []
        while len(loading) < at_once or self._has_loaded(loading.pop(0)):
            with self._lock:
                worker = None if self._over.is_set() else self._next()
                if worker is None:
                    return
                self._there.append(worker)
            loading.append(worker)

    def _has_loaded(self, worker: Spawned) -> bool:
        """Wait until `worker` says that it is there, or has died; False where nobody needs any more of them.

        What it says is left to be read. Where the worker was taken meanwhile, its message may be read already, and
        where it was ended its connection is closed: then nothing is to be waited for.
        """
        while not self._over.wait(0.05):
            with self._lock:
                if worker not in self._there:
                    return True
                if worker.connection.poll():
                    return True
        return False
