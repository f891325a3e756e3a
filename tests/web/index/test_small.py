"""What the index loads: it stands beside a site on a small machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from hyperbounty.light_imports import load_chain_lightly
load_chain_lightly()
import hyperbounty.chain.connection, hyperbounty.store
import hyperbounty.web.index.process, hyperbounty.web.index.checking, hyperbounty.web.index.commands
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
known = families()
with open_index({place!r}, known):
    assert all(family.fault_of("manifest", b"no manifest") for family in known)
# Not by getrusage: that would count what the process had which started this one.
[peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak) // 1024, *sorted(
    name for name in ("tensorflow", "keras", "jax", "pandas", "matplotlib", "ray") if name in sys.modules))
"""


@pytest.mark.heavy
def test_neither_a_backend_nor_tables_of_prices_are_loaded(tmp_path: Path) -> None:
    script = SCRIPT.format(place=f"sqlite:///{tmp_path / 'index.sqlite'}")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    mebibytes, *loaded = done.stdout.split()
    assert loaded == []
    # Where nothing is left of what was read; it keeps 4,000 logs and one contest in memory at a time.
    assert int(mebibytes) < 200
