"""How long a contest's windows have to be: for the trainings, and for those who are to answer within them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from hyperbounty.bounty.manifest import FutureHoldout, Manifest
from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

DAY: Final = 24 * 3600

LEAST: Final = 600
"""Seconds that the contract asks of every window."""

LEAST_ELSEWHERE: Final = 3600
"""And of windows on a chain where people put money on it: time to notice, to think, and to try again."""


def entry_seconds(manifest: Manifest) -> int:
    """Most seconds of the reference core that all runs of one entry may take."""
    # One part in so many of the budget's unit is about a second.
    return manifest.runs * -(-manifest.compute_budget // 10**9)


def score_seconds(manifest: Manifest, entries: int, cores: float) -> int:
    """Seconds for scoring: the prices of a future holdout come to be, then `entries` are trained on `cores`.

    Trainings get a quarter more than their budget. In `sealed` mode the key may come as late as at the end of the first
    quarter of the whole, so there is a third more. It is a day at least, since people have to be there.
    """
    training = math.ceil(entries * entry_seconds(manifest) * 1.25 / cores)
    holdout = manifest.holdout
    if isinstance(holdout, FutureHoldout):
        return max(DAY, (holdout.rows + 1) * manifest.interval + training)
    return max(DAY, -(-training * 4 // 3))


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
                f"{seconds:,} s for {name.removesuffix('_seconds')} is too short",
                NextStep("give {} or more", Parameter(name, str(least))),
            )
