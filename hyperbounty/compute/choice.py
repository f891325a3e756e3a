"""Which executor, before the windows that it trains on are there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypedDict

from hyperbounty.compute.executor import Executor
from hyperbounty.compute.worker import MakeTrain, keras_train
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.training.fusing import MOST_LANES
from hyperbounty.training.machine import BACKEND
from hyperbounty.training.windows import Dataset

ExecutorName = Literal["local", "in-process", "ray"]
EXECUTORS: Final[tuple[ExecutorName, ...]] = ("local", "in-process", "ray")


@dataclass(frozen=True)
class ExecutorChoice:
    """Where trainings happen.

    Attributes:
        name: one of `EXECUTORS`.
        workers: trainings at a time, on an accelerator groups of them; with `in-process` it is always one. None is the
            cores of this machine, or one where they would share an accelerator.
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

    def make(self, dataset: Dataset, backend: str = BACKEND) -> Executor:
        """The executor that trains on the windows of `dataset` with `backend`.

        Raises:
            InvalidInput: the dataset has no holdout, the choices do not go together, or Ray is not installed.
            TrainingError: no Ray cluster answers at the address.
        """
        self._check(backend)
        if dataset.holdout is None:
            raise InvalidInput(
                "the dataset has no holdout, so nothing can be scored", "open or fetch the holdout first"
            )
        alone = self.name == "local" and self.device != "cpu"
        workers = self.workers or (1 if alone else os.cpu_count() or 1)
        how = _How(
            device=self.device,
            largest_group=1 if self.device == "cpu" else MOST_LANES,
            make_train=partial(keras_train, backend=backend, device=self.device),
        )
        if self.name == "in-process":
            from hyperbounty.compute.inprocess import InProcess

            return InProcess(dataset.train, dataset.holdout, **how)
        if self.name == "ray":
            from hyperbounty.compute.cluster import RayCluster

            return RayCluster(
                dataset.train,
                dataset.holdout,
                workers=workers,
                address=self.address,
                cpus=self.cpus,
                gpus=self.gpus,
                backend=backend,
                **how,
            )
        from hyperbounty.compute.pool import LocalPool

        return LocalPool(dataset.train, dataset.holdout, workers=workers, **how)

    def _check(self, backend: str) -> None:
        if self.device == "cpu":
            if self.gpus:
                raise InvalidInput(
                    f"workers that take {self.gpus:g} GPUs each and train on the CPU",
                    NextStep(
                        "add {}, or leave out {}", Parameter("device", "accelerator"), Parameter("gpus_per_worker")
                    ),
                )
            return
        if backend != "jax":
            raise InvalidInput(
                f"this contest is scored with {backend}, which trains on the CPU alone here",
                NextStep("leave out {}: an accelerator needs a manifest whose backend is jax", Parameter("device")),
            )
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


class _How(TypedDict):
    device: str
    largest_group: int
    make_train: MakeTrain
