"""Rounds by hand and by chance: who is kept, what they get, and the model after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.market.limits import SHARES, UNIT
from hyperbounty.market.rounds import RoundOutcome, outcome_of
from hyperbounty.market.tuning import Tuning
from hyperbounty.market.validation import Validation
from tests.market.rounds_drawn import drawn_statement

TUNING = Tuning(1_000, 10, 100)
# One weight: the residual is 100 updates of 1 from where it should be.
PLAIN = Validation(np.array([[1]]), np.array([[100]]), UNIT)
ZERO = np.zeros((1, 1), np.int64)


def played(*updates: int | None, model: int = 0) -> RoundOutcome:
    """A round of updates of one weight."""
    given = [None if each is None else np.array([[each]]) for each in updates]
    return outcome_of(given, np.array([[model]]), PLAIN, TUNING)


def test_updates_that_help_are_averaged_and_paid_alike() -> None:
    done = played(10, 10, 10)
    assert done.kept == (True, True, True)
    assert done.shares == (333_333,) * 3
    assert done.model.tolist() == [[10 * UNIT]]


def test_who_turns_its_update_round_is_dropped() -> None:
    assert played(10, 11, 12, -10).kept == (True, True, True, False)


def test_who_does_nothing_gets_nothing() -> None:
    done = played(10, 11, 12, 0)
    assert done.kept == (True, True, True, False)
    assert done.shares[3] == 0


def test_who_is_more_than_three_times_as_long_as_the_median_is_dropped() -> None:
    # The lower median of four is the second.
    assert played(10, 10, 12, 30).kept == (True, True, True, True)
    assert played(10, 10, 12, 31).kept == (True, True, True, False)


def test_of_two_nobody_is_kept() -> None:
    done = played(10, 11, None, -5)
    assert not any(done.kept)
    assert done.shares == (0, 0, 0, 0)
    assert done.model.tolist() == [[0]]
    assert done.tuning == Tuning(500, 10, 200)


def test_where_the_mean_makes_it_worse_nobody_has_a_share() -> None:
    # Each alone, halved, still helps; together they go twice as far as they should.
    done = outcome_of([np.array([[100]])] * 3, ZERO, replace(PLAIN, targets=np.array([[40]])), TUNING)
    assert all(done.kept)
    assert done.shares == (0, 0, 0)


@given(st.integers(0, 10**6))
def test_the_next_model_is_the_mean_and_shares_are_at_most_all(seed: int) -> None:
    round_ = drawn_statement(seed)
    updates = [None if seat is None else seat.update for seat in round_.seats]
    done = outcome_of(updates, round_.model, round_.validation, round_.tuning)
    kept = [update for update, is_kept in zip(updates, done.kept, strict=True) if is_kept and update is not None]
    assert len(kept) in (0, *range(3, len(updates) + 1))
    moved = done.model - round_.model
    assert (moved * max(len(kept), 1) == UNIT * sum(kept, np.zeros_like(moved))).all()
    assert sum(done.shares) <= SHARES
    assert not sum(done.shares) or SHARES - sum(done.shares) < len(kept)
    assert all(share == 0 for share, is_kept in zip(done.shares, done.kept, strict=True) if not is_kept)


@given(st.integers(0, 10**6), st.integers(1, 50))
def test_units_do_not_matter(seed: int, factor: int) -> None:
    """Counting errors in another unit changes nothing."""
    round_ = drawn_statement(seed)
    updates = [None if seat is None else seat.update for seat in round_.seats]
    smaller = replace(round_.validation, factor=round_.validation.factor // 64)
    larger = replace(smaller, factor=smaller.factor * factor, scale=smaller.scale * factor)
    one, other = (outcome_of(updates, round_.model, each, round_.tuning) for each in (smaller, larger))
    assert (one.kept, one.shares, one.tuning) == (other.kept, other.shares, other.tuning)


@pytest.mark.parametrize(
    ("updates", "says"),
    [
        ([], "0 seats"),
        ([np.zeros((1, 1), np.int64)] * 9, "9 seats"),
        ([np.array([[128]])], "more than 8 bits"),
        ([np.array([[0.5]])], "of integers"),
        ([np.zeros((2, 1), np.int64)], "has shape"),
    ],
)
def test_what_is_no_round_is_refused(updates: list[Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        outcome_of(updates, ZERO, PLAIN, TUNING)
