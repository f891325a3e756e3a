"""What the contract `SharedModels` keeps and shows of markets, typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from hyperbounty.models.batches import batch_digest
from hyperbounty.models.market import MarketTerms
from hyperbounty.money import Asset

DRAW_AFTER: Final = 8
"""Blocks from the opening to the one that draws."""

HASHES_KNOWN: Final = 256
"""For so many blocks a block's hash is known."""


class Phase(IntEnum):
    """Where a market stands. Time moves it as well as calls."""

    NONE = 0
    OPENED = 1
    DRAWN = 2
    CONTRIBUTING = 3
    REVEALING = 4
    SCORING = 5
    SCORED = 6
    NOT_BEGUN = 7
    SILENT = 8
    UNSCORED = 9

    @property
    def label(self) -> str:
        """How people read it."""
        return self.name.lower().replace("_", " ")

    @property
    def over(self) -> bool:
        """Whether nothing but its end is left to do."""
        return self >= Phase.SCORED


@dataclass(frozen=True)
class Periods:
    """How long a market's phases take, in seconds: 1 hour to 90 days each.

    Attributes:
        start: from the draw, in which the drawn piece must be revealed.
        contribute: then, in which batches are taken; an hour longer than the model's refunds wait, at least.
        reveal: then, in which the other pieces must be revealed.
        score: then, until which batches can be scored.
    """

    start: int
    contribute: int
    reveal: int
    score: int


@dataclass(frozen=True)
class MarketOffer:
    """What a market is opened on.

    Attributes:
        terms: what it pays and takes.
        periods: how long its phases take.
        pieces: the hash of each.
    """

    terms: MarketTerms
    periods: Periods
    pieces: tuple[bytes, ...]

    def encoded(self) -> tuple[Any, ...]:
        """The contract's struct `MarketTerms`, field by field."""
        terms, periods = self.terms, self.periods
        waits = (periods.start, periods.contribute, periods.reveal, periods.score)
        return (terms.bounty, terms.bond, terms.stake, terms.batch_size, *waits, list(self.pieces))

    @classmethod
    def decoded(cls, fields: Sequence[Any]) -> MarketOffer:
        """The offer in an event `MarketOpened`."""
        bounty, bond, stake, batch_size, start, contribute, reveal, score, pieces = fields
        return cls(
            MarketTerms(bounty, bond, stake, batch_size, len(pieces)),
            Periods(start, contribute, reveal, score),
            tuple(bytes(piece) for piece in pieces),
        )


@dataclass(frozen=True)
class MarketBatch:
    """A batch that was handed in: what its event says.

    Attributes:
        index: its number in the market, from 0.
        author: who handed it in.
        samples: its bytes (`batches.decode_batch`).
    """

    index: int
    author: str
    samples: bytes

    @classmethod
    def of(cls, args: Mapping[str, Any]) -> MarketBatch:
        """The batch of an event `Contributed`, from the event's arguments."""
        return cls(args["index"], args["author"], bytes(args["samples"]))

    def encoded(self) -> tuple[str, bytes]:
        """The contract's struct `Batch`."""
        return self.author, self.samples

    def key(self) -> tuple[int, str, bytes]:
        """The contract's struct `BatchKey`."""
        return self.index, self.author, batch_digest(self.samples)


@dataclass(frozen=True)
class ModelMarket:
    """A market as it stands on the chain.

    Attributes:
        model: on which it is held.
        number: among the model's markets, from 1.
        phase: where it stands.
        ended: whether it was ended, so that the model rests no longer.
        provider: who opened it.
        asset: of all its money.
        offer: what it was opened on.
        revealed: which pieces are, counted from 0.
        drawn: the piece that was drawn; None before the draw.
        opened_block: of the opening; the eighth after it draws.
        until: when the drawn piece must be revealed, once it is drawn; then, when the taking of batches ends. Unix
            seconds, 0 before the draw.
        batches: how many were handed in.
        scored: how many of them are scored.
        record: the most hidden samples that were right, of the pieces that are revealed.
        escrow: what is held of the bounty, the bond, and what batches lost.
    """

    model: int
    number: int
    phase: Phase
    ended: bool
    provider: str
    asset: Asset
    offer: MarketOffer
    revealed: frozenset[int]
    drawn: int | None
    opened_block: int
    until: int
    batches: int
    scored: int
    record: int
    escrow: int

    @classmethod
    def of(cls, model: int, number: int, view: Mapping[str, Any], asset: Asset) -> ModelMarket:
        """Market `number` of a model, from the struct that the contract shows of it."""
        pieces = tuple(bytes(piece) for piece in view["pieces"])
        terms = MarketTerms(view["bounty"], view["bond"], view["stake"], view["batch_size"], len(pieces))
        periods = Periods(view["start_wait"], view["contribute_wait"], view["reveal_wait"], view["score_wait"])
        return cls(
            model=model,
            number=number,
            phase=Phase(view["phase"]),
            ended=view["ended"],
            provider=view["provider"],
            asset=asset,
            offer=MarketOffer(terms, periods, pieces),
            revealed=frozenset(place for place in range(len(pieces)) if view["revealed"] >> place & 1),
            drawn=view["drawn"] if view["until"] else None,
            opened_block=view["opened_block"],
            until=view["until"],
            batches=view["batches"],
            scored=view["scored"],
            record=view["record"],
            escrow=view["escrow"],
        )

    @property
    def started(self) -> bool:
        """Whether batches were taken."""
        return bool(self.revealed)

    @property
    def drawn_by(self) -> int:
        """The block whose hash draws: the piece can be drawn in the blocks after it, up to `draw_until`."""
        return self.opened_block + DRAW_AFTER

    @property
    def draw_until(self) -> int:
        """The last block in which the piece can be drawn."""
        return self.drawn_by + HASHES_KNOWN

    @property
    def reveal_until(self) -> int:
        """When the other pieces must be revealed, of a market that started; unix seconds."""
        return self.until + self.offer.periods.reveal

    @property
    def score_until(self) -> int:
        """Until when batches can be scored, of a market that started; unix seconds."""
        return self.reveal_until + self.offer.periods.score
