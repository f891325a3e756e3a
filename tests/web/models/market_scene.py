"""A market on a model, played phase by phase under an index: what pages and answers of markets are tried on."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from eth_account.signers.local import LocalAccount

from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.market import MarketTerms
from hyperbounty.models.market_types import MarketBatch, MarketOffer, ModelMarket, Periods
from hyperbounty.models.pieces import Piece
from hyperbounty.models.types import SharedModel
from tests.web.models.model_scene import DAY, SPAM, WORDS, ModelScene, spam_model

HOUR: Final = 3_600
PERIODS: Final = Periods(start=2 * HOUR, contribute=2 * DAY, reveal=DAY, score=DAY)
BLOCK_S: Final = 12
ETHER: Final = 10**18


@dataclass
class MarketPlay:
    """A market on one model, and those who take part.

    Attributes:
        number: of the model.
    """

    scene: ModelScene
    number: int
    pieces: tuple[Piece, ...]

    @property
    def model(self) -> SharedModel:
        """As the contract has it now."""
        return self.scene.contract.model(self.number)

    @property
    def market(self) -> ModelMarket:
        """The last one, as the contract has it now."""
        return self.scene.contract.market(self.model)

    def open(self) -> None:
        """Open a market on all pieces."""
        terms = MarketTerms(ETHER, ETHER // 10, ETHER // 50, batch_size=4, pieces=len(self.pieces))
        offer = MarketOffer(terms, PERIODS, tuple(piece.hash for piece in self.pieces))
        self.scene.contract.open_market(self.scene.creator, self.model, offer)

    def pass_blocks(self, count: int) -> None:
        """Mine empty blocks."""
        for _ in range(count):
            self.scene.pass_time(BLOCK_S)

    def draw(self) -> None:
        """Have a piece drawn."""
        self.pass_blocks(9)
        self.scene.contract.draw(self.scene.accounts[5], self.market)

    def reveal(self, *places: int) -> None:
        """Reveal these pieces."""
        for place in places:
            self.scene.contract.reveal(self.scene.creator, self.market, place, self.pieces[place])

    @property
    def rest(self) -> list[int]:
        """The pieces that were not drawn."""
        return [place for place in range(len(self.pieces)) if place != self.market.drawn]

    def start(self) -> None:
        """Up to the taking of batches."""
        self.draw()
        assert self.market.drawn is not None
        self.reveal(self.market.drawn)

    def hand_in(self, author: LocalAccount, samples: list[tuple[int, list[int]]]) -> MarketBatch:
        """Hand in a batch."""
        receipt = self.scene.contract.contribute(author, self.model, self.market, samples)
        return self.scene.contract.contributed(receipt)

    def score(self, batches: list[MarketBatch]) -> None:
        """Have batches scored."""
        pieces = [piece.to_bytes() for piece in self.pieces]
        self.scene.contract.score(self.scene.accounts[5], self.market, pieces, batches)


def market_play(scene: ModelScene) -> MarketPlay:
    """A model of texts with two hidden pieces of what is true of them; no market is open yet."""
    model = spam_model(scene, SPAM, "market")
    chance = random.Random("hidden")
    truth = SparsePerceptron(model.shape, [chance.randint(-9, 9) for _ in WORDS])
    pieces = []
    for _ in range(2):
        drawn = [sorted(chance.sample(range(len(WORDS)), 3)) for _ in range(256)]
        samples = [(truth.predict(sample), sample) for sample in drawn]
        pieces.append(Piece.of(samples, len(WORDS), chance.randbytes(32)))
    return MarketPlay(scene, model.number, tuple(pieces))


def true_batch(play: MarketPlay, seed: int, *, lies: bool = False) -> list[tuple[int, list[int]]]:
    """A batch of hidden samples, or of their contraries."""
    chance = random.Random(seed)
    known = chance.sample(play.pieces[0].samples(), 4)
    return [(1 - label if lies else label, list(sample)) for label, sample in known]


def play_market(scene: ModelScene) -> None:
    """A model on which a market takes batches."""
    play = market_play(scene)
    play.open()
    play.start()
    play.hand_in(scene.accounts[6], true_batch(play, 1))
