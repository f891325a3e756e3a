"""Every test of training once more with JAX, in a process of its own: a process has one backend."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.training
@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed (pip install 'hyperbounty[jax]')")
@pytest.mark.skipif("HYPERBOUNTY_TEST_BACKEND" in os.environ, reason="this is the run with one backend")
def test_all_of_it_holds_on_jax() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("KERAS_BACKEND", "TF_XLA_FLAGS")}
    command = [sys.executable, "-m", "pytest", str(Path(__file__).parent), "-m", "training", "-p", "no:cacheprovider"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"HYPERBOUNTY_TEST_BACKEND": "jax"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
