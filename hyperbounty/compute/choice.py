"""Which executor, before its work is there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from hyperbounty.compute.early import EarlyWorkers
from hyperbounty.compute.executor import Executor
from hyperbounty.compute.work import Prepare
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")

ExecutorName = Literal["local", "in-process", "ray"]
EXECUTORS: Final[tuple[ExecutorName, ...]] = ("local", "in-process", "ray")


@dataclass(frozen=True)
class ExecutorChoice:
    """Where work is done.

    Attributes:
        name: one of `EXECUTORS`.
        workers: groups of tasks at a time; with `in-process` it is always one. None is the cores of this machine, or
            one where they would share an accelerator.
        address: of the Ray cluster; None starts one on this machine.
        cpus, gpus: of the Ray cluster's, that each worker takes; fractions share one.
        device: `cpu` or `accelerator`.
    """

    name: ExecutorName = "local"
    workers: int | None = None
    address: str | None = None
    cpus: float = 1.0
    gpus: float = 0.0
    device: str = "cpu"

    def make(
        self,
        prepare: Prepare[P, Q, R],
        *,
        largest_group: int = 1,
        groups_per_worker: int | None = None,
        early: EarlyWorkers | None = None,
    ) -> Executor[P, Q, R]:
        """The executor of the work that `prepare` makes.

        Args:
            prepare: runs in every worker.
            largest_group: most tasks of a group.
            groups_per_worker: groups after which a worker is replaced; None keeps it.
            early: workers of this machine that were started already; the other executors need none.

        Raises:
            InvalidInput: the choices do not go together, or Ray is not installed.
            TrainingError: no Ray cluster answers at the address.

        >>> from hyperbounty.compute.work import Each
        >>> ExecutorChoice(workers=3).make(Each(abs)).slots
        3
        """
        self.check()
        if self.name == "in-process":
            from hyperbounty.compute.inprocess import InProcess

            return InProcess(prepare, device=self.device, largest_group=largest_group)
        alone = self.name == "local" and self.device != "cpu"
        workers = self.workers or (1 if alone else os.cpu_count() or 1)
        if self.name == "ray":
            from hyperbounty.compute.cluster import RayCluster

            return RayCluster(
                prepare,
                workers=workers,
                address=self.address,
                cpus=self.cpus,
                gpus=self.gpus,
                groups_per_worker=groups_per_worker,
                device=self.device,
                largest_group=largest_group,
            )
        from hyperbounty.compute.pool import LocalPool

        return LocalPool(
            prepare,
            workers=workers,
            groups_per_worker=groups_per_worker,
            device=self.device,
            largest_group=largest_group,
            early=early,
        )

    def check(self) -> None:
        """Whether the choices go together.

        Raises:
            InvalidInput: they do not.
        """
        if self.device == "cpu":
            if self.gpus:
                raise InvalidInput(
                    f"workers that take {self.gpus:g} GPUs each and train on the CPU",
                    NextStep(
                        "add {}, or leave out {}", Parameter("device", "accelerator"), Parameter("gpus_per_worker")
                    ),
                )
            return
        if self.name == "ray" and not 0 < self.gpus <= 1:
            raise InvalidInput(
                f"workers that take {self.gpus:g} GPUs each, and a training uses one, or a share of one",
                NextStep("choose {}, or a share such as 0.5", Parameter("gpus_per_worker", "1")),
            )
        if self.name == "local" and (self.workers or 1) > 1:
            raise InvalidInput(
                f"{self.workers} processes of this machine would all train on its first accelerator",
                NextStep(
                    "choose {}; for several accelerators, {} {}",
                    Parameter("workers", "1"),
                    Parameter("executor", "ray"),
                    Parameter("gpus_per_worker", "1"),
                ),
            )
