"""Thousands of random steps of each kind on Anvil: learning, decisions, claims and refusals are those of the reference.

A larger run by hand: `python -m tests.contracts.models_at_scale --help`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Final

import pytest

from hyperbounty.models.kinds import Kind
from tests.conftest import started
from tests.contracts.models_at_scale import play

STEPS: Final = 10_000


@pytest.fixture(scope="module")
def own_anvil() -> Iterator[str]:
    """An Anvil whose clock nobody else needs."""
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no Anvil: `anvil` is not on the PATH")
    with started([program, "--port", "0", "--prune-history"], "Listening on ") as line:
        yield f"http://{line.split('Listening on ')[1].strip()}"


@pytest.mark.anvil
@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name.lower())
def test_thousands_of_steps_are_as_the_reference(own_anvil: str, kind: Kind) -> None:
    steps = play(own_anvil, kind, STEPS)
    assert steps.total >= STEPS
    assert min(steps.done[name] for name in ("predicted", "learned", "refund", "report", "claim", "refused")) > 0
    # What every kind can be asked for wrongly.
    assert {"PriceIs", "LabelOutOfRange", "NotMember", "NotAuthor", "TooEarly", "NothingLeft"} <= steps.errors.keys()
