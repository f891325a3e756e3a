"""A job: one training of one revealed spec, and the key under which its result is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from hyperbounty.training.machine import BACKEND, describe_versions


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes:
        spec: the 32-byte word.
        run: which run of the spec, from 0.
        seed: 31-bit seed of the run.
        key: SHA-256 (hexadecimal) of all that decides the result; jobs with equal keys are one training.
    """

    spec: bytes
    run: int
    seed: int
    key: str

    @classmethod
    def of(cls, spec: bytes, *, run: int, seed: int, dataset: str) -> Job:
        """The job of run `run` of `spec`; `dataset` names the windows it is trained and scored on, such as by CID."""
        versions = describe_versions()
        facts = {
            "spec": spec.hex(),
            "seed": seed,
            "dataset": dataset,
            "backend": BACKEND,
            **{name: versions[name] for name in ("engine", "keras", "tensorflow", "numpy")},
        }
        return cls(spec, run, seed, hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest())
