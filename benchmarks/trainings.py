"""The mix of 24 specs from start to end: the evaluator against PyTorch, or `fit` where PyTorch is not installed.

    python -m benchmarks.trainings [--record]

It takes a quarter of an hour on two quiet cores. `python -m benchmarks.evaluator --sections i` has more sides.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.evaluator.mix import dataset, save
from benchmarks.evaluator.sections import Settings, run
from benchmarks.waits.outcome import Outcome
from benchmarks.waits.records import record
from hyperbounty.training.machine import BACKEND

PROCESSES = 2
REMARK = (
    "compiling takes 1 to 3 s of a core a spec, and each is trained once here; "
    "[what stands in the way](evaluator/results.md#where-a-short-mix-spends-its-seconds)"
)


def measured(name: str, windows: int, epochs: int, most_s: float, most_kept_s: float | None) -> Outcome:
    """A row: seconds by the clock of the mix on so many windows, with nothing kept and with programs kept."""
    with tempfile.TemporaryDirectory() as folder:
        data = dataset("sample", windows)
        save(data, Path(folder))
        features = data.train.features.shape[1]
        settings = Settings(Path(folder), len(data.train), features, epochs, 1, PROCESSES, BACKEND)
        kept = {"HYPERBOUNTY_COMPILED": str(Path(folder) / "compiled")}
        ours, again = (run("engine", settings.task, environment=kept)["wall"] for _ in range(2))
        peer, answer = "PyTorch, eager", run("torching", settings.task)
        if "missing" in answer:
            peer, answer = "Keras' `fit`", run("fitting", settings.task | {"weights": None})
    goal = f"at most {most_s:.0f} s"
    is_met = ours <= most_s
    if most_kept_s is not None:
        goal += f", {most_kept_s:.0f} with programs kept"
        is_met = is_met and again <= most_kept_s
    what = f"24 specs, {windows:,} windows × {epochs} epochs, nothing kept ({again:.0f} s with programs kept)"
    return Outcome(name, what, "s", ours, peer, answer["wall"], goal, is_met, remark=REMARK)


def main() -> None:
    """Measure, print and record."""
    outcomes = [measured("mix-2048", 2048, 4, 36.0, 28.0), measured("mix-4800", 4800, 10, 130.0, None)]
    for one in outcomes:
        print(f"{one.what}: {one.ours:.1f} s, {one.peer} {one.theirs:.1f} s")
    if "--record" in sys.argv:
        record(outcomes)


if __name__ == "__main__":
    main()
