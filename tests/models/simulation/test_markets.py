"""Markets that agents play: what good and bad batches get, by each rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hyperbounty.errors import InvalidInput
from hyperbounty.models.kinds import Kind, Shape, empty, restored
from hyperbounty.models.market import MarketTerms
from hyperbounty.models.simulation.agents import bad, good
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.market_page import market_page
from hyperbounty.models.simulation.markets import MarketDesign, Rule, play_market
from hyperbounty.models.simulation.pretraining import pretrained

WORDS = 40
SHAPE = Shape(Kind.SPARSE_PERCEPTRON, WORDS, step=4)


def reviews(count: int, seed: int) -> Labelled:
    """Samples whose label is that of most of their words."""
    random = np.random.default_rng(seed)
    samples = [sorted(random.permutation(WORDS)[:9].tolist()) for _ in range(count)]
    return Labelled.of(samples, [int(sum(word % 2 for word in sample) > 4) for sample in samples])


DESIGN = MarketDesign(
    SHAPE,
    empty(SHAPE).state(),
    MarketTerms(bounty=10**6, bond=1_000, stake=500, batch_size=16, pieces=1),
    (good(balance=10_000), bad(balance=10_000, wait_mean_s=1_800)),
    reviews(480, 1),
    reviews(256, 2),
    seed=5,
    contribute_s=10**6,
)


def test_good_batches_win_and_bad_ones_lose_by_records() -> None:
    played = play_market(DESIGN)
    gains = [balance - 10_000 for balance in played.balances]
    assert gains[0] > 100_000
    assert gains[1] < gains[0] / 10
    assert {len(batch.labels) for batch in played.batches} == {16}
    assert {batch.author for batch in played.batches} == {0, 1}


@pytest.mark.parametrize("rule", ["records", "records-kept", "rounds", "silent"])
def test_each_rule_pays_all_for_the_same_batches(rule: Rule) -> None:
    played = play_market(DESIGN, rule)
    assert played.batches == play_market(DESIGN).batches
    assert played == play_market(DESIGN, rule)
    shown = played.document()
    assert sum(int(agent["balance"]) for agent in shown["agents"]) + int(shown["provider"]) + int(
        shown["burned"]
    ) == sum(int(agent["start"]) for agent in shown["agents"]) + int(shown["terms"]["bounty"]) + int(
        shown["terms"]["bond"]
    )


@pytest.mark.parametrize(("rule", "undoes"), [("records", True), ("records-kept", False)])
def test_batches_are_scored_as_the_reference_model_scores_them(rule: Rule, undoes: bool) -> None:
    design = replace(DESIGN, state=pretrained(SHAPE, reviews(60, 3)))
    played = play_market(design, rule)
    model = restored(SHAPE, design.state)
    hidden = [(design.hidden.sample(place), label) for place, label in enumerate(design.hidden.labels.tolist())]

    def right() -> int:
        return sum(model.predict(sample) == label for sample, label in hidden)

    counts = [right()]
    undone = 0
    for batch in played.batches:
        before = model.state()
        for place, label in enumerate(batch.labels):
            model.learn(design.stream.sample(batch.first + place), label)
        counts.append(right())
        # Those that were undone do not count as reached.
        if counts[-1] < max(counts):
            undone += 1
            if undoes:
                model = restored(SHAPE, before)
    assert list(played.right) == counts
    assert 0 < undone < len(played.batches)


def test_a_provider_that_keeps_silent_gets_nothing() -> None:
    played = play_market(DESIGN, "silent")
    assert played.payout.provider == 0
    assert set(played.payout.batches) == {1_000}
    assert played.payout.burned == 10**6 + 1_000 - 500 * len(played.batches)


def test_who_cannot_pay_a_stake_hands_nothing_in() -> None:
    played = play_market(replace(DESIGN, agents=(good(balance=1_499),)))
    assert len(played.batches) == 2


def test_markets_that_the_contract_does_not_have_are_refused() -> None:
    with pytest.raises(InvalidInput, match="sparse perceptron"):
        replace(DESIGN, shape=Shape(Kind.SPARSE_PERCEPTRON, 1_025, step=4))
    with pytest.raises(InvalidInput, match="256"):
        replace(DESIGN, hidden=reviews(255, 2))


def test_a_market_is_drawn_and_a_name_of_a_stranger_does_no_harm() -> None:
    agents = (good("<script>\u202e", balance=10_000), bad(balance=10_000))
    rules: tuple[Rule, ...] = ("records", "silent")
    for rule in rules:
        played = play_market(replace(DESIGN, agents=agents), rule)
        drawn = market_page(played, "<b>market")
        assert "<script" not in drawn
        assert "\u202e" not in drawn
        assert "<b>market" not in drawn
        assert ("Hidden samples that are right" in drawn) is (rule == "records")
        assert f"{played.balances[0]:,}" in drawn
