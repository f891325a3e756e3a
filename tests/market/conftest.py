"""The prover, for those who have built it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hyperbounty.errors import ProverMissing
from hyperbounty.proofs.prover import PROGRAM, VARIABLE, Prover

_BUILT = Path(__file__).parents[2] / "prover" / "target" / "release" / PROGRAM


@pytest.fixture(scope="session")
def prover() -> Prover:
    """The program that the environment names, or that was built here."""
    if VARIABLE not in os.environ and _BUILT.exists():
        return Prover(_BUILT)
    try:
        return Prover.found()
    except ProverMissing:
        pytest.skip(f"no prover: build it with `cargo build --release` in the folder prover, or name it in {VARIABLE}")
