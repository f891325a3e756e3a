"""What opening a model is said to cost is about what it costs, and what is odd about it is said."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.kinds import Kind, Shape, empty
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.show.opening import OpeningCost, cautions_of_opening, cost_of
from hyperbounty.models.types import Offer
from tests.models.drawn_models import drawn_state
from tests.models.models_on_chain import CREATOR, POINTS, SHAPE, TERMS, manifest_of_words

SHAPES = [
    Shape(Kind.SPARSE_PERCEPTRON, 1_000, step=4),
    Shape(Kind.DENSE_PERCEPTRON, 9),
    Shape(Kind.NAIVE_BAYES, 500, 2, 2, alpha=16),
    Shape(Kind.NAIVE_BAYES, 900, 7, 8, alpha=16),
    Shape(Kind.SPARSE_CENTROID, 500, 3, 4),
    Shape(Kind.DENSE_CENTROID, 512, 2, 2),
    Shape(Kind.DENSE_CENTROID, 30, 2, 8),
]


@pytest.fixture(scope="module")
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


@pytest.mark.heavy
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.facts.name}-{shape.features}-{shape.classes}")
def test_the_gas_is_about_what_was_said(contract: ModelsContract, shape: Shape) -> None:
    offer = Offer(shape, TERMS, drawn_state(shape, random.Random(3)))
    number, receipt = contract.open(CREATOR, offer)
    receipts = [receipt]
    receipts += [contract.upload(CREATOR, number, first, words) for first, words in parts(offer.state.words)]
    draft = cost_of(offer, publish=False)
    used = sum(each.gas_used or 0 for each in receipts)
    assert draft.transactions == len(receipts)
    assert 0.97 * used <= draft.gas <= 1.15 * used
    receipts.append(contract.publish(CREATOR, number, b"\7" * 32))
    whole = cost_of(offer, publish=True, fee_per_gas=2.5)
    used = sum(each.gas_used or 0 for each in receipts)
    assert whole.transactions == len(receipts)
    assert 0.97 * used <= whole.gas <= 1.15 * used
    assert whole.fee == round(whole.gas * 2.5)


def said(offer: Offer, cost: OpeningCost | None = None, *, development: bool = False, samples: int = 1_000) -> str:
    manifest = manifest_of_words(baseline={"accuracy_ppm": 900_000, "samples": samples, "source": "mine"})
    cautions = cautions_of_opening(offer, manifest, cost or cost_of(offer, publish=True), development=development)
    return " / ".join(cautions)


def test_a_plain_offer_has_nothing_odd() -> None:
    offer = Offer(SHAPE, replace(TERMS, owner_wait=9 * DAY), drawn_state(SHAPE, random.Random(3)))
    assert said(offer) == ""


def test_what_is_odd_is_said() -> None:
    state = drawn_state(SHAPE, random.Random(3))
    offer = Offer(SHAPE, TERMS, state)
    same = Terms(10**15, 10, DAY, DAY, DAY)
    assert "from the very second on" in said(replace(offer, terms=same))
    long = Terms(10**15, 10, 400 * DAY, 600 * DAY, 600 * DAY)
    assert "at least 400d" in said(replace(offer, terms=long))
    assert "the price never falls" in said(replace(offer, terms=replace(TERMS, floor_shift=0)))
    dear = replace(TERMS, weight=10**24)
    assert "hardly anybody will stake" in said(replace(offer, terms=dear))
    assert "hardly anybody" not in said(replace(offer, terms=dear), development=True)
    cost = cost_of(offer, publish=True, fee_per_gas=10**10)
    assert "such stakes are not claimed" in said(offer, cost)
    assert "such stakes are not claimed" not in said(offer, cost_of(offer, publish=True, fee_per_gas=1))
    assert "knows nothing at the start" in said(Offer(SHAPE, TERMS, empty(SHAPE).state()))
    assert "model of points" in said(Offer(SHAPE, POINTS, state))
    assert "nothing limits" in said(Offer(SHAPE, replace(POINTS, min_interval=0), state))
    large = Shape(Kind.SPARSE_PERCEPTRON, 65_536, step=4)
    assert "measured on 9 of your examples" in said(offer, samples=9)
    assert "would fill" in said(Offer(large, TERMS, drawn_state(large, random.Random(3))))
