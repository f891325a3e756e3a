"""What a market pays, and to whom, whatever comes to pass."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.models.market import Market, MarketError, MarketTerms, Payout, kept_silent, not_begun, not_scored

AMOUNT = st.integers(1, 2**96 - 1)
TERMS = st.builds(MarketTerms, AMOUNT, AMOUNT, AMOUNT, st.integers(1, 64), st.integers(1, 4))


def whole(terms: MarketTerms, payout: Payout, batches: int) -> bool:
    """Whether what is paid is what was put up."""
    parts = (*payout.batches, payout.provider, payout.burned)
    return min(parts) >= 0 and sum(parts) == terms.escrow + terms.stake * batches


@given(TERMS, st.lists(st.integers(0, 1_024), min_size=1, max_size=40))
def test_a_market_pays_its_escrow_to_the_last_unit(terms: MarketTerms, counts: list[int]) -> None:
    first, *rest = [count % (terms.hidden + 1) for count in counts]
    market = Market(terms, len(rest), first)
    record = first
    for right in rest:
        before = market.record
        verdict = market.score(right)
        if right >= before:
            gain = terms.bounty * (right - before) // terms.hidden
            assert (verdict.pays, verdict.loses, verdict.undone) == (terms.stake + gain, 0, False)
        else:
            assert verdict.loses == terms.stake * (before - right) // terms.hidden
            assert verdict.pays == terms.stake - verdict.loses
            assert verdict.undone
        record = max(record, right)
        assert market.record == record
    assert whole(terms, market.end(), len(rest))


@given(TERMS, st.integers(0, 100))
def test_every_other_end_pays_all_too(terms: MarketTerms, batches: int) -> None:
    assert whole(terms, kept_silent(terms, batches), batches)
    assert whole(terms, not_scored(terms, batches), batches)
    assert whole(terms, not_begun(terms), 0)
    silent = kept_silent(terms, batches)
    assert silent.provider == 0
    assert all(terms.stake <= paid <= 2 * terms.stake for paid in silent.batches)


@pytest.mark.parametrize(
    "changes", [{"bounty": 0}, {"bond": -1}, {"stake": 0}, {"batch_size": 65}, {"batch_size": 0}, {"pieces": 5}]
)
def test_terms_out_of_range_are_refused(changes: dict[str, int]) -> None:
    usual: dict[str, Any] = {"bounty": 1, "bond": 0, "stake": 1, "batch_size": 16, "pieces": 1}
    with pytest.raises(MarketError, match=next(iter(changes)).replace("_", " ")):
        MarketTerms(**{**usual, **changes})


def test_batches_are_scored_once_and_all_before_the_end() -> None:
    market = Market(MarketTerms(100, 10, 5, 16, 1), batches=1, right=0)
    with pytest.raises(MarketError, match="0 of 1"):
        market.end()
    market.score(1)
    with pytest.raises(MarketError, match="all 1 batches"):
        market.score(2)
    with pytest.raises(MarketError, match="cannot be right"):
        Market(MarketTerms(100, 10, 5, 16, 1), batches=1, right=257)
