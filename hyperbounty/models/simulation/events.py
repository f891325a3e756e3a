"""What happens in a simulation, one row an event."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Happened(IntEnum):
    """The kinds of events. Amounts are in the smallest unit."""

    ADDED = 0
    """A sample was added; the amount is its deposit."""
    REFUNDED = 1
    """The author had it back, and a point."""
    REPORTED = 2
    """A member took its share of what the model contradicts."""
    CLAIMED = 3
    """The creator after its wait, or anybody after the wait for all, took what was left."""
    PAID = 4
    """A prediction was paid for; the amount is what the members had of it."""
    EARNED = 5
    """A member had its part of such a payment."""
    TOO_DEAR = 6
    """The agent would have added a sample, and the price, which is the amount, was above its cap."""
    TOO_POOR = 7
    """The agent would have added a sample, and the price, which is the amount, was above its balance."""


SPENT: Final = (int(Happened.ADDED), int(Happened.PAID))
GAINED: Final = (
    int(Happened.REFUNDED),
    int(Happened.REPORTED),
    int(Happened.CLAIMED),
    int(Happened.EARNED),
)

NONE: Final = -1
"""Stands for the contribution where there is none."""


class Event(NamedTuple):
    """One event.

    Attributes:
        time: seconds since the model went live.
        agent: its number.
        kind: see `Happened`.
        contribution: its number, in the order in which they were added; `NONE` where there is none.
        amount: see `Happened`.
    """

    time: int
    agent: int
    kind: int
    contribution: int
    amount: int


def changes(events: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each event adds to the balance of its agent.

    >>> changes(np.array([[600, 0, Happened.ADDED, 0, 50], [700, 1, Happened.TOO_DEAR, -1, 90]])).tolist()
    [-50, 0]
    """
    kinds = events[:, 2]
    signs = np.isin(kinds, GAINED).astype(np.int64) - np.isin(kinds, SPENT)
    return signs * events[:, 4]
