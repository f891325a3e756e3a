"""The closed form of a Shapley value against all orders and all sets."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.market.shapley import coefficients, values


def drawn(seed: int, updates: int) -> tuple[list[int], list[list[int]]]:
    """Gains, and the products of effects."""
    random = np.random.default_rng(seed)
    effects = random.integers(-100, 101, (updates, 6))
    gains = (effects @ random.integers(-100, 101, 6)).tolist()
    return gains, (effects @ effects.T).tolist()


def worth(members: tuple[int, ...], gains: list[int], products: list[list[int]]) -> Fraction:
    """How much the squared error drops when their mean is added."""
    if not members:
        return Fraction()
    together = sum(products[one][other] for one in members for other in members)
    return Fraction(2 * sum(gains[each] for each in members), len(members)) - Fraction(together, len(members) ** 2)


@given(st.integers(0, 2**32), st.integers(3, 5))
def test_a_value_is_the_mean_over_all_orders(seed: int, updates: int) -> None:
    gains, products = drawn(seed, updates)
    found = [Fraction()] * updates
    orders = list(permutations(range(updates)))
    for order in orders:
        for place, update in enumerate(order):
            found[update] += worth(order[: place + 1], gains, products) - worth(order[:place], gains, products)
    assert values(gains, products) == [each / len(orders) for each in found]


@pytest.mark.parametrize("updates", range(3, 11))
def test_a_value_is_that_of_all_sets(updates: int) -> None:
    gains, products = drawn(updates, updates)
    for update, found in enumerate(values(gains, products)):
        others = [each for each in range(updates) if each != update]
        wanted = sum(
            (worth((*some, update), gains, products) - worth(some, gains, products))
            / (updates * comb(updates - 1, size))
            for size in range(updates)
            for some in combinations(others, size)
        )
        assert found == wanted


@given(st.integers(0, 2**32), st.integers(3, 8))
def test_together_they_are_worth_what_their_mean_is(seed: int, updates: int) -> None:
    gains, products = drawn(seed, updates)
    assert sum(values(gains, products)) == worth(tuple(range(updates)), gains, products)


@given(st.integers(0, 2**32), st.integers(3, 7))
def test_equal_updates_have_equal_values_in_any_order(seed: int, updates: int) -> None:
    gains, products = drawn(seed, updates)
    order = np.random.default_rng(seed).permutation(updates).tolist()
    turned = values([gains[each] for each in order], [[products[one][other] for other in order] for one in order])
    assert turned == [values(gains, products)[each] for each in order]


def test_two_have_no_coefficients() -> None:
    with pytest.raises(ValueError, match="take 3 or more"):
        coefficients(2)
