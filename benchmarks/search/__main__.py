"""What a search takes, and what it finds.

    python -m benchmarks.search time   --keep FOLDER              # one search: seconds, and Optuna's share of them
    python -m benchmarks.search jobs   --keep FOLDER              # two jobs against one
    python -m benchmarks.search asking                            # what is refused before it is trained
    python -m benchmarks.search found  --keep FOLDER --seeds 10   # on the sample, against random specs and the example
    python -m benchmarks.search series --keep FOLDER --series 20  # on generated series, against the example

Everything that was trained is kept in FOLDER, and the same command goes on with the rest; with --limit 10m nothing new
begins after ten minutes. `time` and `jobs` say what a search takes, so they want a new FOLDER and a quiet machine.
results.md has what came.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import time
from pathlib import Path

from benchmarks.search import finding, taking
from hyperbounty.durations import parse_duration
from hyperbounty.training.machine import describe_machine, describe_versions


def main() -> None:
    """Measure a part, and print what came as Markdown."""
    options = _options()
    options.until = time.monotonic() + parse_duration(options.limit)
    versions = ", ".join(f"{name} {version}" for name, version in describe_versions().items() if name != "hyperbounty")
    print(f"`python -m benchmarks.search {' '.join(sys.argv[1:])}`, {datetime.datetime.now(datetime.UTC):%Y-%m-%d},")
    print(f"{os.cpu_count()} cores of {describe_machine()['cpu']}, load {os.getloadavg()[0]:.1f}; {versions}.\n")
    {
        "time": taking.time_of_one,
        "jobs": taking.two_jobs_against_one,
        "asking": taking.what_is_refused,
        "found": finding.on_the_sample,
        "series": finding.on_series,
    }[options.part](options)
    print(f"\nAt the end the load was {os.getloadavg()[0]:.1f}.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=["time", "jobs", "asking", "found", "series"])
    parser.add_argument("--keep", type=Path, default=Path("search-benchmark"), help="folder of all that is trained")
    parser.add_argument("--trials", type=int, default=30, help="of a search (30)")
    parser.add_argument("--folds", type=int, default=3, help="of a search (3)")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at a time (2)")
    parser.add_argument("--seeds", type=int, default=10, help="searches on the sample (10)")
    parser.add_argument("--randoms", type=int, default=60, help="random specs (60)")
    parser.add_argument("--series", type=int, default=20, help="generated series (20)")
    parser.add_argument("--rows", type=int, default=60, help="rows of a window (60)")
    parser.add_argument("--limit", default="12h", help="begin nothing new after this time (12h)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
