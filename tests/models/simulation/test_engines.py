"""The fast run and the plain one, by the ledger and the reference models, are the same event for event."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from hyperbounty.models.simulation.design import Design
from hyperbounty.models.simulation.plain import run_plain
from hyperbounty.models.simulation.results import Run
from hyperbounty.models.simulation.running import ArrayModel, run
from tests.models.simulation.designs import designs


def assert_same(one: Run, other: Run) -> None:
    assert np.array_equal(one.events, other.events)
    assert np.array_equal(one.contributions, other.contributions)
    assert one.measured == other.measured
    assert (one.balances, one.valid, one.state, one.ended) == (other.balances, other.valid, other.state, other.ended)


@settings(max_examples=100, deadline=None)
@given(designs())
def test_all_engines_have_the_same_events(design: Design) -> None:
    fast = run(design, "fast")
    assert_same(fast, run(design, "plain"))
    assert_same(fast, run_plain(design, ArrayModel(design.shape, design.state, design)))
