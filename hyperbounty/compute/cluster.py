"""Work on a Ray cluster: as many actors as wanted, each with its share of the cluster's cores and GPUs.

The nodes need this package and whatever the work imports. A node that is lost takes its actors with it: what they had
not finished is told as failed, and new ones start where there is room. A group is one call, which streams each result
as it is there; Ray tells no progress.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hyperbounty.compute.crew import Crew, Worker, WorkerLost
from hyperbounty.compute.group import Group
from hyperbounty.compute.limits import Limits
from hyperbounty.compute.memory import MemoryWatch, raise_oom_score
from hyperbounty.compute.messages import Broken, Message, Ready, ResultOf
from hyperbounty.compute.work import Prepare, Work
from hyperbounty.compute.worker import machine_of
from hyperbounty.errors import HyperbountyError, InvalidInput, TrainingError
from hyperbounty.next_steps import NextStep, Parameter

P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")


class _Actor:
    """What runs on the cluster. What goes wrong in it is an answer; what it dies of, Ray tells."""

    def __init__(self, device: str, gpus: float) -> None:
        raise_oom_score()
        self._device = device
        self._memory = MemoryWatch(device)
        self._work: Work[Any, Any, Any] | None = None
        if 0 < gpus < 1:  # JAX takes three quarters of a GPU for itself, and would of each share of it.
            os.environ["XLA_PYTHON_CLIENT_MEM_FRACTION"] = str(0.75 * gpus)

    def prepare(self, prepare: Prepare[Any, Any, Any]) -> Ready | Broken:
        """Get ready for groups."""
        try:
            self._work = prepare()
        except HyperbountyError as error:
            return Broken(str(error), lasting=True)
        return Ready(machine_of(self._device))

    def work(self, payloads: Sequence[Any], limits: Limits) -> Iterator[ResultOf[Any] | Broken]:
        """Do a group."""
        assert self._work is not None
        self._memory.allow(limits)
        try:
            for index, result in self._work(payloads, lambda _index, _progress: None):
                yield ResultOf(index, result)
        except HyperbountyError as error:
            yield Broken(str(error), lasting=True)


@dataclass
class _Remote:
    """An actor and what it was asked: a reference while it gets ready, then a stream of them; None where nothing."""

    actor: Any
    asked: Any


class RayCluster(Crew[_Remote, P, Q, R]):
    """An `Executor` of Ray actors.

    Args:
        prepare: makes the work, once in every actor; it is sent to each node once.
        workers: actors at a time; fewer where the cluster has no room for so many.
        address: of the cluster; None starts one on this machine, which ends with `stop`.
        cpus, gpus: that each actor takes; fractions share one.
        groups_per_worker: groups after which an actor is replaced; None keeps it.
        device: what the work runs on.
        largest_group: most tasks of a group.

    Raises:
        InvalidInput: Ray is not installed, or there is nothing to work on.
        TrainingError: no cluster answers at the address.
    """

    tells_progress = False

    def __init__(
        self,
        prepare: Prepare[P, Q, R],
        *,
        workers: int,
        address: str | None = None,
        cpus: float = 1.0,
        gpus: float = 0.0,
        groups_per_worker: int | None = None,
        device: str = "cpu",
        largest_group: int = 1,
    ) -> None:
        super().__init__(
            workers=workers, groups_per_worker=groups_per_worker, device=device, largest_group=largest_group
        )
        if cpus + gpus <= 0:
            raise InvalidInput(f"{workers} workers of {cpus} CPUs and {gpus} GPUs", "choose at least 1, of something")
        self._ray = _connect(address, workers)
        self._actor = self._ray.remote(num_cpus=cpus, num_gpus=gpus, max_restarts=0)(_Actor)
        self._prepare = self._ray.put(prepare)
        self._needs = {name: amount for name, amount in (("CPU", cpus), ("GPU", gpus)) if amount}
        self._gpus = gpus

    @property
    def slots(self) -> int:
        """Actors that the nodes that are there now have room for, as far as they are wanted.

        One at least: where there is no room, waiting for it may bring a node about.
        """
        has = self._ray.cluster_resources()
        capacity = min(int(has.get(name, 0.0) / amount + 1e-9) for name, amount in self._needs.items())
        return min(self._most_workers, max(1, capacity))

    def stop(self) -> None:
        """End every actor, and the cluster too where this started it."""
        for worker in self._workers:
            self._ray.kill(worker.handle.actor)
        self._workers = []
        self._ray.shutdown()

    def _start(self, group: Group[P]) -> Worker[_Remote, P]:
        actor = self._actor.remote(self.device, self._gpus)
        return Worker(_Remote(actor, actor.prepare.remote(self._prepare)), f"actor {actor._actor_id.hex()[:8]}", group)

    def _send(self, worker: Worker[_Remote, P], group: Group[P]) -> None:
        stream = worker.handle.actor.work.options(num_returns="streaming")
        worker.handle.asked = stream.remote(group.payloads, group.limits)

    def _listen(self, until: float) -> Sequence[Worker[_Remote, P]]:
        busy = {worker.handle.asked: worker for worker in self._workers if worker.handle.asked is not None}
        left_s = max(0.0, until - time.monotonic())
        if not busy:
            time.sleep(left_s)
            return []
        self._ray.wait(list(busy), num_returns=1, timeout=left_s)
        answered, _ = self._ray.wait(list(busy), num_returns=len(busy), timeout=0)
        return [busy[answer] for answer in answered]

    def _receive(self, worker: Worker[_Remote, P]) -> Message[Q, R]:
        asked = worker.handle.asked
        try:
            message: Message[Q, R] = self._ray.get(asked if worker.machine is None else next(asked))
        except self._ray.exceptions.RayError as error:
            raise WorkerLost(f"its actor was lost: {str(error).strip().splitlines()[0][:300]}") from error
        if isinstance(message, Ready):
            worker.handle.asked = None
        return message

    def _rested(self, worker: Worker[_Remote, P]) -> None:
        """Take over the group of an actor that is not there yet: after the loss of a node it may never be."""
        worker.handle.asked = None
        waiting = next((other for other in self._workers if other.group and other.machine is None), None)
        if waiting is not None and waiting.group is not None:
            group, waiting.group = waiting.group, None
            self._begin(worker, group)

    def _end(self, worker: Worker[_Remote, P], *, kill: bool) -> None:
        self._ray.kill(worker.handle.actor)


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
