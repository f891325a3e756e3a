"""What the measurement of one wait came to: here and beside it, its goal, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Grown:
    """What it takes at one `size` of whatever grows."""

    size: int
    ours: float
    theirs: float | None = None


@dataclass(frozen=True)
class Outcome:
    """One row of the table. All its numbers are of one run, on one machine, and the less they are the better.

    Attributes:
        name: one of those that `sections.SECTIONS` names.
        what: is waited for, with its size: `500 contests read`.
        unit: of `ours` and `theirs`: `CPU s`, `requests`, `MB`.
        ours: what it takes here.
        peer: what stands beside it: `one call a contest`; empty where nothing does.
        theirs: what that takes; None without a peer.
        goal: in words, with its number: `at most 10`.
        is_met: whether the goal is reached.
        grows: what grows, and the unit that `growth` has: `contests, CPU s`; empty where nothing was measured to grow.
        growth: from the least size to the most.
        remark: why the goal is missed, or it takes more than its peer; a test asks it of such a row.

    Raises:
        ValueError: a peer without a number, or a number without a peer.
    """

    name: str
    what: str
    unit: str
    ours: float
    peer: str
    theirs: float | None
    goal: str
    is_met: bool
    grows: str = ""
    growth: tuple[Grown, ...] = ()
    remark: str = ""

    def __post_init__(self) -> None:
        if bool(self.peer) != (self.theirs is not None):
            raise ValueError(f"{self.name} has a peer without a number, or a number without a peer")

    @property
    def ratio(self) -> float | None:
        """What it takes here over what its peer takes."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def is_worse(self) -> bool:
        """Whether it takes more than its peer."""
        return self.ratio is not None and self.ratio > 1

    def to_json(self) -> dict[str, Any]:
        """As `from_json` takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Outcome:
        """The inverse of `to_json`."""
        return cls(**{**document, "growth": tuple(Grown(**one) for one in document["growth"])})


def slope(sizes: Sequence[float], costs: Sequence[float]) -> tuple[float, float] | None:
    """How the cost grows: the slope of its logarithm over that of the size, of all and of the last step. 1 is linear.

    None where there are fewer than two sizes, or something cost nothing.

    >>> slope([10, 100, 1000], [1, 10, 100])
    (1.0, 1.0)
    """
    if len(sizes) < 2 or min(costs) <= 0:
        return None
    across, up = np.log(sizes), np.log(costs)
    fitted = np.polyfit(across, up, 1)[0]
    return round(float(fitted), 6), round(float((up[-1] - up[-2]) / (across[-1] - across[-2])), 6)
