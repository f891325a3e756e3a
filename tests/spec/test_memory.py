"""The bound on memory: everybody comes to the same verdict before a spec is submitted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.spec.cost import parameters
from hyperbounty.spec.memory import MEMORY_BOUND, lane_bytes, memory_refusal, process_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import CELLS

TASK = TaskShape(features=8, rows=100_000, sequence_length=60)
USUAL = Spec(recurrent_units=(128, 128, 128), batch_size=64)


def need(spec: Spec, *, rows: int = 100_000) -> int:
    return process_bytes(spec, replace(TASK, rows=rows))


def test_known_needs() -> None:
    assert need(Spec(recurrent_units=(32,), batch_size=1)) == 4 * (24 * 5281 + 60 * (20 * 32 + 4 * 8))
    assert need(Spec(recurrent_units=(32,), batch_size=4096)) == 4 * (24 * 5281 + 4096 * 60 * (20 * 32 + 4 * 8))


# Peaks measured with TensorFlow on Linux, over an idle worker, the higher one of XLA's and the graph's: (spec, windows,
# rows of a window, MiB).
MEASURED = [
    (Spec(recurrent_units=(64,), batch_size=4096), 4096, 60, 808),
    (Spec(recurrent_units=(64,), batch_size=4096, activation="gelu"), 4096, 60, 854),
    (Spec(cell="GRU", recurrent_units=(64,), batch_size=4096, activation="gelu"), 4096, 60, 750),
    (Spec(cell="SimpleRNN", recurrent_units=(64,), batch_size=4096, activation="gelu"), 4096, 60, 316),
    (
        Spec(recurrent_units=(64, 64), batch_size=4096, bidirectional=True, dropout=0.2, normalization="batch"),
        4096,
        60,
        3033,
    ),
    (Spec(recurrent_units=(1, 1, 1, 1), batch_size=8192), 8192, 100, 467),
]
# What every training adds, whatever its size: compiled code and what compiling takes.
COMPILING_MIB = 250


@pytest.mark.parametrize(("spec", "windows", "length", "measured_mib"), MEASURED)
def test_the_formula_is_above_what_was_measured_and_not_by_far(
    spec: Spec, windows: int, length: int, measured_mib: int
) -> None:
    shape = TaskShape(features=8, rows=windows, sequence_length=length)
    formula_mib = process_bytes(spec, shape) / 2**20
    assert measured_mib - COMPILING_MIB <= formula_mib <= 3 * measured_mib


def test_usual_specs_are_within_the_bound() -> None:
    assert memory_refusal(USUAL, TASK) is None
    assert memory_refusal(replace(USUAL, batch_size=512), TASK) is None


def test_a_bomb_is_refused_with_its_need() -> None:
    bomb = Spec(recurrent_units=(1024,) * 4, batch_size=8192, epochs=1, bidirectional=True)
    said = r"the spec needs [\d.]+ GiB of memory, and a run may need at most 4; choose a smaller"
    assert re.match(said, str(memory_refusal(bomb, TASK)))
    assert need(bomb) > 10 * MEMORY_BOUND


def test_a_lane_takes_what_it_always_took() -> None:
    # The number of lanes follows from it, and with the number of lanes the bits of a score.
    spec = Spec(recurrent_units=(32, 16), dense_units=(8,), batch_size=64, dropout=0.1)
    row = 3 * 8 + (24 + 6) * (32 + 16)
    assert lane_bytes(spec, TASK) == 4 * (64 * (60 * row + (4 + 6) * 8) + 8 * parameters(spec, 8))


@given(
    cell=st.sampled_from(CELLS),
    units=st.lists(st.integers(1, 1024), min_size=1, max_size=4).map(tuple),
    batch=st.integers(1, 8192),
    bidirectional=st.booleans(),
    dropout=st.sampled_from([0.0, 0.2]),
)
def test_more_of_anything_never_needs_less(
    cell: str, units: tuple[int, ...], batch: int, bidirectional: bool, dropout: float
) -> None:
    spec = Spec(cell=cell, recurrent_units=units, batch_size=batch, bidirectional=bidirectional, dropout=dropout)
    larger = [replace(spec, batch_size=min(8192, 2 * batch)), replace(spec, bidirectional=True)]
    larger += [replace(spec, recurrent_units=(*units[:-1], min(1024, units[-1] + 1))), replace(spec, dropout=0.2)]
    assert all(need(one) >= need(spec) for one in larger)
    assert need(spec, rows=10) <= need(spec)
