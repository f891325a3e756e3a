"""Specs an hour on an accelerator: fused, one after the other, and by `fit` of Keras-TensorFlow on the same card.

A program of its own, as `fitting` is.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.evaluator.mix import load
from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.machine import MOST_LANES


def main() -> None:
    """Task: `folder` of the data, one `spec` in hexadecimal and how many `members` of its shape to train.

    The answer is seconds for all of them, fused and one by one, each with its compilation; or why there are none.
    """
    task = json.load(sys.stdin)
    spec = Spec.from_word(bytes.fromhex(task["spec"]))
    members = [(spec, seed) for seed in range(task["members"])]
    try:
        found = {
            name: _seconds(task["folder"], members, lanes) for name, lanes in (("fused", MOST_LANES), ("unfused", 1))
        }
    except TrainingError as error:
        json.dump({"missing": str(error)}, sys.stdout)
        return
    json.dump(found, sys.stdout)


def _seconds(folder: str, members: list[tuple[Spec, int]], lanes: int) -> float:
    from hyperbounty.training.engine import Trainer

    trainer = Trainer(*load(Path(folder)), backend="jax", device="accelerator", arithmetic=Arithmetic(lanes=lanes))
    began = time.perf_counter()
    for _ in trainer.train_many(members):
        pass
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
