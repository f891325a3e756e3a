"""A job: one training of one spec, and the key under which its result is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from hyperbounty.compute.estimates import estimate_seconds
from hyperbounty.spec.memory import lane_bytes, process_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.execution import program_key
from hyperbounty.training.fusing import host_bytes, lanes_that_fit
from hyperbounty.training.machine import BACKEND, describe_versions, packages_of
from hyperbounty.training.windows import Windows

ACCELERATOR_BYTES: Final = 4 * 1024**3
"""What the libraries of an accelerator may hold of the machine's own memory. Not measured: none was at hand."""


@dataclass(frozen=True)
class TrainingData:
    """The windows that jobs are trained and scored on, as far as a queue must know them.

    Attributes:
        name: SHA-256 (hexadecimal) of what they are made from; equal names mean equal windows, in any contest.
        features: numbers of a row.
        length: rows of a window.
        windows: for training.
        holdout: windows that are predicted after each epoch.
    """

    name: str
    features: int
    length: int
    windows: int
    holdout: int

    @classmethod
    def of(cls, name: str, train: Windows, holdout: Windows) -> TrainingData:
        """The windows `train` for training and `holdout` for the score, under `name`."""
        return cls(name, train.features.shape[1], train.length, len(train), len(holdout))

    @property
    def shape(self) -> TaskShape:
        """How large the task is."""
        return TaskShape(self.features, self.windows, self.length, self.holdout)


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes:
        key: SHA-256 (hexadecimal) of all that decides the result; jobs with equal keys are one training.
        spec: the 32-byte word.
        seed: 31-bit seed of the run.
        program: jobs with equal programs share what a worker has compiled.
        estimate_s: seconds that it may take, by formula.
        memory_bytes: what it may need of the machine over an idle worker, by formula, alone or in any company: the
            lanes of its program are as many.
    """

    key: str
    spec: bytes
    seed: int
    program: str
    estimate_s: float
    memory_bytes: int

    @classmethod
    def of(
        cls,
        word: bytes,
        *,
        seed: int,
        data: TrainingData,
        backend: str = BACKEND,
        device: str = "cpu",
        arithmetic: Arithmetic | None = None,
    ) -> Job:
        """The training of the spec in `word` with `seed` on `data`, by `backend` on `device` with `arithmetic`.

        No `arithmetic` is the default one.

        Raises:
            SpecError: the word is not a spec.
            TrainingError: the backend is not installed.

        >>> data = TrainingData("d" * 64, features=2, length=6, windows=80, holdout=40)
        >>> one, other = (Job.of(Spec(epochs=epochs).word, seed=1, data=data) for epochs in (5, 6))
        >>> one.key == other.key, one.program == other.program
        (False, True)
        """
        spec = Spec.from_word(word)
        arithmetic = arithmetic or Arithmetic()
        facts = {
            "spec": word.hex(),
            "seed": seed,
            "dataset": data.name,
            "backend": backend,
            "device": device,
            "arithmetic": arithmetic.model_dump(),
            **deciding_versions(backend),
        }
        lanes = lanes_that_fit(spec, arithmetic.lanes, data.shape)
        if device == "cpu":
            needed = process_bytes(spec, data.shape) + (lanes - 1) * lane_bytes(spec, data.shape)
        else:
            needed = ACCELERATOR_BYTES + host_bytes(spec, lanes, data.shape)
        return cls(
            key=hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest(),
            spec=word,
            seed=seed,
            program=program_key(spec).hex(),
            estimate_s=estimate_seconds(spec, data.shape),
            memory_bytes=needed,
        )


def deciding_versions(backend: str) -> dict[str, str]:
    """Versions of all that decides what a training by `backend` gives.

    Raises:
        TrainingError: the backend is not installed.
    """
    versions = describe_versions(backend)
    return {name: versions[name] for name in ("engine", "keras", *packages_of(backend), "numpy")}
