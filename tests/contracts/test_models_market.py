"""Whole markets on the chain are those of the reference: random pieces and batches, every payment, every end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import pytest

from hyperbounty.models.batches import decode_batch
from hyperbounty.models.kinds import restored
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.market import Market, MarketTerms, Payout, kept_silent, not_begun
from hyperbounty.models.pieces import Piece
from tests.contracts.chain_world import BURN
from tests.contracts.markets_world import (
    HASHES_KNOWN,
    HOUR,
    MarketWorld,
    drawn_batch,
    drawn_perceptron,
    drawn_piece,
)
from tests.contracts.models_world import DAY

ENDS: Final = ("scored", "silent", "unscored", "not drawn", "not revealed")


@pytest.fixture(scope="module")
def chain() -> MarketWorld:
    return MarketWorld()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("end", ENDS)
def test_a_market_is_as_the_reference(chain: MarketWorld, end: str, seed: int) -> None:
    draw = random.Random(f"{end} {seed}")
    with chain.reverted():
        play(chain, draw, end)


def play(chain: MarketWorld, draw: random.Random, end: str) -> None:
    reference = drawn_perceptron(draw)
    features = reference.shape.features
    model = chain.perceptron(reference.shape, reference)
    count = draw.randint(2, 4) if end == "silent" else draw.randint(1, 4)
    pieces = [drawn_piece(draw, features, draw.choice((0.02, 0.3, 0.9))) for _ in range(count)]
    amounts = (draw.choice((1, 999, 10**18, 2**96 - 1)), draw.choice((0, 1, 10**17, 2**96 - 1)))
    stake, size = draw.choice((1, 77, 10**16, 2**96 - 1)), draw.choice((1, 2, 5))
    terms = MarketTerms(*amounts, stake, size, count)
    before = chain.wealth()
    market = chain.open_market(
        model, pieces, bounty=terms.bounty, bond=terms.bond, stake=terms.stake, batchSize=terms.batch_size
    )
    batches: list[tuple[str, bytes]] = []
    if end == "not drawn":
        chain.mine(8 + HASHES_KNOWN)
        payout = not_begun(terms)
    elif end == "not revealed":
        chain.drawn(model, market)
        chain.at(chain.view_of(model, market)["until"])
        payout = not_begun(terms)
    else:
        first = chain.started(model, market, pieces)
        for index in range(draw.randint(0, 5) + (end == "unscored")):
            author = draw.choice((chain.creator, chain.alice, chain.bob, chain.carol))
            data = drawn_batch(draw, features, size)
            receipt = chain.contribute(model, market, author, data)
            assert chain.events(receipt, "Contributed")[0]["index"] == index
            batches.append((author, data))
        until = chain.view_of(model, market)["until"]
        chain.at(until)
        if end == "silent":
            for index in draw.sample([i for i in range(count) if i != first], draw.randint(0, count - 2)):
                chain.reveal(model, market, index, pieces[index])
            chain.at(until + HOUR)
            payout = kept_silent(terms, len(batches))
        else:
            for index in range(count):
                if index != first:
                    chain.reveal(model, market, index, pieces[index])
            payout = scored(chain, draw, model, market, reference, pieces, terms, batches, stop=end == "unscored")
            if end == "unscored":
                chain.at(until + HOUR + DAY)
    ended = chain.end(model, market)
    assert (ended["toProvider"], ended["burned"]) == (payout.provider, payout.burned)
    view = chain.view_of(model, market)
    repaid = [chain.key(index, *batch) for index, batch in enumerate(batches) if index >= view["scored"]]
    draw.shuffle(repaid)
    for key in repaid:
        assert chain.view("isUnpaid", model, market, key)
    cut = draw.randint(0, len(repaid))
    for part in (repaid[:cut], repaid[cut:]):
        chain.send(chain.call("repay", model, market, part), chain.stranger)
    assert paid(before, chain.wealth()) == expected(chain, terms, batches, payout)
    assert chain.view_of(model, market)["escrow"] == 0
    assert chain.wealth()[chain.contract.address] == before[chain.contract.address]
    assert state_of(chain, model, reference) == reference.state()


def scored(
    chain: MarketWorld,
    draw: random.Random,
    model: int,
    market: int,
    reference: SparsePerceptron,
    pieces: Sequence[Piece],
    terms: MarketTerms,
    batches: Sequence[tuple[str, bytes]],
    *,
    stop: bool,
) -> Payout:
    """Score all batches, or not all, in some calls; the reference learns what is kept."""

    def right() -> int:
        return sum(piece.right(reference) for piece in pieces)

    rules = Market(terms, len(batches), right())
    assert chain.view_of(model, market)["record"] == rules.record
    last = draw.randint(0, len(batches) - 1) if stop else len(batches)
    place = 0
    while place < last:
        some = batches[place : min(last, place + draw.randint(1, 3))]
        events = chain.events(chain.score(model, market, place, list(pieces), list(some)), "Scored")
        for (author, data), event in zip(some, events, strict=True):
            kept = reference.state()
            for label, sample in decode_batch(data, reference.shape.features):
                reference.learn(sample, label)
            found = right()
            verdict = rules.score(found)
            if verdict.undone:
                old = restored(reference.shape, kept)
                assert isinstance(old, SparsePerceptron)
                reference.weights, reference.bias = old.weights, old.bias
            assert event["author"] == author
            assert (event["right"], event["paid"], event["undone"]) == (found, verdict.pays, verdict.undone)
        place += len(some)
        assert state_of(chain, model, reference) == reference.state()
        assert chain.view_of(model, market)["record"] == rules.record
    return rules.stop() if stop else rules.end()


def paid(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {who: after[who] - amount for who, amount in before.items() if after[who] != amount}


def expected(
    chain: MarketWorld, terms: MarketTerms, batches: Sequence[tuple[str, bytes]], payout: Payout
) -> dict[str, int]:
    """By whom and how much is gained or lost in the whole market."""
    gains: Counter[str] = Counter({chain.creator: payout.provider - terms.escrow, BURN: payout.burned})
    for (author, _), amount in zip(batches, payout.batches, strict=True):
        gains[author] += amount - terms.stake
    return {who: amount for who, amount in gains.items() if amount}


def state_of(chain: MarketWorld, model: int, reference: SparsePerceptron) -> Any:
    words = chain.view("wordsOf", model, 0, 2**16)
    bias = dict(zip(model_fields(chain), chain.view("modelOf", model), strict=True))["bias"]
    return type(reference.state())(tuple(words), bias=bias)


def model_fields(chain: MarketWorld) -> list[str]:
    return [part["name"] for part in chain.call("modelOf", 1).abi["outputs"][0]["components"]]
