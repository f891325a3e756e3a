"""Which executor, before the windows that it trains on are there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Literal

from evaluator.executors.executor import Executor
from evaluator.worker import keras_train
from hyperbounty.errors import InvalidInput
from hyperbounty.training.machine import BACKEND
from hyperbounty.training.windows import Dataset

ExecutorName = Literal["local", "in-process", "ray"]
EXECUTORS: Final[tuple[ExecutorName, ...]] = ("local", "in-process", "ray")


@dataclass(frozen=True)
class ExecutorChoice:
    """Where trainings happen.

    Attributes:
        name: one of `EXECUTORS`.
        workers: trainings at a time; with `in-process` it is always one.
        address: of the Ray cluster; None starts one on this machine.
        cpus, gpus: of the Ray cluster's, that each worker takes; fractions share one.
    """

    name: ExecutorName = "local"
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    address: str | None = None
    cpus: float = 1.0
    gpus: float = 0.0

    def make(self, dataset: Dataset, backend: str = BACKEND) -> Executor:
        """The executor that trains on the windows of `dataset` with `backend`.

        Raises:
            InvalidInput: the dataset has no holdout, or Ray is not installed.
            TrainingError: no Ray cluster answers at the address.
        """
        if dataset.holdout is None:
            raise InvalidInput(
                "the dataset has no holdout, so nothing can be scored", "open or fetch the holdout first"
            )
        make_train = partial(keras_train, backend=backend)
        if self.name == "in-process":
            from evaluator.executors.inprocess import InProcess

            return InProcess(dataset.train, dataset.holdout, make_train=make_train)
        if self.name == "ray":
            from evaluator.executors.cluster import RayCluster

            return RayCluster(
                dataset.train,
                dataset.holdout,
                workers=self.workers,
                address=self.address,
                cpus=self.cpus,
                gpus=self.gpus,
                backend=backend,
                make_train=make_train,
            )
        from evaluator.executors.pool import LocalPool

        return LocalPool(dataset.train, dataset.holdout, workers=self.workers, make_train=make_train)
