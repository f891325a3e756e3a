"""The contract's rules of money and time, in plain integers: prices, shares and waits.

Amounts are in the smallest unit of the asset, times in seconds of the chain's clock. Every division rounds down. The
contract computes the same to the bit; `ledger` applies these rules to contributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import ClassVar, Final

from hyperbounty.errors import InvalidInput
from hyperbounty.next_steps import NextStep, Parameter

DAY: Final = 86_400
LONGEST_WAIT: Final = 3_650 * DAY


class TermsError(InvalidInput):
    """Terms with which no model can be opened."""

    error_code = "model-terms"


@dataclass(frozen=True)
class Terms:
    """What a contribution to a model costs, and who may claim what of it when.

    Attributes:
        weight: the price of a sample is this over the square root of the time since the last one. 0 makes a points
            model: no money, valid samples only.
        floor_shift: the price never falls below `weight >> floor_shift`.
        refund_wait: age from which the author has it back where the model agrees, and members take their share where
            it does not, in seconds.
        owner_wait: age from which the creator takes what is left.
        any_wait: age from which anybody takes what is left.
        min_interval: seconds between two samples of one author, of a points model; 0 elsewhere.

    Raises:
        TermsError: a number is out of its range, or the waits are not in order.

    >>> Terms(weight=60 * 10**9, floor_shift=6, refund_wait=DAY, owner_wait=9 * DAY, any_wait=9 * DAY).floor
    937500000
    """

    WEIGHT_BITS: ClassVar[int] = 85
    MOST_SHIFT: ClassVar[int] = 127

    weight: int
    floor_shift: int
    refund_wait: int
    owner_wait: int
    any_wait: int
    min_interval: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.weight < 2**self.WEIGHT_BITS:
            raise _wrong("weight", self.weight, f"does not lie from 0 to 2**{self.WEIGHT_BITS} - 1")
        if not 0 <= self.floor_shift <= self.MOST_SHIFT:
            raise _wrong("floor_shift", self.floor_shift, f"does not lie from 0 to {self.MOST_SHIFT}")
        if self.weight and not self.floor:
            raise _wrong("floor_shift", self.floor_shift, f"leaves nothing of the weight {self.weight:,}")
        if self.refund_wait < 1:
            raise _wrong("refund_wait", self.refund_wait, "is below a second")
        if self.owner_wait < self.refund_wait:
            raise _wrong("owner_wait", self.owner_wait, f"is shorter than the refund wait of {self.refund_wait:,} s")
        if self.any_wait < self.owner_wait:
            raise _wrong("any_wait", self.any_wait, f"is shorter than the owner wait of {self.owner_wait:,} s")
        if self.any_wait > LONGEST_WAIT:
            raise _wrong("any_wait", self.any_wait, "is longer than 3,650 days")
        if self.min_interval < 0 or (self.weight and self.min_interval):
            raise _wrong("min_interval", self.min_interval, "is for models of points alone")

    @property
    def in_points(self) -> bool:
        """No money moves: samples earn points."""
        return self.weight == 0

    @property
    def floor(self) -> int:
        """The lowest price of a sample."""
        return self.weight >> self.floor_shift


def _wrong(name: str, value: int, what: str) -> TermsError:
    return TermsError(f"the {name.replace('_', ' ')} {value:,} {what}", NextStep("choose another {}", Parameter(name)))


def price(weight: int, floor_shift: int, seconds: int, samples: int = 1) -> int:
    """The price of each of so many samples that are added in one call.

    Args:
        weight, floor_shift: see `Terms`.
        seconds: since samples were last added, or since the model went live.
        samples: of the call, at least 1.

    >>> price(6_000, 6, seconds=600), price(6_000, 6, seconds=0), price(6_000, 6, seconds=10**6)
    (250, 6000, 93)
    >>> price(6_000, 6, seconds=600, samples=6)
    600
    """
    return max(weight // max(isqrt(seconds // samples), 1), weight >> floor_shift)


def deposits(staked: int, samples: int) -> list[int]:
    """How what is staked in a call is shared over its samples: evenly, what is over goes to the first.

    >>> deposits(11, 3)
    [5, 3, 3]
    """
    each = staked // samples
    return [staked - each * (samples - 1), *[each] * (samples - 1)]


def reported(deposit: int, left: int, valid: int, total: int) -> int:
    """What a member gets of a contribution that the model contradicts.

    Args:
        deposit: what was staked on it.
        left: what others have not taken yet.
        valid: samples of the member that were found valid, at least 1.
        total: of all members.

    >>> reported(100, 100, valid=1, total=3), reported(100, 10, valid=1, total=3), reported(100, 90, valid=1, total=999)
    (33, 10, 90)
    """
    share = deposit * valid // total
    return share if 0 < share <= left else left
