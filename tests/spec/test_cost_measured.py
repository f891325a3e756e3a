"""The formula of what a run takes, held to what runs took the engine on the reference core."""

from __future__ import annotations

import json

import pytest

from benchmarks.cost.__main__ import MEASURED
from benchmarks.cost.cases import Case, usual, worst
from hyperbounty.spec.cost import PER_SECOND, picoseconds

SECONDS: dict[str, float] = json.loads(MEASURED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [*usual(), *worst()], ids=lambda case: case.name)
def test_the_formula_is_within_a_factor_of_two(case: Case) -> None:
    ratio = picoseconds(case.spec, case.shape) / PER_SECOND / SECONDS[case.name]
    assert 0.5 <= ratio <= 2
