"""What each place is paid: all of the prize, as the contract parts it."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.show.prizes import prize_of
from tests.bounty.shown_contest import CONTEST


@given(
    reward=st.integers(1, 10**24),
    cuts=st.lists(st.integers(1, 9_999), max_size=7, unique=True),
    winners=st.integers(1, 8),
)
def test_the_prizes_come_to_the_whole_and_the_best_gets_what_nobody_wins(
    reward: int, cuts: list[int], winners: int
) -> None:
    ends = [0, *sorted(cuts), 10_000]
    shares = tuple(high - low for low, high in itertools.pairwise(ends))
    count = min(winners, len(shares))
    contest = replace(CONTEST, reward=reward, shares=shares, winners=tuple(range(count)))
    prizes = [prize_of(contest, place) for place in range(count)]
    assert sum(prizes) == reward
    assert prizes[1:] == [reward * share // 10_000 for share in shares[1:count]]
