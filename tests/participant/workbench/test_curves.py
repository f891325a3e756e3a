"""Curves in a line keep their shape, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.texts import replacement
from participant.workbench.curves import sparkline

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


@given(VALUES)
def test_a_line_has_a_character_for_each_value_up_to_its_width(values: list[float]) -> None:
    assert len(sparkline(values)) == min(len(values), 40)


@given(st.lists(st.integers(-1_000, 1_000), min_size=1, max_size=40))
def test_higher_values_are_drawn_no_lower(values: list[int]) -> None:
    drawn = sparkline(values)
    for one, shown in zip(values, drawn, strict=True):
        for other, beside in zip(values, drawn, strict=True):
            assert shown >= beside or one < other


def test_a_small_move_is_drawn_small() -> None:
    assert sparkline([0.50, 0.51]) == "▁█"
    assert sparkline([0.50, 0.51], least_range=0.07) == "▁▂"


@pytest.mark.parametrize("character", "▁▂▃▄▅▆▇█")
def test_a_terminal_without_blocks_draws_levels(character: str) -> None:
    assert replacement(character) in "_.-="
