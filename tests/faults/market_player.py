"""A program that plays a whole market, the provider's part and a contributor's: what is killed and started again."""

from __future__ import annotations

import random
from pathlib import Path

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainUnavailable
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.market import MarketTerms
from hyperbounty.models.market_types import MarketOffer, Periods
from hyperbounty.models.rules import DAY
from hyperbounty.models.show.market import look_at_market
from organizer.models.markets import find_hidden, hide, open_market_once, reveal_due
from participant.models.markets import Batch, end_all, score_all

SHAPE = Shape(Kind.SPARSE_PERCEPTRON, 12, step=3)
TERMS = MarketTerms(bounty=10**18, bond=10**17, stake=10**16, batch_size=4, pieces=1)
PERIODS = Periods(start=DAY, contribute=2 * DAY, reveal=DAY, score=40 * DAY)
PROVIDER, CONTRIBUTOR = 3, 4


def play_all(url: str, home: Path, address: str, number: int) -> None:
    """Play the market on model `number`, as the commands do that are given again after each crash or outage."""
    while True:
        try:
            with Chain.connect(url, policy=SendingPolicy(outage_seconds=20), journal=home, sleep=_no_pause) as chain:
                _play(ModelsContract(chain, address), home / "hidden-pieces", number)
        except ChainUnavailable:
            continue
        return


def _play(contract: ModelsContract, folder: Path, number: int) -> None:
    chain, provider, contributor = contract.chain, development_account(PROVIDER), development_account(CONTRIBUTOR)
    draw = random.Random(number)
    samples = [(draw.randrange(2), tuple(sorted(draw.sample(range(SHAPE.features), 3)))) for _ in range(260)]
    model = contract.model(number)
    hidden = hide(folder, (chain.identity, contract.address, number), samples, 1, SHAPE.features)
    offer = MarketOffer(TERMS, PERIODS, tuple(piece.hash for piece in hidden.pieces))
    open_market_once(contract, provider, model, offer, hidden, lambda _: None)
    market = contract.market(contract.model(number))
    while not market.ended and chain.confirmed_block() <= market.drawn_by:
        chain.advance_to(chain.timestamp() + 12)
    market = contract.market(model := contract.model(number))
    reveal_due(contract, provider, model, market, find_hidden(folder, market))
    facts = look_at_market(contract, number)
    batch = Batch(contract, contributor, facts, samples[:4])
    if batch.before() is None:
        batch.check()
        batch.send()
    if chain.timestamp() < facts.market.until:
        chain.advance_to(facts.market.until)
    if not look_at_market(contract, number).market.ended:
        list(score_all(contract, contributor, number))
    list(end_all(contract, contributor, look_at_market(contract, number)))


def _no_pause(_: float) -> None:
    """Retry at once: the faults of a test do not need time to pass."""
