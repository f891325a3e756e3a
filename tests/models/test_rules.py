"""Prices, shares and waits, and the book that applies them."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.models import ledger
from hyperbounty.models.ledger import Ledger, Refused
from hyperbounty.models.rules import DAY, LONGEST_WAIT, Terms, TermsError, deposits, price, reported

TERMS = Terms(weight=6_000, floor_shift=6, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
POINTS = Terms(weight=0, floor_shift=0, refund_wait=DAY, owner_wait=DAY, any_wait=9 * DAY, min_interval=100)


@given(st.integers(0, 2**85 - 1), st.integers(0, 127), st.integers(0, 2**40), st.integers(1, 65_536))
def test_a_price_is_the_weight_over_the_root_of_the_time_that_each_sample_had(
    weight: int, shift: int, seconds: int, samples: int
) -> None:
    found = price(weight, shift, seconds, samples)
    time = seconds // samples
    root = next(root for root in (round(time**0.5), round(time**0.5) - 1) if root**2 <= time)
    assert found == max(weight // max(root, 1), weight // 2**shift)


@given(st.integers(0, 2**96 - 1), st.integers(1, 500))
def test_what_is_staked_is_shared_to_the_last_unit(staked: int, samples: int) -> None:
    shares = deposits(staked, samples)
    assert len(shares) == samples
    assert sum(shares) == staked
    assert len(set(shares[1:])) <= 1
    assert 0 <= shares[0] - min(shares) < samples


@given(st.integers(1, 2**96 - 1), st.data())
def test_a_share_is_never_nothing_and_never_more_than_is_left(deposit: int, data: st.DataObject) -> None:
    left = data.draw(st.integers(1, deposit))
    total = data.draw(st.integers(1, 2**32 - 1))
    valid = data.draw(st.integers(1, total))
    share = reported(deposit, left, valid, total)
    assert 1 <= share <= left
    part = Fraction(deposit * valid, total)
    assert share == left or part - 1 < share <= part


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": -1}, "weight"),
        ({"weight": 2**85}, "weight"),
        ({"floor_shift": 128}, "floor shift"),
        ({"weight": 7, "floor_shift": 3}, "leaves nothing"),
        ({"refund_wait": 0}, "below a second"),
        ({"owner_wait": DAY - 1}, "shorter than the refund wait"),
        ({"any_wait": 4 * DAY}, "shorter than the owner wait"),
        ({"any_wait": LONGEST_WAIT + 1}, "longer than 3,650 days"),
        ({"min_interval": 1}, "points"),
    ],
)
def test_terms_out_of_range_are_refused(changes: dict[str, int], message: str) -> None:
    usual = asdict(TERMS)
    with pytest.raises(TermsError, match=message):
        Terms(**{**usual, **changes})


def test_below_the_price_is_refused_with_the_price_of_the_call() -> None:
    book: Ledger[str] = Ledger(TERMS, now=0)
    with pytest.raises(ledger.PriceIs) as caught:
        book.add("ada", 600, 703, [0, 1])
    # 300 seconds each: 6,000 / 17, twice.
    assert caught.value.values == (704, 703)
    assert book.contributions == []


def test_each_claim_has_its_time_and_its_conditions() -> None:
    book: Ledger[str] = Ledger(TERMS, now=0, creator="eve")
    (mine,) = book.add("ada", 100, 10_000, [1])
    (theirs,) = book.add("bob", 200, 9_001, [0])
    refusals: list[tuple[type[Refused], Any, tuple[int, ...]]] = [
        (ledger.NotAuthor, lambda: book.refund(mine, "bob", 2 * DAY, 1), ()),
        (ledger.TooEarly, lambda: book.refund(mine, "ada", DAY + 99, 1), (DAY + 100,)),
        (ledger.ModelDisagrees, lambda: book.refund(mine, "ada", DAY + 100, 0), (0,)),
        (ledger.NotMember, lambda: book.report(theirs, "ada", 2 * DAY, 1), ()),
    ]
    for error, call, values in refusals:
        with pytest.raises(error) as caught:
            call()
        assert caught.value.values == values
        assert caught.value.contract_error == error.__name__
    assert book.refund(mine, "ada", DAY + 100, 1) == 10_000
    refusals = [
        (ledger.NothingLeft, lambda: book.refund(mine, "ada", 2 * DAY, 1), ()),
        (ledger.OwnContribution, lambda: book.report(mine, "ada", 2 * DAY, 0), ()),
        (ledger.TooEarly, lambda: book.report(theirs, "ada", DAY + 199, 1), (DAY + 200,)),
        (ledger.ModelAgrees, lambda: book.report(theirs, "ada", 2 * DAY, 0), (0,)),
        (ledger.TooEarly, lambda: book.claim(theirs, "eve", 5 * DAY + 199), (5 * DAY + 200,)),
        (ledger.TooEarly, lambda: book.claim(theirs, "ada", 9 * DAY + 199), (9 * DAY + 200,)),
    ]
    for error, call, values in refusals:
        with pytest.raises(error) as caught:
            call()
        assert caught.value.values == values
    book.valid = {"ada": 1, "bob": 3}
    book.total = 4
    assert book.report(theirs, "ada", 2 * DAY, 1) == 2_250
    with pytest.raises(ledger.AlreadyClaimed):
        book.report(theirs, "ada", 2 * DAY, 1)
    assert book.claim(theirs, "eve", 5 * DAY + 200) == 6_751
    with pytest.raises(ledger.NothingLeft):
        book.claim(theirs, "cid", 10 * DAY)


def test_points_move_no_money_and_keep_authors_apart_from_themselves() -> None:
    book: Ledger[str] = Ledger(POINTS, now=0)
    with pytest.raises(ledger.WrongAmount):
        book.add("ada", 10, 1, [0])
    (first,) = book.add("ada", 10, 0, [0])
    with pytest.raises(ledger.TooSoon) as caught:
        book.add("ada", 109, 0, [0])
    assert caught.value.values == (110,)
    with pytest.raises(ledger.TooSoon):
        book.add("bob", 109, 0, [0, 1])
    book.add("ada", 110, 0, [0])
    assert book.refund(first, "ada", 2 * DAY, 0) == 0
    assert book.valid == {"ada": 1}
    with pytest.raises(ledger.AlreadyClaimed):
        book.refund(first, "ada", 2 * DAY, 0)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 400)), max_size=60))
def test_no_contribution_pays_more_than_its_deposit(steps: list[tuple[int, int, int, int]]) -> None:
    terms = Terms(weight=1_000, floor_shift=3, refund_wait=50, owner_wait=200, any_wait=600)
    book: Ledger[int] = Ledger(terms, now=0, creator=0)
    now, put_in, paid = 0, 0, 0
    for account, what, label, wait in steps:
        now += wait
        if what == 0 or not book.contributions:
            staked = book.price(now, 2) * 2 + label
            put_in += staked
            book.add(account, now, staked, [label % 2, 1])
            continue
        contribution = book.contributions[label * 7 % len(book.contributions)]
        try:
            if what == 1:
                paid += book.refund(contribution, account, now, label % 2)
            elif what == 2:
                paid += book.report(contribution, account, now, label % 2)
            else:
                paid += book.claim(contribution, account, now)
        except Refused:
            continue
    assert put_in == paid + book.left
    assert all(0 <= each.left <= each.deposit for each in book.contributions)
    assert sum(book.valid.values()) == book.total
