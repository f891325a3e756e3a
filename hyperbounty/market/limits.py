"""The sizes that one circuit serves; smaller projects fill up with zeros."""

from __future__ import annotations

from math import lcm
from typing import Final

TRAINERS: Final = 8
FEATURES: Final = 24
OUTPUTS: Final = 10

LEAST_KEPT: Final = 3
"""Where fewer are kept, nobody is: a mean of two would show each of them what the other did."""

UNIT: Final = lcm(*range(1, TRAINERS + 1))
"""A model counts in this part of an update's unit, so that the mean of any number of updates is whole."""

UPDATE_BITS: Final = 8
"""Of an entry of an update, signed."""

MODEL_BITS: Final = 28
"""Of an entry of a model, signed."""

VALIDATION_BITS: Final = 14
"""Of an entry of the two factors that a validation set enters as, signed."""

SCALE_BITS: Final = 32
"""Of the number by which the second factor is multiplied, unsigned."""

SHARES: Final = 1_000_000
"""All shares together are at most this."""


def fits(value: int, bits: int) -> bool:
    """Whether a signed integer has so many bits.

    >>> fits(127, 8), fits(-128, 8), fits(128, 8)
    (True, True, False)
    """
    half: int = 1 << (bits - 1)
    return -half <= value < half
