"""Trainings on a Ray cluster: as many actors as wanted, each with its share of the cluster's cores and GPUs.

The nodes need this package, and what decides a score in the same versions: a node with others is refused. A node that
is lost takes its actors with it: what they had not finished is told as failed, and new ones start where there is room.
A group is one task, which streams each result as it is there; Ray says nothing of single epochs.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hyperbounty.compute.executor import Event, Group, Task
from hyperbounty.compute.limits import Limits
from hyperbounty.compute.pool import GROUPS_PER_WORKER, START_S
from hyperbounty.compute.worker import (
    Broken,
    MakeTrain,
    MemoryWatch,
    Ready,
    Train,
    be_the_first_to_go,
    keras_train,
    machine_of,
)
from hyperbounty.errors import HyperbountyError, InvalidInput, TrainingError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.training.fusing import Member
from hyperbounty.training.machine import BACKEND, describe_versions, packages_of
from hyperbounty.training.result import TrainingResult
from hyperbounty.training.windows import Windows


class _Actor:
    """What runs on the cluster. What goes wrong in it is an answer; what it dies of, Ray tells."""

    def __init__(self, device: str, gpus: float) -> None:
        be_the_first_to_go()
        self._device = device
        self._memory = MemoryWatch(device)
        self._train: Train | None = None
        if 0 < gpus < 1:  # JAX takes three quarters of a GPU for itself, and would of each share of it.
            os.environ["XLA_PYTHON_CLIENT_MEM_FRACTION"] = str(0.75 * gpus)

    def prepare(
        self, train: Windows, holdout: Windows, make_train: MakeTrain, backend: str, versions: Mapping[str, str]
    ) -> Ready | Broken:
        """Load `backend` and windows."""
        try:
            here = describe_versions(backend)
            for name in ("engine", "keras", *packages_of(backend), "numpy"):
                if here[name] != versions[name]:
                    return Broken(f"a node has {name} {here[name]}, the evaluator {versions[name]}", lasting=True)
            self._train = make_train(train, holdout)
        except HyperbountyError as error:
            return Broken(str(error), lasting=True)
        return Ready(machine_of(self._device))

    def train(self, members: Sequence[Member], limits: Limits) -> Iterator[tuple[int, TrainingResult] | Broken]:
        """Train a group."""
        assert self._train is not None
        self._memory.allow(limits)
        try:
            yield from self._train(members, lambda _index, _epoch: None)
        except HyperbountyError as error:
            yield Broken(str(error), lasting=True)


@dataclass(eq=False)
class _Slot:
    """An actor, what it was asked (None where nothing), and the group that it has or will have.

    `asked` is what Ray waits for: a reference while the actor gets ready, then a stream of references.
    """

    actor: Any
    asked: Any
    group: Group | None
    machine: Mapping[str, str] | None = None
    trained: int = 0
    program: str = ""
    heard: float = field(default_factory=time.monotonic)

    @property
    def hung_at(self) -> float:
        if self.machine is None:
            return self.heard + START_S
        return float("inf") if self.group is None else self.heard + self.group.result_s


class RayCluster:
    """An `Executor` of Ray actors.

    Args:
        train, holdout: the windows; they are sent to each node once.
        workers: actors at a time; fewer where the cluster has no room for so many.
        address: of the cluster; None starts one on this machine, which ends with `stop`.
        cpus, gpus: that each actor takes; fractions share one.
        groups_per_worker: groups after which an actor is replaced.
        backend: what every node must have, in the evaluator's versions.
        device: what `make_train` trains on.
        largest_group: most jobs of a group.
        make_train: what an actor trains with.

    Raises:
        InvalidInput: Ray is not installed, or there is nothing to train on.
        TrainingError: no cluster answers at the address.
    """

    def __init__(
        self,
        train: Windows,
        holdout: Windows,
        *,
        workers: int,
        address: str | None = None,
        cpus: float = 1.0,
        gpus: float = 0.0,
        groups_per_worker: int = GROUPS_PER_WORKER,
        backend: str = BACKEND,
        device: str = "cpu",
        largest_group: int = 1,
        make_train: MakeTrain = keras_train,
    ) -> None:
        if workers < 1 or cpus + gpus <= 0:
            raise InvalidInput(f"{workers} workers of {cpus} CPUs and {gpus} GPUs", "choose at least 1, of something")
        self._ray = _connect(address, workers)
        self._actor = self._ray.remote(num_cpus=cpus, num_gpus=gpus, max_restarts=0)(_Actor)
        self._windows = (self._ray.put(train), self._ray.put(holdout))
        self._needs = {name: amount for name, amount in (("CPU", cpus), ("GPU", gpus)) if amount}
        self._workers, self._groups_per_worker = workers, groups_per_worker
        self.device, self.largest_group, self._gpus = device, largest_group, gpus
        self._backend, self._make_train = backend, make_train
        self._slots: list[_Slot] = []

    @property
    def slots(self) -> int:
        """Actors that the cluster has room for, as far as they are wanted."""
        return min(self._workers, self._capacity())

    @property
    def vacancy(self) -> str | None:
        """The program of an idle actor, empty where one can be started."""
        idle = self._idle()
        if idle is not None:
            return idle.program
        return "" if len(self._slots) < self.slots else None

    @property
    def room_bytes(self) -> int | None:
        """No bound: Ray watches the memory of its nodes."""
        return None

    def submit(self, tasks: Sequence[Task]) -> str:
        """Give the group to an idle actor, or to a new one as soon as that is ready."""
        slot, group = self._idle(), Group(tasks)
        if slot is None:
            actor, backend = self._actor.remote(self.device, self._gpus), self._backend
            asked = actor.prepare.remote(*self._windows, self._make_train, backend, describe_versions(backend))
            slot = _Slot(actor, asked, group)
            self._slots.append(slot)
        elif slot.machine is not None:
            _train(slot, group)
        else:
            slot.group = group
        return f"actor {slot.actor._actor_id.hex()[:8]}"

    def wait(self, timeout_s: float) -> Sequence[Event]:
        """Hear every actor that has an answer, and end those that take too long."""
        now = time.monotonic()
        busy = {slot.asked: slot for slot in self._slots if slot.asked is not None}
        if not busy:
            time.sleep(timeout_s)
            return []
        until = min([now + timeout_s, *(slot.hung_at for slot in busy.values())])
        self._ray.wait(list(busy), num_returns=1, timeout=max(0.0, until - now))
        answered, _ = self._ray.wait(list(busy), num_returns=len(busy), timeout=0)
        events: list[Event] = []
        for answer in answered:
            events += self._hear(busy[answer])
        for slot in [slot for slot in self._slots if slot.hung_at <= time.monotonic()]:
            events += self._lose(slot, f"its actor hung: no answer for {time.monotonic() - slot.heard:.0f} s")
        return events

    def stop(self) -> None:
        """End every actor, and the cluster too where this started it."""
        for slot in self._slots:
            self._ray.kill(slot.actor)
        self._slots = []
        self._ray.shutdown()

    def _idle(self) -> _Slot | None:
        """An actor without a group, rather one that is ready."""
        idle = [slot for slot in self._slots if slot.group is None]
        return next((slot for slot in idle if slot.machine is not None), idle[0] if idle else None)

    def _capacity(self) -> int:
        """Actors that the nodes that are there now could hold; one at least, which may bring a node about."""
        has = self._ray.cluster_resources()
        return max(1, min(int(has.get(name, 0.0) / amount + 1e-9) for name, amount in self._needs.items()))

    def _hear(self, slot: _Slot) -> Sequence[Event]:
        try:
            answer = self._ray.get(slot.asked if slot.machine is None else next(slot.asked))
        except self._ray.exceptions.RayError as error:
            return self._lose(slot, f"its actor was lost: {str(error).strip().splitlines()[0][:300]}")
        if isinstance(answer, Broken):
            return self._lose(slot, answer.reason, lasting=answer.lasting)
        if isinstance(answer, Ready):
            slot.machine, slot.asked = answer.machine, None
            if slot.group is not None:
                _train(slot, slot.group)
            return []
        assert slot.group is not None
        assert slot.machine is not None
        slot.heard = time.monotonic()
        index, result = answer
        event = slot.group.hear(index, result, slot.machine)
        if slot.group.over:
            slot.group, slot.asked, slot.trained = None, None, slot.trained + 1
            if slot.trained >= self._groups_per_worker:
                self._dismiss(slot)
            else:
                self._relieve(slot)
        return [event]

    def _relieve(self, slot: _Slot) -> None:
        """Take over the group of an actor that is not there yet: after the loss of a node it may never be."""
        waiting = next((other for other in self._slots if other.group and other.machine is None), None)
        if waiting is not None and waiting.group is not None:
            group, waiting.group = waiting.group, None
            _train(slot, group)

    def _lose(self, slot: _Slot, reason: str, *, lasting: bool = False) -> Sequence[Event]:
        self._dismiss(slot)
        started = slot.machine is not None
        return [slot.group.fail(reason, lasting=lasting, started=started)] if slot.group else []

    def _dismiss(self, slot: _Slot) -> None:
        self._ray.kill(slot.actor)
        self._slots.remove(slot)


def _train(slot: _Slot, group: Group) -> None:
    slot.group, slot.program, slot.heard = group, group.program, time.monotonic()
    slot.asked = slot.actor.train.options(num_returns="streaming").remote(group.members, group.limits)


def _connect(address: str | None, workers: int) -> Any:
    try:
        import ray  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise InvalidInput("Ray is not installed", 'pip install "hyperbounty[ray]"') from error
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    where = address or "on this machine"
    try:
        if address is None:
            ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        else:
            _knock(address)
            ray.init(address=address, log_to_driver=False, logging_level="ERROR")
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise TrainingError(
            f"no Ray cluster {where}: {str(error).strip().splitlines()[0][:300]}",
            NextStep("start it with `ray start --head`, and name it with {}", Parameter("address")),
        ) from error
    return ray


def _knock(address: str) -> None:
    """Find out in seconds that nobody is there, which takes Ray minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=10).close()
