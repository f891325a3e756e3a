"""The original's rule, round by round, and how it comes to ours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hyperbounty.models.market import PIECE, Market, MarketTerms
from hyperbounty.models.simulation.rounds import Score, by_rounds

EFFECTS = st.lists(st.integers(-60, 60), min_size=1, max_size=7)


def scoring(effects: Sequence[int], seed: int) -> Score:
    """Hidden samples that are right after batches whose effects depend on those before them."""
    together = np.random.default_rng(seed).integers(-6, 7, (len(effects), len(effects)))

    def score(batches: Sequence[int]) -> list[int]:
        right = [128]
        for place, batch in enumerate(batches):
            change = effects[batch] + sum(int(together[batch, other]) for other in batches[:place])
            right.append(min(max(right[-1] + change, 0), PIECE))
        return right

    return score


@given(EFFECTS, st.integers(0, 1_000), st.integers(0, 1_000), st.integers(0, 2**32), st.integers(1, 3))
def test_nobody_is_below_zero_and_all_is_paid(
    effects: list[int], stake: int, bounty: int, seed: int, authors: int
) -> None:
    score = scoring(effects, seed)
    names = [number % authors for number in range(len(effects))]
    done = by_rounds(names, stake, bounty, PIECE, score)
    assert min(*done.balances.values(), done.provider) >= 0
    assert sum(done.balances.values()) + done.provider == bounty + stake * len(effects)
    assert all(done.balances[author] == 0 for author in done.removed) or done.removing == bounty


@settings(max_examples=200)
@given(EFFECTS, st.integers(1, 50), st.integers(0, 2**32))
def test_the_more_rounds_the_nearer_to_records_without_undoing(effects: list[int], stake: int, seed: int) -> None:
    """Those who lose are gone after rounds whose number does not grow with the bounty. In all the others, each of the
    rest gains what its batch improves, as by records among the rest. So what a unit of the bounty pays tends to ours.
    """
    score = scoring(effects, seed)
    authors = list(range(len(effects)))
    few = by_rounds(authors, stake, 10**30, PIECE, score)
    removing = few.removing
    assert removing < 10**30
    farthest = []
    for bounty in (10**30, 10**33, 10**36):
        many = by_rounds(authors, stake, bounty, PIECE, score)
        assert (many.removed, many.removing) == (few.removed, removing)
        rest = [author for author in authors if author not in many.removed]
        right = score(rest)
        # A bounty of the contract has 96 bits; the rule has no such end.
        terms = MarketTerms(1, 0, stake, 16, 1)
        object.__setattr__(terms, "bounty", bounty)
        market = Market(terms, len(rest), right[0])
        ours = [market.score(count).pays for count in right[1:]]
        assert all(later >= earlier for earlier, later in pairwise(right))
        gaps = [abs(many.balances[author] - paid) for author, paid in zip(rest, ours, strict=True)]
        assert all(gap <= removing + 1 for gap in gaps)
        assert all(many.balances[author] == 0 for author in many.removed)
        farthest.append(max(gaps, default=0) / bounty)
    assert farthest[2] <= 10**-6
