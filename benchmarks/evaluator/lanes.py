"""The same trainings in lanes and one after the other, on an accelerator or, to try the program itself, on the CPU.

A program of its own, as `fitting` is.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.evaluator.mix import load
from hyperbounty.errors import TrainingError
from hyperbounty.spec.spec import Spec
from hyperbounty.training.arithmetic import Arithmetic
from hyperbounty.training.backend import use
from hyperbounty.training.fusing import Member, check_device, device_kind, device_memory


def main() -> None:
    """Task: `folder` of the data, one `spec` in hexadecimal, how many `members` of it to train, `device`, and `lanes`.

    For each number of `lanes` the answer has, under `runs`, the seconds of all members with their compilation, the most
    bytes that JAX held of the device until then (null where the device does not say), every member's score in ppm, and
    whether the first member trains to the same bits without company. Or it says what is `missing`.
    """
    task = json.load(sys.stdin)
    spec = Spec.from_word(bytes.fromhex(task["spec"]))
    members = [(spec, seed) for seed in range(task["members"])]
    try:
        use("jax", task["device"])
        if task["device"] != "cpu":
            check_device()
        runs = [_run(task["folder"], task["device"], members, lanes) for lanes in task["lanes"]]
    except TrainingError as error:
        json.dump({"missing": str(error)}, sys.stdout)
        return
    json.dump({"runs": runs, "kind": device_kind(), "memory_bytes": device_memory()}, sys.stdout)


def _run(folder: str, device: str, members: list[Member], lanes: int) -> dict[str, Any]:
    from hyperbounty.training.engine import Trainer

    trainer = Trainer(*load(Path(folder)), backend="jax", device=device, arithmetic=Arithmetic(lanes=lanes))
    began = time.perf_counter()
    results = dict(trainer.train_many(members))
    seconds = time.perf_counter() - began
    held = _most_held_bytes()
    ((_, alone),) = trainer.train_many(members[:1])
    return {
        "lanes": trainer.lanes(members[0][0]),
        "seconds": seconds,
        "held_bytes": held,
        "scores_ppm": [results[index].score_ppm("accuracy") for index in range(len(members))],
        "same_alone": results[0].fingerprint == alone.fingerprint,
    }


def _most_held_bytes() -> int | None:
    import jax  # type: ignore[import-not-found,unused-ignore]

    stats: dict[str, int] = jax.devices()[0].memory_stats() or {}
    return stats.get("peak_bytes_in_use")


if __name__ == "__main__":
    main()
