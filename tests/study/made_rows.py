"""Rows of studies that were never run, with known answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from hyperbounty.study.rows import Row

DAY: Final = 86_400
ROW: Final = Row(
    part="words",
    level="100",
    seed=1,
    data="mail",
    kind="sparse-perceptron",
    words=100,
    reviews=600,
    step=4,
    weight_ppm=1_000_000,
    refund_wait_s=DAY,
    bad_wait_s=3_600,
    agents=2,
    watched=0,
    mechanism="stake",
    tests=1_000,
    right_before=700,
    right_after=800,
    right_alone=850,
    added=500,
    ended_s=100 * DAY,
    ruined_s=None,
    good_start=10_000,
    good_end=19_000,
    bad_start=10_000,
    bad_end=1_000,
    good_added=400,
    good_refunded=300,
    bad_added=100,
    bad_taken=80,
    honest_lost=0,
)


def part(name: str, levels: Sequence[str], seeds: int, change: Callable[[int, int], dict[str, Any]]) -> list[Row]:
    """Rows of a part: `change` gives the fields of a level's place and a seed."""
    return [
        replace(ROW, part=name, level=level, seed=seed, **change(place, seed))
        for place, level in enumerate(levels)
        for seed in range(1, seeds + 1)
    ]
