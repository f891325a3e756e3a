"""Whole markets on the embedded chain, through the client, and replayed to the last unit."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from hyperbounty.chain.connection import Chain
from hyperbounty.chain.development import development_account
from hyperbounty.errors import InvalidInput, TransactionReverted
from hyperbounty.models.batches import decode_batch
from hyperbounty.models.class_names import ClassNames
from hyperbounty.models.contract import ModelsContract
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.market import MarketTerms
from hyperbounty.models.market_types import MarketBatch, MarketOffer, ModelMarket, Periods, Phase
from hyperbounty.models.pieces import Piece
from hyperbounty.models.replay import Replay
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.samples import Sample
from hyperbounty.models.show.happened import happened
from hyperbounty.models.types import Offer, SharedModel

CREATOR, ADA, BOB = (development_account(number) for number in range(3))
SHAPE = Shape(Kind.SPARSE_PERCEPTRON, 24, step=3)
TERMS = Terms(weight=10**15, floor_shift=10, refund_wait=DAY, owner_wait=5 * DAY, any_wait=9 * DAY)
PERIODS = Periods(start=7_200, contribute=2 * DAY, reveal=DAY, score=DAY)
Samples = list[tuple[int, Sample]]


@pytest.fixture(scope="module")
def contract() -> Iterator[ModelsContract]:
    with Chain.embedded() as chain:
        deployed, _ = ModelsContract.deploy(chain, CREATOR)
        yield ModelsContract.at(chain, deployed.address)


def told(contract: ModelsContract, model: SharedModel) -> list[tuple[str, str, str]]:
    """What happened to the model: what, who, and what else there is to say."""
    events = contract.history(model).events
    times = contract.chain.times_of(event.block for event in events)
    names = ClassNames(())
    found = happened(model, events, times, names, 0, len(events))
    return [(each.what, each.account, each.text) for each in found]


class Fair:
    """A market on two pieces, from its opening on."""

    def __init__(self, contract: ModelsContract, seed: int) -> None:
        self.contract = contract
        self._draw = random.Random(seed)
        self._truth = SparsePerceptron(SHAPE, [self._draw.randint(-9, 9) for _ in range(SHAPE.features)])
        number, _ = contract.open(CREATOR, Offer(SHAPE, TERMS, SparsePerceptron(SHAPE, [0] * SHAPE.features).state()))
        contract.publish(CREATOR, number, b"\x07" * 32)
        self.pieces = [Piece.of(self.samples(256), SHAPE.features, self._draw.randbytes(32)) for _ in range(2)]
        offer = MarketOffer(MarketTerms(10**18, 10**17, 10**16, 4, 2), PERIODS, tuple(p.hash for p in self.pieces))
        contract.open_market(CREATOR, contract.model(number), offer)
        self.model = contract.model(number)

    def samples(self, count: int) -> Samples:
        """Of the truth."""
        drawn = [sorted(self._draw.sample(range(SHAPE.features), 6)) for _ in range(count)]
        return [(self._truth.predict(sample), sample) for sample in drawn]

    @property
    def market(self) -> ModelMarket:
        return self.contract.market(self.model)

    def phase(self) -> Phase:
        return self.market.phase

    def start(self) -> int:
        """Draw, and reveal what was drawn."""
        for _ in range(9):
            self.wait(12)
        drawn, _ = self.contract.draw(BOB, self.market)
        self.contract.reveal(CREATOR, self.market, drawn, self.pieces[drawn])
        return drawn

    def hand_in(self) -> list[MarketBatch]:
        """Two batches of the truth, and one that says the contrary."""
        found = []
        for author, truth in ((ADA, 1), (BOB, 0), (ADA, 1)):
            batch = [(label if truth else 1 - label, sample) for label, sample in self.samples(4)]
            receipt = self.contract.contribute(author, self.model, self.market, batch)
            found.append(self.contract.contributed(receipt))
            assert decode_batch(found[-1].samples, SHAPE.features) == tuple((k, tuple(s)) for k, s in batch)
        return found

    def wait(self, seconds: int) -> None:
        chain = self.contract.chain
        chain.advance_to(chain.timestamp() + seconds)

    def checked(self) -> Replay:
        """All events replayed, with nothing that is not as the rules say."""
        history = self.contract.history(self.model)
        replay = Replay(self.contract.chain.times_of(event.block for event in history.named("Published")))
        replay.play(history.events)
        assert replay.compare(self.contract.state(self.model)) == []
        model = self.contract.model(self.model.number)
        assert (replay.markets.count, replay.markets.rests) == (model.markets, model.rests)
        return replay


def test_a_market_is_scored_and_paid_as_the_replay_says(contract: ModelsContract) -> None:
    fair = Fair(contract, 1)
    assert fair.model.rests
    with pytest.raises(TransactionReverted, match="takes no samples until it has ended"):
        contract.add(ADA, fair.model, [(1, [3])], stake=10**15)
    drawn = fair.start()
    batches = fair.hand_in()
    assert fair.phase() is Phase.CONTRIBUTING
    fair.wait(2 * DAY)
    contract.reveal(CREATOR, fair.market, 1 - drawn, fair.pieces[1 - drawn])
    pieces = [piece.to_bytes() for piece in fair.pieces]
    contract.score(BOB, fair.market, pieces, batches[:1])
    with pytest.raises(TransactionReverted, match="batch 1 is the next one to score, not 0"):
        contract.score(BOB, fair.market, pieces, batches[:1])
    contract.score(BOB, fair.market, pieces, batches[1:])
    assert fair.phase() is Phase.SCORED
    assert fair.checked().left == fair.market.escrow
    contract.end_market(BOB, fair.market)
    assert fair.checked().left == 0
    said = told(contract, fair.model)
    assert [what for what, _, _ in said[2:]] == [
        *("market-opened", "piece-drawn", "piece-revealed"),
        *["batch-handed-in"] * 3,
        "piece-revealed",
        *["batch-scored"] * 3,
        "market-ended",
    ]
    assert [account for what, account, _ in said if what == "batch-scored"] == [b.author for b in batches]
    assert next(text for what, _, text in said if what == "batch-handed-in") == "market 1, batch 1"
    assert not contract.model(fair.model.number).rests


def test_after_silence_every_batch_is_repaid_as_the_replay_says(contract: ModelsContract) -> None:
    fair = Fair(contract, 2)
    fair.start()
    batches = fair.hand_in()
    fair.wait(3 * DAY)
    assert fair.phase() is Phase.SILENT
    contract.end_market(BOB, fair.market)
    assert contract.unpaid(fair.market, batches) == [True] * 3
    contract.repay(BOB, fair.market, batches[1:])
    assert contract.unpaid(fair.market, batches) == [True, False, False]
    assert fair.checked().left == 2 * 10**16
    contract.repay(BOB, fair.market, batches[:1])
    assert fair.checked().left == 0


def test_a_replay_names_what_a_node_made_up(contract: ModelsContract) -> None:
    fair = Fair(contract, 3)
    fair.start()
    fair.hand_in()
    events = list(contract.history(fair.model).events)
    for event in events:
        if event.name == "Revealed":
            event.args["right"] += 1
    replay = Replay({event.block: 0 for event in events})
    replay.play(events)
    assert next(difference.what for difference in replay.differences).startswith("right of piece")


def test_what_is_no_batch_of_the_market_is_refused_before_it_is_sent(contract: ModelsContract) -> None:
    fair = Fair(contract, 4)
    fair.start()
    with pytest.raises(InvalidInput, match="that is a batch of this market"):
        contract.contribute(ADA, fair.model, fair.market, fair.samples(3))
    with pytest.raises(InvalidInput, match="there is no market 2 on model"):
        contract.market(fair.model, 2)
