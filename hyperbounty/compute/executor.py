"""What every executor does, and what it has to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hyperbounty.compute.jobs import Job
from hyperbounty.compute.limits import Limits
from hyperbounty.spec.spec import Spec
from hyperbounty.training.fusing import Member
from hyperbounty.training.result import EpochProgress, TrainingResult


@dataclass(frozen=True)
class Task:
    """A job to be trained, and what it may take."""

    job: Job
    limits: Limits


@dataclass(frozen=True)
class EpochDone:
    """The job with this key has finished an epoch."""

    key: str
    epoch: EpochProgress


@dataclass(frozen=True)
class Finished:
    """The job with this key is trained, on this machine (`describe_machine`)."""

    key: str
    result: TrainingResult
    machine: Mapping[str, str]


@dataclass(frozen=True)
class Failed:
    """The machine failed on a group; no spec has a part in it.

    Attributes:
        keys: of the jobs that had no result yet.
        reason: what happened, for people.
        lasting: it would fail the same way again.
        started: the training had begun; where it had not, the jobs are as good as untouched.
    """

    keys: tuple[str, ...]
    reason: str
    lasting: bool = False
    started: bool = True


Event = EpochDone | Finished | Failed


class Group:
    """Jobs of one program that one worker trains side by side, and what is still to come of them.

    Args:
        tasks: one at least.

    Attributes:
        program: `Job.program` of all of them.
        memory_bytes: the largest `Job.memory_bytes`.
        limits: as of `Limits.together`.
        result_s: longest silence between two results: one of those in the lanes is always over within its own time.
        members: specs and seeds, in the order of `tasks`.
    """

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.program = tasks[0].job.program
        self.memory_bytes = max(task.job.memory_bytes for task in tasks)
        self.limits = Limits.together([task.limits for task in tasks])
        self.result_s = max(task.limits.total_s for task in tasks)
        self.members: Sequence[Member] = [(Spec.from_word(task.job.spec), task.job.seed) for task in tasks]
        self._open = {index: task.job.key for index, task in enumerate(tasks)}

    @property
    def over(self) -> bool:
        """Every job has its result."""
        return not self._open

    def hear(self, index: int, told: EpochProgress | TrainingResult, machine: Mapping[str, str]) -> Event:
        """What the worker on `machine` told of the member with this index."""
        if isinstance(told, EpochProgress):
            return EpochDone(self._open[index], told)
        return Finished(self._open.pop(index), told, machine)

    def fail(self, reason: str, *, lasting: bool = False, started: bool = True) -> Failed:
        """The worker failed on what is still open."""
        return Failed(tuple(self._open.values()), reason, lasting, started)


class Executor(Protocol):
    """Trains groups of jobs on one set of windows, as many at a time as it has slots."""

    @property
    def device(self) -> str:
        """What it trains on, one of `backend.DEVICES`."""
        ...

    @property
    def slots(self) -> int:
        """Groups at a time."""
        ...

    @property
    def largest_group(self) -> int:
        """Most jobs of a group."""
        ...

    @property
    def vacancy(self) -> str | None:
        """`Job.program` of what the next free slot has compiled, empty where nothing; None where none is free."""
        ...

    @property
    def room_bytes(self) -> int | None:
        """The `Job.memory_bytes` that the next jobs may have; None where the executor sets no bound."""
        ...

    def submit(self, tasks: Sequence[Task]) -> str:
        """Train a group in the slot that `vacancy` spoke of; the answer names the slot for people."""
        ...

    def wait(self, timeout_s: float) -> Sequence[Event]:
        """What has happened, once something has or `timeout_s` seconds are over."""
        ...

    def stop(self) -> None:
        """End what is in progress and give everything back."""
        ...
