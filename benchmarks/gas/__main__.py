"""Gas of each step of a contest, here and at the peers: one table.

`python -m benchmarks.gas [--packages FOLDER]` plays a contest of a hundred specs on the embedded chain, installs the
peer whose contract is published as a package (with npm, into FOLDER) and takes the same steps with it on the same
chain. Figures of peers that nobody can install are quoted, and say so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.gas import bounty, reality
from benchmarks.gas.steps import QUOTED, table
from tests.contracts.contract_world import World


def main() -> int:
    """Measure and print the table; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gas", description="What each step costs, in gas.")
    parser.add_argument("--packages", type=Path, default=user_cache_path("hyperbounty") / "gas-peers")
    folder = parser.parse_args().packages
    world = World()
    rows = [bounty.measure(world)]
    status = 0
    try:
        rows.append(reality.measure(world, reality.install(folder)))
    except reality.NotInstalledError as error:
        sys.stderr.write(f"benchmarks.gas: Reality.eth is not measured: {error}\n")
        status = 1
    print(table([*rows, *QUOTED]))
    return status


if __name__ == "__main__":
    sys.exit(main())
