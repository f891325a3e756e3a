"""The table of everything that people wait for, in benchmarks/README.md: `python -m benchmarks.waits [SECTION …]`.

It measures the sections that are named, or all of them, one after the other, each by its own command, which records
what came out. Then it writes the table from what is recorded. With --recorded it measures nothing. A section that
fails, for one because a program that it needs is not there, keeps what was recorded before, and the command ends
with 1.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.waits.records import recorded
from benchmarks.waits.sections import SECTIONS
from benchmarks.waits.table import README, written

ROOT: Final = Path(__file__).parents[2]


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--recorded", action="store_true", help="measure nothing, and show what is kept")
    options = parser.parse_args()
    failed = []
    for name in () if options.recorded else options.sections or SECTIONS:
        sys.stderr.write(f"{name}: {SECTIONS[name].command}\n")
        _, *arguments = shlex.split(SECTIONS[name].command)
        if subprocess.run([sys.executable, *arguments], cwd=ROOT, check=False).returncode:  # noqa: S603
            failed.append(name)
    README.write_text(written(README.read_text(encoding="utf-8"), recorded()), encoding="utf-8")
    if failed:
        raise SystemExit(f"not measured, for the reason above: {', '.join(failed)}")


if __name__ == "__main__":
    main()
