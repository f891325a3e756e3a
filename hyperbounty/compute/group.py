"""A group of tasks with one worker, and what is still to come of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from hyperbounty.compute.executor import Failed, Finished, Progressed, Task
from hyperbounty.compute.limits import Limits

P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")


class Group(Generic[P]):
    """Tasks of one program that one worker does side by side.

    Args:
        tasks: one at least.

    Attributes:
        program: `Task.program` of all of them.
        memory_bytes: the largest `Task.memory_bytes`.
        limits: as of `Limits.together`.
        result_s: longest time between two results: one of those in progress is always over within its own time.
        payloads: in the order of `tasks`.

    >>> group = Group([Task("a", 1), Task("b", 2)])
    >>> group.finished(0, "one", {})
    Finished(key='a', result='one', machine={})
    >>> group.failed("its worker was killed by SIGKILL").keys
    ('b',)
    """

    def __init__(self, tasks: Sequence[Task[P]]) -> None:
        self.program = tasks[0].program
        self.memory_bytes = max(task.memory_bytes for task in tasks)
        self.limits = Limits.together([task.limits for task in tasks])
        self.result_s = max(task.limits.total_s for task in tasks)
        self.payloads: Sequence[P] = [task.payload for task in tasks]
        self._open = {index: task.key for index, task in enumerate(tasks)}

    @property
    def over(self) -> bool:
        """Every task has its result."""
        return not self._open

    def progressed(self, index: int, progress: Q) -> Progressed[Q]:
        """The worker told this of the task with this index."""
        return Progressed(self._open[index], progress)

    def finished(self, index: int, result: R, machine: Mapping[str, str]) -> Finished[R]:
        """The worker on `machine` has this result of the task with this index."""
        return Finished(self._open.pop(index), result, machine)

    def failed(self, reason: str, *, lasting: bool = False, started: bool = True) -> Failed:
        """The worker failed on what is still open."""
        return Failed(tuple(self._open.values()), reason, lasting, started)
