"""What every executor does, and what it tells.

`tests/compute/executor_contract.py` has the tests that every executor passes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar

from hyperbounty.compute.limits import Limits

P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")
P_co = TypeVar("P_co", covariant=True)
Q_co = TypeVar("Q_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)
P_contra = TypeVar("P_contra", contravariant=True)


@dataclass(frozen=True)
class Task(Generic[P_co]):
    """Something to be done.

    Attributes:
        key: names it in what is told of it; no two tasks in progress have the same.
        payload: what the work gets.
        limits: what it may take.
        program: tasks with equal programs share what a worker has compiled or loaded; empty where nothing is shared.
        memory_bytes: what it may need of the machine over an idle worker, alone or in any company.
    """

    key: str
    payload: P_co
    limits: Limits = field(default_factory=Limits)
    program: str = ""
    memory_bytes: int = 0


@dataclass(frozen=True)
class Progressed(Generic[Q_co]):
    """The task with this key is in progress, and this far."""

    key: str
    progress: Q_co


@dataclass(frozen=True)
class Finished(Generic[R_co]):
    """The task with this key is done, on this machine (`worker.machine_of`)."""

    key: str
    result: R_co
    machine: Mapping[str, str]


@dataclass(frozen=True)
class Failed:
    """The machine failed on a group; no payload has a part in it.

    Attributes:
        keys: of the tasks that had no result yet.
        reason: what happened, for people.
        lasting: it would fail the same way again.
        started: the work had begun; where it had not, the tasks are as good as untouched.
    """

    keys: tuple[str, ...]
    reason: str
    lasting: bool = False
    started: bool = True


Event: TypeAlias = Progressed[Q] | Finished[R] | Failed


class Executor(Protocol[P_contra, Q_co, R_co]):
    """Runs groups of tasks, as many groups at a time as it has slots."""

    @property
    def device(self) -> str:
        """What the work runs on, `cpu` or `accelerator`."""
        ...

    @property
    def slots(self) -> int:
        """Groups at a time."""
        ...

    @property
    def largest_group(self) -> int:
        """Most tasks of a group."""
        ...

    @property
    def vacancy(self) -> str | None:
        """`Task.program` of what the next free slot did last, empty where nothing; None where no slot is free."""
        ...

    @property
    def room_bytes(self) -> int | None:
        """The `Task.memory_bytes` that the next tasks may have; None where the executor sets no bound."""
        ...

    def submit(self, tasks: Sequence[Task[P_contra]]) -> str:
        """Start a group in the slot that `vacancy` spoke of; the answer names the slot for people."""
        ...

    def wait(self, timeout_s: float) -> Sequence[Event[Q_co, R_co]]:
        """What has happened, once something has or `timeout_s` seconds are over."""
        ...

    def stop(self) -> None:
        """End what is in progress and give everything back."""
        ...


def run_tasks(executor: Executor[P, Q, R], tasks: Iterable[Task[P]], *, poll_s: float = 60.0) -> Iterator[Event[Q, R]]:
    """Run every task, one a group; `run_groups` says the rest.

    >>> from hyperbounty.compute.inprocess import InProcess
    >>> from hyperbounty.compute.work import Each
    >>> tasks = [Task(key=f"square of {number}", payload=number) for number in (3, 4)]
    >>> for event in run_tasks(InProcess(Each(lambda number: number**2)), tasks):
    ...     print(event.key, event.result)
    square of 3 9
    square of 4 16
    """
    return run_groups(executor, ([task] for task in tasks), poll_s=poll_s)


def run_groups(
    executor: Executor[P, Q, R], groups: Iterable[Sequence[Task[P]]], *, poll_s: float = 60.0
) -> Generator[Event[Q, R], None, None]:
    """Run every group and tell of everything as it happens; `executor` is stopped at the end, or when this is closed.

    Groups are taken when a slot is free, so they can be many. What failed is told and not tried again: the caller knows
    whether it should be. Memory is not watched beforehand: the executor has no more slots than the machine has room.

    Args:
        executor: a new one.
        groups: in the order in which they start; none is empty or larger than the executor's `largest_group`.
        poll_s: seconds after which an executor that tells nothing is asked again.
    """
    left, in_progress = iter(groups), 0
    group = next(left, None)
    try:
        while group is not None or in_progress:
            while group is not None and executor.vacancy is not None:
                executor.submit(group)
                in_progress += len(group)
                group = next(left, None)
            for event in executor.wait(poll_s):
                if isinstance(event, Finished):
                    in_progress -= 1
                elif isinstance(event, Failed):
                    in_progress -= len(event.keys)
                yield event
    finally:
        executor.stop()
