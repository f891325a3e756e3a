"""The ranking against a plain model of what it must be."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from web3.contract import Contract

from tests.contracts.contract_world import World


def model(scores: Sequence[int], ordinals: Sequence[int], specs: Sequence[int], minimum: int, prizes: int) -> list[int]:
    """Indexes of the winners: sort by score, then by ordinal, drop the later of equal (score, spec), take the first."""
    winners: list[int] = []
    seen: set[tuple[int, int]] = set()
    for index in sorted(range(len(scores)), key=lambda i: (-scores[i], ordinals[i])):
        if scores[index] >= minimum and (scores[index], specs[index]) not in seen:
            seen.add((scores[index], specs[index]))
            winners.append(index)
    return winners[:prizes]


@pytest.fixture(scope="module")
def harness(deployed: World) -> Contract:
    return deployed.deploy("RankingHarness")


@st.composite
def rankings(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], int, int]:
    """Up to 40 scores; few distinct ones and few distinct specs more often than chance would have it."""
    count = draw(st.integers(1, 40))
    pool = draw(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=draw(st.sampled_from([1, 2, 4, 40]))))
    scores = draw(st.lists(st.sampled_from(pool), min_size=count, max_size=count))
    kinds = draw(st.sampled_from([1, 2, 5, 1_000]))
    specs = draw(st.lists(st.integers(1, kinds), min_size=count, max_size=count))
    ordinals = draw(st.permutations(range(1, count + 1)))
    minimum = draw(st.one_of(st.just(0), st.sampled_from(pool), st.integers(0, 1_000_000)))
    return scores, list(ordinals), specs, minimum, draw(st.integers(1, 8))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=rankings())
@example(case=([5] * 12, list(range(12, 0, -1)), [1] * 12, 0, 8))
@example(case=([5] * 12, list(range(12, 0, -1)), [*range(1, 9), 1, 2, 3, 4], 0, 8))
@example(case=([0] * 9, list(range(1, 10)), list(range(1, 10)), 0, 8))
@example(case=([1_000_000] * 9, list(range(9, 0, -1)), list(range(1, 10)), 1_000_000, 8))
@example(case=(list(range(20)), list(range(1, 21)), [1] * 20, 0, 8))
@example(case=(list(range(20, 0, -1)), list(range(1, 21)), [1] * 20, 0, 8))
def test_the_ranking_is_that_of_the_model(
    deployed: World, harness: Contract, case: tuple[list[int], list[int], list[int], int, int]
) -> None:
    scores, ordinals, specs, minimum, prizes = case
    words = [s.to_bytes(32, "big") for s in specs]
    winners = harness.functions.rank(scores, ordinals, words, minimum, prizes).call({"from": deployed.stranger})
    assert winners == model(scores, ordinals, specs, minimum, prizes)


def test_the_highest_index_a_contest_can_have_ranks(deployed: World, harness: Contract) -> None:
    count = 1_024
    scores = [0] * (count - 1) + [1_000_000]
    words = [i.to_bytes(32, "big") for i in range(1, count + 1)]
    call = harness.functions.rank(scores, list(range(1, count + 1)), words, 0, 2)
    assert call.call({"from": deployed.stranger, "gas": 90_000_000}) == [count - 1, 0]
