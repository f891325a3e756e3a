"""The Shapley value of each update of a mean, in closed form.

A set S of updates is worth v(S): how much the squared error on the validation set drops when their mean is added to
the model. With the residual E and what each update does to it, Zᵢ, that is `2⟨E, Z̄⟩ - ⟨Z̄, Z̄⟩` for the mean Z̄ of S.
It is quadratic, so its mean over all sets of one size depends on sums alone, and no set is enumerated: of `m` updates,
φᵢ is a fixed linear combination of six numbers, with coefficients of `m` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from fractions import Fraction
from functools import cache
from math import lcm

from hyperbounty.market.limits import LEAST_KEPT


@dataclass(frozen=True)
class Sums:
    """What the value of one update is made of.

    Attributes:
        gain: b, of the update itself: ⟨E, Zᵢ⟩.
        other_gains: β, the sum of the others'.
        norm: g, of the update itself: ⟨Zᵢ, Zᵢ⟩.
        products: γ, the sum of ⟨Zᵢ, Zⱼ⟩ over the others.
        other_norms: τ, the sum of the others' norms.
        other_products: ω, the sum of ⟨Zⱼ, Zₖ⟩ over ordered pairs of two others.
    """

    gain: int
    other_gains: int
    norm: int
    products: int
    other_norms: int
    other_products: int


@dataclass(frozen=True)
class Coefficients:
    """Of a linear combination of `Sums`, as whole numbers.

    Attributes:
        whole: integer [6], in the order of `Sums`.
        denominator: that they are over.
    """

    whole: tuple[int, ...]
    denominator: int

    def of(self, sums: Sums) -> int:
        """The combination, times the denominator."""
        return sum(factor * value for factor, value in zip(self.whole, astuple(sums), strict=True))


@cache
def coefficients(updates: int) -> Coefficients:
    """The coefficients of φᵢ among so many updates, 3 or more.

    The mean over all orders of what the update adds to those before it: `s` of them, each set of `s` others as likely.

    >>> coefficients(3)
    Coefficients(whole=(264, -60, -98, -34, 37, 10), denominator=216)
    """
    if updates < LEAST_KEPT:
        raise ValueError(f"{updates} updates have no such coefficients: take {LEAST_KEPT} or more")
    others, pairs = Fraction(1, updates - 1), Fraction(1, (updates - 1) * (updates - 2))
    gain, other_gains, norm, products, other_norms, other_products = (Fraction() for _ in range(6))
    for s in range(updates):
        with_it, squared = Fraction(1, s + 1), Fraction(1, (s + 1) ** 2)
        gain += 2 * with_it
        other_gains += 2 * s * others * with_it
        norm -= squared
        products -= 2 * s * others * squared
        other_norms -= s * others * squared
        other_products -= s * (s - 1) * pairs * squared
        if s:
            # Less what the set is worth without it.
            other_gains -= 2 * others
            other_norms += others / s
            other_products += (s - 1) * pairs / s
    means = [each / updates for each in (gain, other_gains, norm, products, other_norms, other_products)]
    denominator = lcm(*(each.denominator for each in means))
    return Coefficients(tuple(int(each * denominator) for each in means), denominator)


def sums_of(gains: Sequence[int], norms: Sequence[int], with_all: Sequence[int]) -> list[Sums]:
    """The sums of each update.

    Args:
        gains: integer [m], ⟨E, Zᵢ⟩.
        norms: integer [m], ⟨Zᵢ, Zᵢ⟩.
        with_all: integer [m], ⟨Zᵢ, ΣZⱼ⟩, itself included.
    """
    all_gains, all_norms, everything = sum(gains), sum(norms), sum(with_all)
    return [
        Sums(
            gain,
            all_gains - gain,
            norm,
            own - norm,
            all_norms - norm,
            # All products, less those of this one and the others' norms.
            everything - 2 * own + norm - (all_norms - norm),
        )
        for gain, norm, own in zip(gains, norms, with_all, strict=True)
    ]


def values(gains: Sequence[int], products: Sequence[Sequence[int]]) -> list[Fraction]:
    """The Shapley value of each of three updates or more; together they are worth what all of them are.

    Args:
        gains: integer [m], ⟨E, Zᵢ⟩.
        products: integer [m, m], ⟨Zᵢ, Zⱼ⟩.

    >>> values([3, 0, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    [Fraction(32, 9), Fraction(-17, 18), Fraction(-17, 18)]
    """
    made = coefficients(len(gains))
    norms, with_all = [row[place] for place, row in enumerate(products)], [sum(row) for row in products]
    return [Fraction(made.of(sums), made.denominator) for sums in sums_of(gains, norms, with_all)]
