"""The curve Baby Jubjub: its laws, the keys that are refused, and what is sealed to one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.market.answer import Answer, read_answer
from hyperbounty.market.babyjubjub import (
    BASE,
    NEUTRAL,
    ORDER,
    Sealed,
    added,
    is_on_curve,
    is_public_key,
    multiple,
    opened,
    sealed,
)
from hyperbounty.market.poseidon import FIELD
from hyperbounty.market.statement import Seat

SECRETS = st.integers(1, ORDER - 1)
LOW_ORDER = (0, FIELD - 1)
"""Twice it is the neutral element."""


def test_sums_are_those_of_the_paper() -> None:
    # The example of EIP-2494.
    one = (
        17777552123799933955779906779655732241715742912184938656739573121738514868268,
        2626589144620713026669568689430873010625803728049924121243784502389097019475,
    )
    other = (
        16540640123574156134436876038791482806971768689494387082833631921987005038935,
        20819045374670962167435360035096875258406992893633759881276124905556507972311,
    )
    assert is_on_curve(one)
    assert added(one, other) == (
        7916061937171219682591368294088513039687205273691143098332585753343424131937,
        14035240266687799601661095864649209771790948434046947201833777492504781204499,
    )


@given(SECRETS, SECRETS)
def test_multiples_add_up(one: int, other: int) -> None:
    found = added(multiple(BASE, one), multiple(BASE, other))
    assert found == multiple(BASE, (one + other) % ORDER)
    assert is_on_curve(found)


@pytest.mark.parametrize("point", [NEUTRAL, LOW_ORDER, (1, 1), (FIELD, 1), (-1, 1)])
def test_what_is_no_key_is_refused(point: tuple[int, int]) -> None:
    assert not is_public_key(point)
    with pytest.raises(InvalidInput, match="no point of the right order"):
        Answer(Seat(np.zeros((1, 1), np.int64), 1, 2), 3, point, 4)


def test_a_point_of_another_order_is_no_key() -> None:
    mixed = added(BASE, LOW_ORDER)
    assert is_on_curve(mixed)
    assert not is_public_key(mixed)


@given(SECRETS, SECRETS, st.lists(st.integers(0, FIELD - 1), max_size=10))
def test_what_is_sealed_is_opened_by_its_key(key: int, secret: int, words: list[int]) -> None:
    found = sealed(words, multiple(BASE, key), secret)
    assert opened(found, key) == words
    assert not words or opened(found, key % (ORDER - 1) + 1) != words


def test_an_answer_for_another_key_is_refused() -> None:
    answer = Answer(Seat(np.ones((1, 1), np.int64), 1, 2), 3, multiple(BASE, 5), 4)
    assert read_answer(answer.sealed, 5, 2).commitment(3) == answer.inputs[0]
    with pytest.raises(InvalidInput, match="not made for this key"):
        read_answer(answer.sealed, 6, 2)
    with pytest.raises(InvalidInput, match="no point"):
        read_answer(Sealed((1, 1), answer.sealed.words), 5, 2)
    for secret in (0, ORDER):
        with pytest.raises(InvalidInput, match="out of range"):
            Answer(answer.seat, 3, answer.key, secret)
