"""How well the odds of a spec agree with what it does on the holdout.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.odds                              # 100 series; results.md has what came
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.odds --series 10 --keep kept.jsonl

With --keep each series is kept as a line of the file, and the same command goes on with the others. Every figure is a
count or a score, so it does not depend on what else runs on the machine.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from benchmarks.odds import calibration
from benchmarks.odds.calibration import Statement
from benchmarks.odds.series import FOLDS, RUNS, SEEDS, SPECS, Played, play
from hyperbounty.compute.executor import Finished, Task, run_tasks
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.work import Each
from hyperbounty.training.machine import describe_machine, describe_versions


def main() -> None:
    """Play the series, and print the tables as Markdown."""
    options = _options()
    series = sorted(_played(options.series, options.jobs, options.keep), key=lambda played: played.number)
    versions = ", ".join(f"{name} {version}" for name, version in describe_versions().items() if name != "hyperbounty")
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {describe_machine()['cpu']}; {versions}.")
    print(f"{len(series)} series, {len(SPECS)} specs, {FOLDS} folds, {SEEDS} seeds, {RUNS} runs on the holdout.")
    _show("The best of the specs, all known", list(calibration.of_the_best(series)))
    _show("The same, not drawn towards the others", list(calibration.of_undrawn_best(series)))
    _show("Each spec, as the only one that was tried", list(calibration.of_each(series)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=100, help="how many (100)")
    parser.add_argument("--jobs", type=int, default=2, help="series at a time (2)")
    parser.add_argument("--keep", type=Path, help="file that keeps what was trained")
    return parser.parse_args()


def _played(count: int, jobs: int, keep: Path | None) -> Iterator[Played]:
    kept: dict[int, Played] = {}
    if keep is not None and keep.exists():
        lines = keep.read_text(encoding="utf-8").splitlines()
        kept = {played.number: played for played in (Played.from_json(json.loads(line)) for line in lines)}
    wanted = [number for number in range(count) if number not in kept]
    yield from (played for number, played in kept.items() if number < count)
    # A worker keeps memory of every program that it has compiled, so it does not last.
    executor = LocalPool(Each(play), workers=jobs, groups_per_worker=4)
    for done, event in enumerate(run_tasks(executor, [Task(str(number), number) for number in wanted]), start=1):
        if not isinstance(event, Finished):
            sys.exit(f"a series could not be played: {event}")
        played = event.result
        if keep is not None:
            with keep.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(asdict(played))}\n")
        sys.stderr.write(f"\rseries: {done} of {len(wanted)}")
        yield played


def _show(title: str, statements: list[Statement]) -> None:
    print(f"\n## {title}\n\n| bins | stated | statements | mean stated | cleared |\n|---|---|---|---|---|")
    gaps = []
    for kind, found in (
        ("equal counts", calibration.bins_of_equal_count(statements)),
        ("equal widths", calibration.bins_of_equal_width(statements)),
    ):
        gaps.append(f"{calibration.mean_gap(found):.1%} on average over bins of {kind}")
        for each in found:
            stated = f"{each.low:.0%} to {each.high:.0%}"
            print(f"| {kind} | {stated} | {each.count:,} | {each.stated:.1%} | {each.cleared:.1%} |")
    print(
        f"\nBrier score {calibration.brier(statements):.4f}; always naming the base frequency "
        f"{calibration.base_brier(statements):.4f}; knowing the frequency of each bar "
        f"{calibration.bar_brier(statements):.4f}. Stated and seen differ by {', by '.join(gaps)}."
    )


if __name__ == "__main__":
    main()
