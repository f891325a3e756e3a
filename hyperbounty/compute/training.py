"""Training specs as work of an executor: jobs in, results out, epochs told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Final, TypeAlias

from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.early import EarlyWorkers
from hyperbounty.compute.estimates import training_limits
from hyperbounty.compute.executor import Event, Executor, Task
from hyperbounty.compute.jobs import Job, deciding_versions
from hyperbounty.compute.work import Work
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic, require
from hyperbounty.training.fusing import Member
from hyperbounty.training.machine import BACKEND, MOST_LANES
from hyperbounty.training.result import EpochProgress, TrainingResult
from hyperbounty.training.windows import Dataset, Windows

Training: TypeAlias = Work[Member, EpochProgress, TrainingResult]
"""Trains members of a group side by side; their epochs are its progress: `Trainer.train_many`."""

TrainingExecutor: TypeAlias = Executor[Member, EpochProgress, TrainingResult]
TrainingTask: TypeAlias = Task[Member]
TrainingEvent: TypeAlias = Event[EpochProgress, TrainingResult]

GROUPS_PER_WORKER: Final = 16
"""TensorFlow keeps 10 to 30 MB of every program it ran, so a worker is replaced after this many. A group has one."""


def prepare_training(
    train: Windows,
    holdout: Windows,
    *,
    backend: str = BACKEND,
    device: str = "cpu",
    arithmetic: Arithmetic | None = None,
    versions: Mapping[str, str] | None = None,
) -> Training:
    """Training on `train`, scored on `holdout`, with the engine by `backend` on `device` with `arithmetic`.

    Args:
        versions: what must be installed where this runs, as of `deciding_versions`; None takes whatever is.

    Raises:
        TrainingError: the backend, a version or the arithmetic is not there, or the windows cannot be trained on.
    """
    if versions is not None:
        here = deciding_versions(backend)
        for name, version in versions.items():
            if here[name] != version:
                raise TrainingError(f"a node has {name} {here[name]}, the evaluator {version}")
    from hyperbounty.training.engine import Trainer

    return Trainer(train, holdout, backend=backend, device=device, arithmetic=arithmetic).train_many


def load_training(backend: str = BACKEND, arithmetic: Arithmetic | None = None) -> None:
    """Load in this process what training with `backend` on the CPU needs, before there is anything to train.

    Raises:
        TrainingError: see `prepare_training`.
    """
    from hyperbounty.training.backend import use

    use(backend, arithmetic=arithmetic)
    import_module(f"hyperbounty.training.{backend}_program")


def early_training(choice: ExecutorChoice) -> EarlyWorkers:
    """Workers of `choice`, for the default backend and arithmetic, that load them already; none where it has others."""
    loads = choice.name == "local" and choice.device == "cpu"
    return EarlyWorkers((choice.workers or os.cpu_count() or 1) if loads else 0, load_training)


def training_executor(
    choice: ExecutorChoice,
    dataset: Dataset,
    backend: str = BACKEND,
    arithmetic: Arithmetic | None = None,
    early: EarlyWorkers | None = None,
) -> TrainingExecutor:
    """The chosen executor, for training on the windows of `dataset` with `backend` and `arithmetic`.

    Args:
        choice: where the trainings happen.
        dataset: with a holdout.
        backend, arithmetic: what the manifest names.
        early: of `early_training`; what it has loaded is of no use for another backend or arithmetic.

    Raises:
        InvalidInput: the dataset has no holdout, the choices do not go together, or Ray is not installed.
        TrainingError: no Ray cluster answers at the address, or this machine, where it is to train, cannot offer
            `arithmetic`. A node of Ray says so itself, before it trains.
    """
    arithmetic = arithmetic or Arithmetic()
    on_cpu = choice.device == "cpu"
    if not on_cpu and backend != "jax":
        raise InvalidInput(
            f"this contest is scored with {backend}, which trains on the CPU alone here",
            NextStep("leave out {}: an accelerator needs a manifest whose backend is jax", Parameter("device")),
        )
    choice.check()
    if choice.name != "ray":
        require(arithmetic, backend)
    if dataset.holdout is None:
        raise InvalidInput("the dataset has no holdout, so nothing can be scored", "open or fetch the holdout first")
    prepare = partial(
        prepare_training,
        dataset.train,
        dataset.holdout,
        backend=backend,
        device=choice.device,
        arithmetic=arithmetic,
        # Processes of this machine have what this one has.
        versions=deciding_versions(backend) if choice.name == "ray" else None,
    )
    if (backend, arithmetic) != (BACKEND, Arithmetic()):
        early = None
    # With one lane nothing trains side by side, and a group would only keep its members from other workers.
    largest_group = 1 if arithmetic.lanes == 1 else MOST_LANES
    return choice.make(prepare, largest_group=largest_group, groups_per_worker=GROUPS_PER_WORKER, early=early)


def training_task(job: Job, *, slowness: float = 1.0) -> TrainingTask:
    """The task that `job` is, on a machine that takes `slowness` times the estimates."""
    spec = Spec.from_word(job.spec)
    limits = training_limits(spec, estimate_s=job.estimate_s, memory_bytes=job.memory_bytes, slowness=slowness)
    return Task(job.key, (spec, job.seed), limits, program=job.program, memory_bytes=job.memory_bytes)
