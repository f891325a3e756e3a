"""How many reference cores an executor is worth: by short trainings in all of its slots at once.

`hyperbounty.spec.reference_core` says what a reference core is. An evaluator declares the throughput of its machines
when it accepts a contest, so it is measured with what will train: the same executor, the same backend, every slot at
work, as slots share caches and memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.executor import Failed, Finished
from hyperbounty.compute.jobs import Job, TrainingData, deciding_versions
from hyperbounty.compute.training import TrainingExecutor, training_executor, training_task
from hyperbounty.errors import TrainingError
from hyperbounty.files import write_atomic
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.features import Scaler
from hyperbounty.training.machine import BACKEND, describe_machine
from hyperbounty.training.windows import Dataset, Windows

REFERENCES: Final = (
    (Spec(recurrent_units=(64,), batch_size=16, epochs=16), 1600),
    (Spec(recurrent_units=(256,), batch_size=1, epochs=1), 2200),
)
"""What is trained, and the milliseconds that it takes the reference core once it is compiled (benchmarks/cost).

The first is bound by arithmetic, the second by caches, of which machines and backends make more or less. Both are long
enough to be compiled by XLA, as everything is that takes long.
"""

_WINDOWS: Final = 512
_FEATURES: Final = 40
_LENGTH: Final = 60


def throughput(choice: ExecutorChoice, backend: str = BACKEND, arithmetic: Arithmetic | None = None) -> int:
    """Thousandths of a reference core that the chosen executor is worth, measured within a minute on a quiet machine.

    Each slot trains each spec of `REFERENCES` twice, all slots at once; the spec with the lower result counts. Where
    `arithmetic` has several lanes, all but one stay empty: specs of different shapes share none, and a contest may have
    no two alike.

    Raises:
        TrainingError: a training failed, or the backend or the device is not there.
        InvalidInput: the choices do not go together, or Ray is not installed.
    """
    windows = _noise()
    columns = tuple(f"noise {number}" for number in range(_FEATURES))
    scaler = Scaler(mean=(0.0,) * _FEATURES, std=(1.0,) * _FEATURES)
    executor = training_executor(choice, Dataset(windows, windows, scaler, columns), backend, arithmetic)
    data = TrainingData.of(hashlib.sha256(b"throughput").hexdigest(), windows, windows)

    def seconds(spec: Spec, run: int) -> list[float]:
        """Of each slot, for a run of `spec`."""
        return _train(
            executor,
            [
                Job.of(
                    spec.word,
                    seed=run * executor.slots + slot,
                    data=data,
                    backend=backend,
                    device=choice.device,
                    arithmetic=arithmetic,
                )
                for slot in range(executor.slots)
            ],
        )

    found = []
    try:
        for spec, reference_ms in REFERENCES:
            seconds(spec, run=0)  # Each slot compiles.
            # Milliseconds for each second are thousandths.
            found.append(sum(int(reference_ms / each) for each in seconds(spec, run=1)))
    finally:
        executor.stop()
    return max(1, min(found))


def kept_throughput(
    folder: Path,
    choice: ExecutorChoice,
    backend: str = BACKEND,
    arithmetic: Arithmetic | None = None,
    *,
    again: bool = False,
) -> int:
    """`throughput`, measured once for a machine, its versions and the choice, and kept in a file under `folder`.

    Args:
        folder: where the file is.
        choice, backend, arithmetic: as of `throughput`.
        again: measure, whatever is kept.

    Raises:
        TrainingError, InvalidInput: see `throughput`.
        OSError: the file cannot be written.
    """
    path = folder / f"throughput-{_digest(choice, backend, arithmetic or Arithmetic())}.json"
    if path.exists() and not again:
        return int(json.loads(path.read_text(encoding="utf-8"))["thousandths"])
    found = throughput(choice, backend, arithmetic)
    write_atomic(path, json.dumps({"thousandths": found}).encode())
    return found


def _digest(choice: ExecutorChoice, backend: str, arithmetic: Arithmetic) -> str:
    facts: Mapping[str, Any] = {
        "choice": vars(choice),
        "machine": describe_machine(),
        "backend": backend,
        "arithmetic": arithmetic.model_dump(),
        "versions": deciding_versions(backend),
        "references": [[spec.word.hex(), reference_ms, _WINDOWS] for spec, reference_ms in REFERENCES],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _train(executor: TrainingExecutor, jobs: list[Job]) -> list[float]:
    """Seconds of each of `jobs`, one in each slot."""
    for job in jobs:
        executor.submit([training_task(job)])
    seconds: list[float] = []
    while len(seconds) < len(jobs):
        for event in executor.wait(60.0):
            if isinstance(event, Failed):
                raise TrainingError(f"the training that measures this machine failed: {event.reason}")
            if isinstance(event, Finished):
                seconds.append(event.result.seconds)
    return seconds


def _noise() -> Windows:
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(_WINDOWS + _LENGTH - 1, _FEATURES)).astype(np.float32)
    return Windows(rows, np.arange(_WINDOWS), draw.integers(0, 2, _WINDOWS).astype(np.uint8), _LENGTH)
