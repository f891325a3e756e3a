"""The table of waits says what was recorded: what takes more than its peer, or misses its goal, says so and why."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.waits.outcome import Grown, Outcome, slope
from benchmarks.waits.records import Record, record, recorded
from benchmarks.waits.sections import SECTIONS
from benchmarks.waits.table import BEGIN, END, README, table, written

NAMES = [name for section in SECTIONS.values() for name in section.rows]
PLAIN = Outcome("seeds", "the seeds", "s", 1.0, "the peer", 2.0, "at most 3", is_met=True)

costs = st.floats(1e-3, 1e6)


def kept(outcome: Outcome) -> Record:
    return Record(outcome, "2026-11-30", "python -m it", "2 cores", 0.5)


def row(outcome: Outcome) -> str:
    """The row of the table of waits for `outcome`."""
    return next(line for line in table({outcome.name: kept(outcome)}).splitlines() if line.startswith("| the seeds"))


def test_the_readme_has_the_table_of_what_is_recorded() -> None:
    text = README.read_text(encoding="utf-8")
    assert written(text, recorded()) == text, "run `python -m benchmarks.waits --recorded`"


def test_what_is_recorded_is_a_row_of_a_section_and_says_why_it_falls_short() -> None:
    records = recorded()
    assert len(NAMES) == len(set(NAMES))
    assert records.keys() <= set(NAMES)
    for one in records.values():
        assert one.outcome.remark or (one.outcome.is_met and not one.outcome.is_worse), one.outcome.name


@given(ours=costs, theirs=costs)
def test_a_row_that_takes_more_than_its_peer_says_so(ours: float, theirs: float) -> None:
    outcome = replace(PLAIN, ours=ours, theirs=theirs)
    assert ("worse" in row(outcome)) == (ours > theirs)
    assert outcome.is_worse == (ours > theirs)


@pytest.mark.parametrize("is_met", [True, False])
def test_a_row_says_whether_its_goal_is_reached_and_below_why_not(is_met: bool) -> None:
    outcome = replace(PLAIN, is_met=is_met, remark="the moon was full")
    assert row(outcome).endswith(f"| {'yes' if is_met else '**no**'} |")
    text = table({"seeds": kept(outcome)})
    assert "the moon was full" in text
    assert ("the goal is missed" in text) == (not is_met)


def test_each_wait_has_a_row_and_says_where_it_was_not_measured() -> None:
    text = table({"seeds": kept(PLAIN)})
    for name in NAMES:
        assert (f"| {name} | not measured yet |" in text) == (name != "seeds")
    assert "`python -m it`, 2026-11-30, 2 cores, load 0.5" in text


def test_a_peer_has_a_number_and_a_number_a_peer() -> None:
    for wrong in ({"peer": ""}, {"theirs": None}):
        with pytest.raises(ValueError, match="seeds has a peer without a number, or"):
            replace(PLAIN, **wrong)


@given(power=st.floats(-2, 3), last=st.floats(-2, 3), start=costs)
def test_the_slope_of_a_power_is_that_power(power: float, last: float, start: float) -> None:
    sizes = [10, 100, 1_000]
    straight = slope(sizes, [start * size**power for size in sizes])
    assert straight is not None
    assert all(math.isclose(one, power, abs_tol=1e-4) for one in straight)
    bent = slope(sizes, [start, start, start * 10**last])
    assert bent is not None
    assert math.isclose(bent[1], last, abs_tol=1e-4)


@pytest.mark.parametrize(("sizes", "values"), [([], []), ([10], [1.0]), ([10, 100], [0.0, 1.0])])
def test_nothing_grows_over_one_size_or_from_nothing(sizes: list[int], values: list[float]) -> None:
    assert slope(sizes, values) is None


@given(
    ours=costs,
    theirs=st.none() | costs,
    growth=st.lists(st.builds(Grown, st.integers(1, 10**9), costs, st.none() | costs), max_size=5).map(tuple),
)
def test_an_outcome_comes_back_from_its_file(
    ours: float, theirs: float | None, growth: tuple[Grown, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("recorded")
    outcome = replace(PLAIN, ours=ours, theirs=theirs, peer="" if theirs is None else "it", growth=growth)
    record([outcome], folder)
    found = recorded(folder)
    assert {name: one.outcome for name, one in found.items()} == {"seeds": outcome}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", found["seeds"].date)


def test_only_what_stands_between_the_markers_is_written(tmp_path: Path) -> None:
    records = {"seeds": kept(PLAIN)}
    once = written(f"before\n{BEGIN}old\n{END}after\n", records)
    assert once.startswith(f"before\n{BEGIN}")
    assert once.endswith(f"{END}after\n")
    assert "old" not in once
    assert written(once, records) == once
    with pytest.raises(ValueError, match="is missing"):
        written("nothing", records)
