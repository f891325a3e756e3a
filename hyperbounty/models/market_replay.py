"""The events of a model's markets played again: every piece, batch, score and payment held against the rules.

When a call was made is not held against the market's times: who ended it how is, by what was revealed and scored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hyperbounty.models.batches import decode_batch
from hyperbounty.models.history import MARKET_EVENTS, ModelEvent
from hyperbounty.models.kinds import Model
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.market import Market, Payout, kept_silent, not_begun
from hyperbounty.models.market_types import MarketBatch, MarketOffer, Phase
from hyperbounty.models.pieces import Piece

_OVER: Final = frozenset({Phase.SCORED, Phase.NOT_BEGUN, Phase.SILENT, Phase.UNSCORED})


@dataclass
class _Played:
    """A market as far as its events were gone through."""

    offer: MarketOffer
    escrow: int
    drawn: int | None = None
    pieces: dict[int, list[tuple[int, tuple[int, ...]]]] = field(default_factory=dict)
    batches: list[MarketBatch] = field(default_factory=list)
    rules: Market | None = None
    scored: int = 0
    repaid: set[int] = field(default_factory=set)
    payout: Payout | None = None

    @property
    def hidden(self) -> list[tuple[int, tuple[int, ...]]]:
        """All hidden samples that are revealed."""
        return [sample for _, piece in sorted(self.pieces.items()) for sample in piece]

    @property
    def held(self) -> int:
        """What the contract holds of the market: the escrow, and the stakes of batches that were not paid."""
        return self.escrow + self.offer.terms.stake * (len(self.batches) - self.scored - len(self.repaid))


class MarketReplay:
    """All markets of a model while its events are gone through.

    Args:
        differ: told what is not as the rules say: what, what is expected, and what was found.
    """

    def __init__(self, differ: Callable[[str, str, str], None]) -> None:
        self._differ = differ
        self._markets: dict[int, _Played] = {}

    @property
    def held(self) -> int:
        """What the contract holds of all of them by the rules, in the smallest unit."""
        return sum(market.held for market in self._markets.values())

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self._markets)

    @property
    def rests(self) -> bool:
        """Whether one of them has not ended, so that the model rests."""
        return any(market.payout is None for market in self._markets.values())

    def play(self, event: ModelEvent, model: Model) -> None:
        """Go through one event of a market.

        Args:
            event: one of `MARKET_EVENTS`.
            model: the reference as it was before; a batch that is kept changes it.
        """
        assert event.name in MARKET_EVENTS
        number = event.args["market"]
        if event.name == "MarketOpened":
            self._opened(number, event)
            return
        market = self._markets.get(number)
        if market is None or not isinstance(model, SparsePerceptron):
            self._differ(f"{event.name} in market {number}", "nothing: it was never opened", "it happened")
            return
        name = f"market {number}"
        if event.name == "Drawn":
            market.drawn = event.args["piece"]
        elif event.name == "Revealed":
            self._revealed(name, market, event, model)
        elif event.name == "Contributed":
            market.batches.append(MarketBatch.of(event.args))
            self._same(f"number of a batch in {name}", len(market.batches) - 1, event.args["index"])
        elif event.name == "Scored":
            self._scored(name, market, event, model)
        elif event.name == "MarketEnded":
            self._ended(name, market, event)
        else:
            self._repaid(name, market, event)

    def _opened(self, number: int, event: ModelEvent) -> None:
        self._same("number of a market", len(self._markets) + 1, number)
        if self.rests:
            self._differ(f"opening of market {number}", "nothing: another market had not ended", "it happened")
        offer = MarketOffer.decoded(event.args["terms"])
        self._markets[number] = _Played(offer, offer.terms.escrow)

    def _revealed(self, name: str, market: _Played, event: ModelEvent, model: SparsePerceptron) -> None:
        index, data = event.args["piece"], bytes(event.args["data"])
        piece = Piece.from_bytes(data)
        self._same(f"hash of piece {index} in {name}", market.offer.pieces[index].hex(), piece.hash.hex())
        if not market.pieces:
            self._same(f"piece revealed first in {name}", market.drawn, index)
        market.pieces[index] = piece.samples()
        self._same(f"right of piece {index} in {name}", _right(model, market.pieces[index]), event.args["right"])

    def _scored(self, name: str, market: _Played, event: ModelEvent, model: SparsePerceptron) -> None:
        index = event.args["index"]
        what = f"score of batch {index} in {name}"
        if index != market.scored or index >= len(market.batches) or len(market.pieces) < len(market.offer.pieces):
            self._differ(what, f"batch {market.scored} of {len(market.batches)} next", "it was scored")
            return
        batch = market.batches[index]
        self._same(f"author of batch {index} in {name}", batch.author, event.args["author"])
        hidden = market.hidden
        if market.rules is None:
            market.rules = Market(market.offer.terms, len(market.batches), _right(model, hidden))
        weights, bias = list(model.weights), model.bias
        for label, sample in decode_batch(batch.samples, model.shape.features):
            model.learn(sample, label)
        right = _right(model, hidden)
        verdict = market.rules.score(right)
        if verdict.undone:
            model.weights, model.bias = weights, bias
        found = (event.args["right"], event.args["paid"], event.args["undone"])
        self._same(what, (right, verdict.pays, verdict.undone), found)
        market.escrow += market.offer.terms.stake - verdict.pays
        market.scored += 1

    def _ended(self, name: str, market: _Played, event: ModelEvent) -> None:
        outcome = Phase(event.args["outcome"])
        payout = self._payout(market, outcome)
        if payout is None or market.payout is not None:
            self._differ(f"end of {name}", "another one, by what was revealed and scored", outcome.label)
            market.payout = Payout((), 0, 0)
            return
        found = (event.args["toProvider"], event.args["burned"])
        self._same(f"end of {name}", (payout.provider, payout.burned), found)
        market.escrow -= payout.provider + payout.burned
        market.payout = payout

    @staticmethod
    def _payout(market: _Played, outcome: Phase) -> Payout | None:
        """What this end pays, if it can be the market's."""
        terms, batches = market.offer.terms, len(market.batches)
        revealed, all_revealed = len(market.pieces), len(market.pieces) == len(market.offer.pieces)
        if outcome is Phase.NOT_BEGUN:
            return None if revealed else not_begun(terms)
        if outcome is Phase.SILENT:
            return kept_silent(terms, batches) if revealed and not all_revealed else None
        rules = market.rules or Market(terms, batches, 0)
        if not all_revealed or (outcome is Phase.SCORED) != (market.scored == batches):
            return None
        return rules.stop() if outcome in _OVER else None

    def _repaid(self, name: str, market: _Played, event: ModelEvent) -> None:
        index = event.args["index"]
        what = f"repayment of batch {index} in {name}"
        if market.payout is None or index in market.repaid or not market.scored <= index < len(market.batches):
            self._differ(what, "nothing: it is not due", str(event.args["amount"]))
            return
        amount = market.payout.batches[index]
        self._same(what, (market.batches[index].author, amount), (event.args["author"], event.args["amount"]))
        market.repaid.add(index)
        market.escrow -= amount - market.offer.terms.stake

    def _same(self, what: str, expected: object, found: object) -> None:
        if expected != found:
            self._differ(what, str(expected), str(found))


def _right(model: SparsePerceptron, samples: list[tuple[int, tuple[int, ...]]]) -> int:
    """Of how many samples the model says the label."""
    return sum(model.predict(sample) == label for label, sample in samples)
