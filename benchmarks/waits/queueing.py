"""What a job takes in the queue, however many there are: `python -m benchmarks.waits.queueing [--most JOBS]`.

Jobs whose training takes no time go through the evaluator's loop, in SQLite and in PostgreSQL (a server that it starts,
or HYPERBOUNTY_TEST_POSTGRESQL on this machine). Times are CPU seconds, of the evaluator and of the server, from the
first tenth of the results to the last. The queue with 1,000 jobs is what it is held against: the fewest that are many.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from statistics import median
from typing import Final

from benchmarks.evaluator.sections import run, say
from benchmarks.waits.outcome import Grown, Outcome
from benchmarks.waits.records import record
from tests.postgresql import NoServer, new_database, postgresql

SIZES: Final = (10, 100, 1_000, 10_000, 50_000)
PEER: Final = 1_000
REPEATS: Final = 3
"""Of each size up to `PEER`, before the larger ones and after them: the machine may not be the same all the time."""
GOAL: Final = 0.9


def measure(kind: str, database: Callable[[], str | None], most: int) -> Outcome:
    """The outcome of one kind of database, of which `database` makes a new one."""
    small = [size for size in SIZES if size <= PEER]
    large = [size for size in SIZES if PEER < size <= most]
    each: dict[int, list[float]] = {size: [] for size in (*small, *large)}
    for size in (*small * REPEATS, *large, *small * REPEATS):
        answer = run("queueing", {"jobs": size, "executor": "in-process", "workers": 1, "database": database()})
        each[size].append(answer["cpu"] / answer["jobs"])
        say(f"{kind}, {size:,} jobs: {1000 * each[size][-1]:.2f} ms, {answer['jobs'] / answer['seconds']:.0f} a second")
    found = {size: median(values) for size, values in each.items()}
    ours, theirs = 1000 * found[max(found)], 1000 * found[PEER]
    return Outcome(
        name=f"queue-{kind.lower()}",
        what=f"a job of {max(found):,} in the queue, {kind}",
        unit="CPU ms",
        ours=ours,
        peer=f"a job of {PEER:,}",
        theirs=theirs,
        goal=f"at least {GOAL} of the rate at {PEER:,}",
        is_met=theirs / ours >= GOAL,
        grows="jobs, CPU s of all",
        growth=tuple(Grown(size, size * cost) for size, cost in found.items()),
        remark=f"{theirs / ours:.2f} of the rate at {PEER:,}; the queue is its own peer, so flat would be 1",
    )


def outcomes(most: int) -> Iterator[Outcome]:
    """Both; a server that is not there leaves the second out."""
    yield measure("SQLite", lambda: None, most)
    with postgresql() as server:
        yield measure("PostgreSQL", lambda: new_database(server), most)


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=SIZES[-1], help=f"jobs, {PEER:,} or more ({SIZES[-1]:,})")
    parser.add_argument("--record", action="store_true", help="keep what was measured")
    options = parser.parse_args()
    try:
        for outcome in outcomes(options.most):
            print(f"{outcome.what}: {outcome.ours:.2f} ms, {outcome.remark}", flush=True)
            if options.record:
                record([outcome])
    except NoServer as reason:
        raise SystemExit(str(reason)) from reason


if __name__ == "__main__":
    main()
