"""How trainers train in the next round: by a rule, from numbers that the proof fixes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

RATE_BITS: Final = 20
STEPS_BITS: Final = 10
RIDGE_BITS: Final = 20

ENOUGH: Final = 64
"""A round that takes less than this part of the squared error away was of little use."""


@dataclass(frozen=True)
class Tuning:
    """What a trainer trains with.

    Attributes:
        rate: of learning, in millionths, 1 to 2^20 - 1.
        steps: over all its samples, 1 to 2^10 - 1.
        ridge: weight of the squared weights, in millionths, 0 to 2^20 - 1.

    Raises:
        ValueError: one is out of range.
    """

    rate: int
    steps: int
    ridge: int

    def __post_init__(self) -> None:
        for name, least, bits in (("rate", 1, RATE_BITS), ("steps", 1, STEPS_BITS), ("ridge", 0, RIDGE_BITS)):
            if not least <= getattr(self, name) < 1 << bits:
                raise ValueError(f"{name} is {getattr(self, name):,}: take {least} to {(1 << bits) - 1:,}")

    @property
    def word(self) -> int:
        """All three in one number."""
        return self.rate | self.steps << RATE_BITS | self.ridge << (RATE_BITS + STEPS_BITS)

    def after(self, kept: int, enough: bool) -> Tuning:
        """What the next round has.

        Where nobody was kept, steps were too large or too wild: the rate is halved, and the ridge doubled. Where the
        mean was of little use, the rate falls by a quarter, more steps are taken, and the ridge is halved.

        Args:
            kept: how many updates were.
            enough: whether their mean took `1 / ENOUGH` of the squared error away.

        >>> Tuning(1_000, 5, 100).after(kept=0, enough=False)
        Tuning(rate=500, steps=5, ridge=200)
        >>> Tuning(1_000, 5, 100).after(kept=4, enough=False)
        Tuning(rate=750, steps=6, ridge=50)
        """
        if not kept:
            return replace(self, rate=max(1, self.rate // 2), ridge=min(2 * self.ridge, (1 << RIDGE_BITS) - 1))
        if enough:
            return self
        return Tuning(max(1, 3 * self.rate // 4), min(self.steps + 1, (1 << STEPS_BITS) - 1), self.ridge // 2)
