"""The formula of what a run takes against the CPU seconds that the engine takes: `python -m benchmarks.cost`.

A ratio above 1 says that the formula counts too much. `--record` keeps what was measured in measured.json, to which
tests/spec/test_cost_measured.py holds the formula; do so on the reference core alone. `--recorded` shows what is kept
there, with the formula as it stands.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.cost.cases import Case, usual, worst
from hyperbounty.compute.training import GROUPS_PER_WORKER
from hyperbounty.spec.cost import PER_SECOND, picoseconds
from hyperbounty.training.machine import BACKEND, BACKENDS, describe_machine, describe_versions

ROOT: Final = Path(__file__).parents[2]
MEASURED: Final = Path(__file__).parent / "measured.json"
"""CPU seconds of each case by its name, on the reference core."""


def main() -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=BACKENDS, default=BACKEND, help="of the engine")
    parser.add_argument("--only", default="", help="cases whose name has this text")
    parser.add_argument("--record", action="store_true", help="keep what was measured in measured.json")
    parser.add_argument("--recorded", action="store_true", help="train nothing, and show what is kept there")
    options = parser.parse_args()
    kept: dict[str, float] = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    if not options.recorded:
        _say_where(options.backend)
    for title, cases in (("The 24 specs of the mix", usual()), ("The worst of the table", worst())):
        wanted = [case for case in cases if options.only in case.name]
        print(f"\n## {title}\n\n| run | formula, s | measured, s | ratio |\n|---|---|---|---|", flush=True)
        ratios = []
        found = ((case, kept[case.name]) for case in wanted) if options.recorded else measure(wanted, options.backend)
        for case, measured in found:
            formula = picoseconds(case.spec, case.shape) / PER_SECOND
            ratios.append(formula / measured)
            kept[case.name] = round(measured, 2)
            print(f"| {case.name} | {formula:,.1f} | {measured:,.1f} | {ratios[-1]:.2f} |", flush=True)
        if ratios:
            print(f"\nRatios from {min(ratios):.2f} to {max(ratios):.2f}.", flush=True)
    if options.record:
        MEASURED.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _say_where(backend: str) -> None:
    machine, versions = describe_machine(), describe_versions(backend)
    packages = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "hyperbounty")
    print(
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {machine['cores']} cores ({machine['cpu']}), "
        f"{platform.system()}; {packages}."
    )


def measure(cases: Sequence[Case], backend: str) -> Iterator[tuple[Case, float]]:
    """CPU seconds of each whole run: its part of the worker's start, its first epoch, and the others as those after."""
    for at in range(0, len(cases), GROUPS_PER_WORKER):
        some = cases[at : at + GROUPS_PER_WORKER]
        shares = [_share(case) for case in some]
        answer = _run(some, shares, backend)
        for case, share, run in zip(some, shares, answer["runs"], strict=True):
            # The first epoch trained a share, too, and compiled the same as for all.
            compiled = run["first"] - run["later"]
            whole = share * run["later"]
            yield case, answer["begin"] / GROUPS_PER_WORKER + compiled + case.spec.epochs * whole


def _share(case: Case) -> int:
    """One part in so many of its windows is trained: the least that has whole batches, and takes a quarter second."""
    spec, shape = case.spec, case.shape
    epoch = picoseconds(spec, shape) / PER_SECOND / spec.epochs
    share = 1
    while (
        shape.rows % (2 * share * spec.batch_size) == 0
        and shape.holdout % (2 * share * spec.batch_size) == 0
        and epoch / (2 * share) >= 0.25
    ):
        share *= 2
    return share


def _run(cases: Sequence[Case], shares: Sequence[int], backend: str) -> dict[str, Any]:
    task = {
        "backend": backend,
        "cases": [
            {"spec": case.spec.word.hex(), "shape": list(vars(case.shape).values()), "share": share}
            for case, share in zip(cases, shares, strict=True)
        ],
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cost.measuring"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        # Nothing that was compiled before is found.
        env=os.environ | {"HYPERBOUNTY_COMPILED": "", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    if done.returncode != 0:
        raise SystemExit(f"benchmarks.cost.measuring failed:\n{done.stderr[-3000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


if __name__ == "__main__":
    main()
