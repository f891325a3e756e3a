"""How long a contest's windows have to be: for the trainings, and for those who are to answer within them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from hyperbounty.bounty.capacity import capacity_refusal
from hyperbounty.bounty.types import THROUGHPUT_UNIT
from hyperbounty.durations import format_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.bounty.manifest import Manifest

DAY: Final = 24 * 3600

LEAST: Final = 600
"""Seconds that the contract asks of every window."""

LEAST_ELSEWHERE: Final = 3600
"""And of windows on a chain where people put money on it: time to notice, to think, and to try again."""


def check_score_seconds(manifest: Manifest, entries: int, cores: float, seconds: int) -> None:
    """Refuse a time for scoring in which nobody can score.

    Raises:
        InvalidInput: says what would do.
    """
    refusal = capacity_refusal(
        manifest, max_submissions=entries, score_seconds=seconds, throughput=round(cores * THROUGHPUT_UNIT)
    )
    if refusal is not None:
        raise refusal


def check_windows(windows: Mapping[str, int], *, development: bool) -> None:
    """Refuse windows that nobody can be in time for.

    Args:
        windows: seconds, by the name of the option.
        development: whether the chain is one on which nobody loses money.

    Raises:
        InvalidInput: names the first window that is too short.
    """
    least = LEAST if development else LEAST_ELSEWHERE
    for name, seconds in windows.items():
        if seconds < least:
            raise InvalidInput(
                f"{format_duration(seconds)} for {name.removesuffix('_time')} is too short",
                NextStep("give {} or more", Parameter(name, format_duration(least))),
            )
