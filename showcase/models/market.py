"""The market: Rose hides mails, and pays for each more of them that her model gets right."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.market import PIECE, MarketTerms
from hyperbounty.models.market_types import MarketOffer, Periods
from hyperbounty.models.pieces import Piece
from hyperbounty.models.rules import DAY
from showcase.models.stage import ETHER, WORDS, open_model

if TYPE_CHECKING:
    from hyperbounty.models.market_types import MarketBatch, ModelMarket
    from hyperbounty.models.types import SharedModel
    from showcase.models.stage import Person, Stage

SHAPE: Final = Shape(Kind.SPARSE_PERCEPTRON, WORDS, step=16)
TERMS: Final = MarketTerms(bounty=ETHER, bond=ETHER // 10, stake=ETHER // 20, batch_size=32, pieces=1)
PERIODS: Final = Periods(start=DAY, contribute=3 * DAY, reveal=DAY, score=DAY)
_DRAWN_AFTER: Final = 8
"""Blocks after the opening."""


@dataclass(frozen=True)
class Scored:
    """A batch that was scored. Amounts are in wei.

    Attributes:
        author: who handed it in.
        wrong: labels of it that were wrong.
        right: hidden mails that the model has right with it.
        paid: to its author, of whose stake this is what is left where it is less.
        undone: the model is as it was before.
    """

    author: Person
    wrong: int
    right: int
    paid: int
    undone: bool


@dataclass(frozen=True)
class PlayedMarket:
    """What came of a market. Amounts are in wei.

    Attributes:
        model: on which it was held.
        before: hidden mails that the model had right at first.
        batches: in their order.
        provider: what Rose got back of bounty, bond and lost stakes.
    """

    model: int
    before: int
    batches: list[Scored]
    provider: int

    @property
    def best(self) -> int:
        """Hidden mails that the model has right at the end: nothing that fell behind was kept."""
        return max([self.before, *(batch.right for batch in self.batches if not batch.undone)])


def play_market(stage: Stage) -> PlayedMarket:
    """Open a perceptron and a market on it, take a batch of each contributor, and have all of them scored."""
    contract, rose, chain = stage.contract, stage.creator, stage.chain
    opened = open_model(stage, SHAPE)
    tested = stage.mails.tested
    hidden = [(int(tested.labels[place]), tested.sample(place)) for place in range(PIECE)]
    piece = Piece.of(hidden, SHAPE.features, secrets.token_bytes(32))
    rose.paid(contract.open_market(rose.account, opened, MarketOffer(TERMS, PERIODS, (piece.hash,)))[1])
    for _ in range(_DRAWN_AFTER + 1):
        chain.advance_to(chain.timestamp() + 12)
    model = contract.model(opened.number)
    rose.paid(contract.draw(rose.account, contract.market(model))[1])
    rose.paid(contract.reveal(rose.account, contract.market(model), 0, piece))
    market = contract.market(model)
    handed_in = [_handed_in(stage, person, model, market) for person in stage.contributors]
    # All pieces are revealed, so that nothing but the end of the contributions is waited for.
    chain.advance_to(market.until)
    for _, batch, _ in handed_in:
        # Rose sends, as anybody could.
        rose.paid(contract.score(rose.account, market, [piece.to_bytes()], [batch]))
    had = chain.balance(rose.address) + rose.fees
    rose.paid(contract.end_market(rose.account, contract.market(model)))
    got = chain.balance(rose.address) + rose.fees - had
    scored = contract.history(contract.model(model.number)).named("Scored")
    batches = [
        Scored(person, wrong, event.args["right"], event.args["paid"], event.args["undone"])
        for (person, _, wrong), event in zip(handed_in, scored, strict=True)
    ]
    return PlayedMarket(model.number, market.record, batches, got)


def _handed_in(
    stage: Stage, person: Person, model: SharedModel, market: ModelMarket
) -> tuple[Person, MarketBatch, int]:
    """The batch of a person, and how many of its labels are wrong."""
    before = person.wrong
    samples = [stage.next_mail(person) for _ in range(TERMS.batch_size)]
    receipt = person.paid(stage.contract.contribute(person.account, model, market, samples))
    return person, stage.contract.contributed(receipt), person.wrong - before
