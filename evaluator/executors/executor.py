"""What every executor does, and what it has to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evaluator.jobs import Job
from evaluator.limits import Limits
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
    """The machine failed on the job with this key; its spec has no part in it.

    Attributes:
        reason: what happened, for people.
        lasting: it would fail the same way again.
        started: the training had begun; where it had not, the job is as good as untouched.
    """

    key: str
    reason: str
    lasting: bool = False
    started: bool = True


Event = EpochDone | Finished | Failed


class Executor(Protocol):
    """Trains jobs on one set of windows, as many at a time as it has slots."""

    @property
    def vacancy(self) -> str | None:
        """`Job.program` of what the next free slot has compiled, empty where nothing; None where none is free."""
        ...

    @property
    def room_bytes(self) -> int | None:
        """The `Job.memory_bytes` that the next job may have; None where the executor sets no bound."""
        ...

    def submit(self, task: Task) -> str:
        """Train `task` in the slot that `vacancy` spoke of; the answer names the slot for people."""
        ...

    def wait(self, timeout_s: float) -> Sequence[Event]:
        """What has happened, once something has or `timeout_s` seconds are over."""
        ...

    def stop(self) -> None:
        """End what is in progress and give everything back."""
        ...
