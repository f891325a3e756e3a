"""CPU seconds of runs; a program of its own, since the engine's settings hold for a process.

It trains one run after the other, as a worker of the evaluator's pool does. Of each it trains a share of the windows:
the first epoch, which compiles, and a few more. Noise stands in for prices: what an epoch takes does not depend on the
numbers.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from contextlib import suppress
from dataclasses import replace
from statistics import median
from typing import Any, Final

import numpy as np

from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.training.engine import Trainer
from hyperbounty.training.execution import choose_execution
from hyperbounty.training.result import EpochProgress
from hyperbounty.training.windows import Windows

EPOCHS: Final = 2
"""After the first, or fewer where they take `ENOUGH_S`."""

ENOUGH_S: Final = 1.5

_SEED: Final = 7


class _Enough(Exception):
    """What was asked for is measured."""


def main() -> None:
    """Task: `backend`, and `cases`: `spec` in hexadecimal, the four numbers of its `shape`, the `share` to train of it.

    The answer: `begin`, CPU seconds until the first run, and for each run `first` and `later`, those of its epochs.
    """
    task = json.load(sys.stdin)
    runs, begin = [], 0.0
    for case in task["cases"]:
        trainer, spec = _trainer(case, task["backend"])
        begin = begin or time.process_time()
        first, *later = _epochs(trainer, spec)
        runs.append({"first": first, "later": median(later or [first])})
        del trainer
        gc.collect()
    json.dump({"begin": begin, "runs": runs}, sys.stdout)


def _trainer(case: dict[str, Any], backend: str) -> tuple[Trainer, Spec]:
    shape = TaskShape(*case["shape"])
    spec = Spec.from_word(bytes.fromhex(case["spec"]))
    windows, holdout = shape.rows // case["share"], -(-shape.holdout // case["share"])
    return Trainer(
        _noise(shape, windows),
        _noise(shape, holdout),
        backend=backend,
        # As the whole run is compiled.
        execution=choose_execution(spec, shape),
    ), spec


def _epochs(trainer: Trainer, spec: Spec) -> list[float]:
    marks = [time.process_time()]

    def hear(_progress: EpochProgress) -> None:
        marks.append(time.process_time())
        if len(marks) >= 2 + EPOCHS or (len(marks) > 2 and marks[-1] - marks[1] >= ENOUGH_S):
            raise _Enough

    with suppress(_Enough):
        # Nothing may end it before, a weight that is not finite least of all.
        trainer.train(replace(spec, epochs=1000, learning_rate=1e-6), _SEED, hear)
    return [float(seconds) for seconds in np.diff(marks)]


def _noise(shape: TaskShape, windows: int) -> Windows:
    draw = np.random.default_rng(_SEED)
    rows = draw.normal(size=(windows + shape.sequence_length - 1, shape.features)).astype(np.float32)
    return Windows(rows, np.arange(windows), draw.integers(0, 2, windows).astype(np.uint8), shape.sequence_length)


if __name__ == "__main__":
    main()
