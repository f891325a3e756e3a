"""The seeds of all runs of a contest: `python -m benchmarks.waits.seeds`.

The contest's seed takes a hash of every salt. Here it is made once; beside it, for each run anew.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from benchmarks.waits.outcome import Grown, Outcome
from benchmarks.waits.records import record
from hyperbounty.bounty.scoring import Scoring
from hyperbounty.bounty.seeds import contest_seed, run_seed
from tests.evaluator.bounty.small_contest import make_scoring

SIZES: Final = (10, 100, 1_024, 10_000)
MOST: Final = 1_024
"""Specs that a contest may have."""
RUNS: Final = 3
REPEATS: Final = 3


def of(specs: int) -> Scoring:
    """A contest with this many revealed specs."""
    scoring = make_scoring()
    one = scoring.specs[0]
    salted = [replace(one, index=index, salt=index.to_bytes(32, "big")) for index in range(specs)]
    return replace(scoring, specs=salted)


def once(scoring: Scoring) -> list[int]:
    """As the evaluator asks for them."""
    return [run_seed(scoring.seed, revealed.spec, run) for revealed in scoring.specs for run in range(RUNS)]


def each_time(scoring: Scoring) -> list[int]:
    """With the contest's seed made anew."""

    def seed() -> bytes:
        return contest_seed(scoring.key, (revealed.salt for revealed in scoring.specs), scoring.prevrandao)

    return [run_seed(seed(), revealed.spec, run) for revealed in scoring.specs for run in range(RUNS)]


def seconds(make: Callable[[Scoring], list[int]], specs: int) -> float:
    """CPU seconds, the best of `REPEATS` contests."""
    best = float("inf")
    for _ in range(REPEATS if specs <= MOST else 1):
        scoring = of(specs)
        began = time.process_time()
        make(scoring)
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    """Measure, print and record."""
    if once(of(10)) != each_time(of(10)):
        raise SystemExit("the two ways do not agree")
    growth = [Grown(size, seconds(once, size), seconds(each_time, size) if size <= MOST else None) for size in SIZES]
    for grown in growth:
        print(f"{grown.size:6,} specs: {grown.ours:.4f} s" + (f" against {grown.theirs:.4f}" if grown.theirs else ""))
    most = next(grown for grown in growth if grown.size == MOST)
    outcome = Outcome(
        name="seeds",
        what=f"the seeds of {MOST:,} specs × {RUNS} runs",
        unit="CPU s",
        ours=most.ours,
        peer="all salts hashed for each run",
        theirs=most.theirs,
        goal="the salts are hashed once, not for each run: at most a hundredth",
        is_met=most.theirs is not None and most.ours <= most.theirs / 100,
        grows="specs, CPU s",
        growth=tuple(growth),
    )
    if "--record" in sys.argv:
        record([outcome])


if __name__ == "__main__":
    main()
