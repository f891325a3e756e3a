"""People who do whatever comes to their minds with shared models: histories for what reads their events."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from typing import Final

from hyperbounty.chain.connection import Chain
from hyperbounty.models.batches import encode_batch
from hyperbounty.models.contract import ModelsContract, parts
from hyperbounty.models.history import ModelEvent
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.market import PIECE, MarketTerms
from hyperbounty.models.market_types import MarketBatch, MarketOffer, ModelMarket, Periods, Phase
from hyperbounty.models.pieces import Piece
from hyperbounty.models.rules import Terms
from hyperbounty.models.types import Entry, Offer, SharedModel, Stage
from hyperbounty.money import COIN
from tests.models.drawn_models import drawn_state
from tests.web.random_play import RandomPlay

SHAPES: Final = (
    Shape(Kind.SPARSE_PERCEPTRON, features=40, step=5),
    Shape(Kind.DENSE_PERCEPTRON, features=3),
    Shape(Kind.NAIVE_BAYES, features=40, classes=3, capacity=4, alpha=16),
    Shape(Kind.SPARSE_CENTROID, features=20, classes=1),
    Shape(Kind.DENSE_CENTROID, features=9, classes=3, capacity=4),
)
MONEY: Final = Terms(weight=60_000, floor_shift=6, refund_wait=600, owner_wait=1_200, any_wait=2_400)
POINTS: Final = Terms(0, 0, refund_wait=600, owner_wait=1_200, any_wait=2_400, min_interval=60)
HOUR: Final = 3_600
PERIODS: Final = Periods(start=HOUR, contribute=2 * HOUR, reveal=HOUR, score=HOUR)
_MOODS: Final = 2  # of the wallet: it accepts, or it rejects


class ModelPlay(RandomPlay):
    """People with shared models, of the shapes that are given."""

    contract: ModelsContract
    gas = 12_000_000

    def __init__(self, chance: random.Random, chain: Chain | None = None, shapes: Sequence[Shape] = SHAPES) -> None:
        super().__init__(chance, chain)
        self._shapes = shapes
        deployed, _ = ModelsContract.deploy(self.chain, self.accounts[0])
        self.contract = ModelsContract.at(self.chain, deployed.address)

    def act(self) -> None:
        """Do one thing: mostly what belongs to where a model stands; or let time pass."""
        models = self.contract.models(range(1, self.contract.count() + 1))
        if not models or (len(models) < 3 and self.chance.random() < 0.1):
            self._open()
            return
        model = self.chance.choice(models)
        acts = _ACTS[model.stage] if self.chance.random() < 0.95 else [a for each in _ACTS.values() for a in each]
        name = self.chance.choice(acts)
        if getattr(self, f"_{name}")(model):
            self.done.append(name)

    # The creator

    def _open(self) -> None:
        chance = self.chance
        shape = chance.choice(self._shapes)
        offer = Offer(shape, chance.choice([MONEY, MONEY, POINTS]), drawn_state(shape, chance))
        if self.send(self.contract.calls.open(offer.encoded()), 1):
            self.done.append("open")

    def _upload(self, model: SharedModel) -> bool:
        state = drawn_state(model.shape, self.chance)
        done = False
        for first, words in list(parts(state.words))[: self.chance.randint(1, 2)]:
            done = self.send(self.contract.calls.upload(model.number, first, list(words)), 1) or done
        return done

    def _publish(self, model: SharedModel) -> bool:
        manifest = hashlib.sha256(b"model %d" % self.chance.randrange(3)).digest()
        return self.send(self.contract.calls.publish(model.number, manifest), 1)

    def _add_class(self, model: SharedModel) -> bool:
        return self.send(self.contract.calls.addClass(model.number, f"class <{model.shape.classes}>"), 1)

    def _close(self, model: SharedModel) -> bool:
        return self.chance.random() < 0.3 and self.send(self.contract.calls.close(model.number), 1)

    # Contributors

    def _add(self, model: SharedModel) -> bool:
        chance = self.chance
        count = chance.choice([1, 1, 3]) if model.terms.weight else 1
        label = chance.randrange(model.shape.classes)
        samples = [(label, model.shape.encode(self._sample(model.shape))) for _ in range(count)]
        due = self.contract.price(model, count) if model.stage is Stage.LIVE and not model.rests else 0
        staked = due * chance.choice([1, 1, 2])
        return self.send(self.contract.calls.add(model.number, staked, samples), self._somebody(), staked)

    def _sample(self, shape: Shape) -> list[int]:
        if shape.facts.sparse:
            return sorted(self.chance.sample(range(shape.features), self.chance.randint(1, 8)))
        return [self.chance.randint(-3_000, 3_000) for _ in range(shape.features)]

    def _somebody(self) -> int | None:
        return self.chance.choice([7, 8, 9, None])

    def _entries(self, model: SharedModel, author: str = "") -> list[Entry]:
        entries = self.contract.history(model, self.chain.confirmed_header()).entries()
        own = [entry for entry in entries if author in ("", entry.author)]
        return self.chance.sample(own, min(len(own), self.chance.randint(1, 4)))

    def _refund(self, model: SharedModel) -> bool:
        done = False
        for who in (7, 8, 9, None):
            for entry in self._entries(model, self._address(who)):
                done = self.send(self.contract.calls.refund(model.number, [entry.encoded()]), who) or done
        return done

    def _address(self, who: int | None) -> str:
        return str(self.wallet.address if who is None else self.accounts[who].address)

    def _report(self, model: SharedModel) -> bool:
        done = False
        for who in (7, 8, 9, None):
            for entry in self._entries(model):
                done = self.send(self.contract.calls.report(model.number, [entry.encoded()]), who) or done
        return done

    def _claim(self, model: SharedModel) -> bool:
        entries = [entry.encoded() for entry in self._entries(model)]
        return self.send(self.contract.calls.claim(model.number, entries), self.chance.choice([1, 7, None]))

    # Markets

    def _market(self, model: SharedModel) -> bool:
        """What comes next in the market on a model, or the first step of one."""
        if not model.rests:
            repaid = model.markets and self._repay(model)
            return bool(repaid) or self._open_market(model)
        market = self.contract.market(model)
        found = bool(getattr(self, f"_{_IN_MARKET[market.phase]}")(model, market))
        if found:
            self.done.append(_IN_MARKET[market.phase])
        return found

    def _open_market(self, model: SharedModel) -> bool:
        chance = self.chance
        if model.shape.kind is not Kind.SPARSE_PERCEPTRON or model.stage is not Stage.LIVE:
            return False
        terms = MarketTerms(
            chance.randint(1, 10**6), chance.choice([0, 999]), chance.randint(1, 10**4), 2, chance.randint(1, 2)
        )
        offer = MarketOffer(terms, PERIODS, tuple(piece.hash for piece in self._pieces(model, terms.pieces)))
        self.done.append("open_market")
        return self.send(self.contract.calls.openMarket(model.number, offer.encoded()), 1, terms.escrow)

    def _pieces(self, model: SharedModel, count: int) -> Iterator[Piece]:
        """The hidden pieces of all markets on a model: the same, also where blocks were taken back."""
        for place in range(count):
            chance = random.Random(f"{model.number} {place}")
            features = range(model.shape.features)
            drawn = [(chance.randrange(2), sorted(chance.sample(features, 5))) for _ in range(PIECE)]
            yield Piece.of(drawn, model.shape.features, chance.randbytes(32))

    def _draw(self, _: SharedModel, market: ModelMarket) -> bool:
        later = market.opened_block + 8
        if self.chance.random() < 0.1:
            later += 256
        while self.chain.confirmed_header().number < later:
            self._wait(1)
        return self.send(self.contract.calls.draw(market.model, market.number), self._somebody())

    def _reveal(self, model: SharedModel, market: ModelMarket) -> bool:
        if self.chance.random() < 0.15:
            return self._wait(HOUR)
        pieces = [*self._pieces(model, market.offer.terms.pieces)]
        place = next(at for at in range(len(pieces)) if at not in market.revealed)
        if market.phase is Phase.DRAWN and market.drawn is not None:
            place = market.drawn
        call = self.contract.calls.reveal(market.model, market.number, place, pieces[place].to_bytes())
        return self.send(call, self.chance.choice([1, None]))

    def _contribute(self, model: SharedModel, market: ModelMarket) -> bool:
        if market.batches and self.chance.random() < 0.3:
            return self._wait(PERIODS.contribute)
        batch = [(self.chance.randrange(2), self._sample(model.shape)) for _ in range(market.offer.terms.batch_size)]
        call = self.contract.calls.contribute(market.model, market.number, encode_batch(batch))
        return self.send(call, self._somebody(), market.offer.terms.stake)

    def _score(self, model: SharedModel, market: ModelMarket) -> bool:
        if self.chance.random() < 0.2:
            return self._wait(HOUR)
        pieces = [piece.to_bytes() for piece in self._pieces(model, market.offer.terms.pieces)]
        batches = self._batches(model, market)[market.scored :][: self.chance.randint(1, 3)]
        encoded = [batch.encoded() for batch in batches]
        call = self.contract.calls.score(market.model, market.number, market.scored, pieces, encoded)
        return self.send(call, self._somebody())

    def _batches(self, model: SharedModel, market: ModelMarket) -> list[MarketBatch]:
        events: Iterator[ModelEvent] = self.contract.history(model, self.chain.confirmed_header()).named("Contributed")
        return [MarketBatch.of(each.args) for each in events if each.args["market"] == market.number]

    def _end_market(self, _: SharedModel, market: ModelMarket) -> bool:
        return self.send(self.contract.calls.endMarket(market.model, market.number), self._somebody())

    def _repay(self, model: SharedModel) -> bool:
        market = self.contract.market(model)
        batches = self._batches(model, market)
        unpaid = [batch for batch, is_it in zip(batches, self.contract.unpaid(market, batches), strict=True) if is_it]
        keys = [batch.key() for batch in self.chance.sample(unpaid, min(len(unpaid), 2))]
        done = bool(keys) and self.send(self.contract.calls.repay(market.model, market.number, keys), self._somebody())
        if done:
            self.done.append("repay")
        return done

    def _wait(self, seconds: int) -> bool:
        self.chain.advance_to(self.chain.timestamp() + seconds)
        return True

    def _pass(self, _: SharedModel) -> bool:
        """Time goes on, a little or past a wait."""
        self.chain.advance_to(self.chain.timestamp() + self.chance.choice([10, 100, 650, 650]))
        return True

    def _mood(self, _: SharedModel) -> bool:
        self.send(self.wallet.functions.behave(self.chance.randrange(_MOODS)), 0)
        return True

    def _take(self, _: SharedModel) -> bool:
        """The wallet's credits go to somebody else."""
        return self.send(self.contract.calls.withdraw(COIN.address, self.accounts[6].address), None)


_IN_MARKET: Final = {
    Phase.OPENED: "draw",
    Phase.DRAWN: "reveal",
    Phase.CONTRIBUTING: "contribute",
    Phase.REVEALING: "reveal",
    Phase.SCORING: "score",
    Phase.SCORED: "end_market",
    Phase.NOT_BEGUN: "end_market",
    Phase.SILENT: "end_market",
    Phase.UNSCORED: "end_market",
}

_ACTS: Final = {
    Stage.DRAFT: ["upload", "publish", "publish"],
    Stage.LIVE: [
        *["add"] * 15,
        *["refund", "report"] * 3,
        "claim",
        *["pass"] * 6,
        "add_class",
        "mood",
        "take",
        "close",
        *["market"] * 10,
    ],
    Stage.CLOSED: ["refund", "report", "claim", "take", "pass", "market"],
}
