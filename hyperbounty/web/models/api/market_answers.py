"""What answers about markets of models are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from hyperbounty.money import Asset
from hyperbounty.web.models.api.answers import Next
from hyperbounty.web.models.markets import ListedMarket, Row
from hyperbounty.web.site.answers import Answer, Described
from hyperbounty.web.site.values import Address, Amount, Hex32, Timestamp

PhaseName = Literal[
    "opened", "drawn", "contributing", "revealing", "scoring", "scored", "not-begun", "silent", "unscored"
]


class MarketFacts(Described):
    """A market, as it stands at the block."""

    market: Annotated[int, Field(description="among the model's markets, from 1")]
    phase: Annotated[PhaseName, Field(description="by the chain's time at the block; of an ended market, how it ended")]
    phase_until: Annotated[Timestamp | None, Field(description="when time ends the phase; null where it does not")]
    ended: Annotated[bool, Field(description="whether somebody ended it: the model rests until then")]
    provider: Address
    bounty: Annotated[Amount, Field(description="for all hidden samples right, from none")]
    bond: Annotated[Amount, Field(description="with which the provider answers for revealing its pieces")]
    stake: Annotated[Amount, Field(description="of each batch")]
    batch_size: Annotated[int, Field(description="samples of a batch")]
    hidden_samples: int
    piece_hashes: list[Hex32]
    drawn_piece: Annotated[int | None, Field(description="counted from 0")]
    revealed_pieces: list[int]
    draw_from_block: int
    draw_until_block: Annotated[int, Field(description="the last one in which the piece can be drawn")]
    start_wait_seconds: int
    contribute_wait_seconds: int
    reveal_wait_seconds: int
    score_wait_seconds: int
    first_reveal_until: Timestamp | None
    batches_until: Timestamp | None
    reveal_until: Timestamp | None
    score_until: Timestamp | None
    batch_count: int
    scored_count: int
    unpaid_count: Annotated[int, Field(description="batches of an ended market whose authors can be repaid")]
    right_before: Annotated[
        int, Field(description="hidden samples that were right before the first batch, as revealed")
    ]
    record: Annotated[int, Field(description="the most that were right")]
    escrow: Annotated[Amount, Field(description="held of bounty, bond and lost stakes")]
    to_provider: Annotated[Amount | None, Field(description="what it got at the end")]
    burned: Amount | None
    opened_at: Timestamp
    started_at: Annotated[Timestamp | None, Field(description="when batches began to be taken")]
    ended_at: Timestamp | None
    transaction: Annotated[Hex32, Field(description="that opened it")]


class BatchFacts(Described):
    """A batch that was handed in to a market, and what came of it."""

    batch: Annotated[int, Field(description="its number in the market, from 0")]
    author: Address
    digest: Annotated[Hex32, Field(description="Keccak-256 of its samples")]
    right: Annotated[
        int | None, Field(description="hidden samples that were right with it; null where it is not scored")
    ]
    undone: Annotated[bool | None, Field(description="whether the model forgot it again")]
    paid: Annotated[Amount | None, Field(description="what its author got; null where that is still to come")]
    at: Timestamp
    paid_at: Timestamp | None
    transaction: Hex32

    @classmethod
    def of(cls, row: Row, asset: Asset) -> BatchFacts:
        """A row of `BATCHES`."""
        paid = row["repaid"] if row["paid"] is None else row["paid"]
        return cls(
            batch=row["number"],
            author=row["author"],
            digest="0x" + row["digest"].hex(),
            right=row["right"],
            undone=row["undone"],
            paid=None if paid is None else Amount.of(paid, asset),
            at=row["at"],
            paid_at=row["paid_at"],
            transaction="0x" + row["transaction"].hex(),
        )


class MarketList(Answer):
    """Markets of a model, the latest first."""

    model: int
    markets: list[MarketFacts]
    next: Next


class MarketAnswer(Answer, MarketFacts):
    """One market, with its batches in their order."""

    model: int
    batches: list[BatchFacts]
    next: Annotated[str | None, Field(description="the cursor of the batches that follow; null where none do")]


def market_fields(each: ListedMarket, asset: Asset) -> dict[str, Any]:
    """The fields of `MarketFacts`."""
    row = each.row
    amounts = {name: Amount.of(row[name], asset) for name in ("bounty", "bond", "stake", "escrow")}
    same = ("provider", "batch_size", "right_before", "record", "opened_at", "started_at", "ended_at")
    return {
        **amounts,
        **{name: row[name] for name in same},
        **{f"{name}_wait_seconds": row[f"{name}_wait"] for name in ("start", "contribute", "reveal", "score")},
        "market": each.number,
        "phase": each.phase.label.replace(" ", "-"),
        "phase_until": each.until,
        "ended": each.ended,
        "hidden_samples": each.hidden,
        "piece_hashes": ["0x" + piece.hex() for piece in each.hashes],
        "drawn_piece": row["drawn"],
        "revealed_pieces": each.revealed,
        "draw_from_block": each.draw_blocks.start,
        "draw_until_block": each.draw_blocks.stop - 1,
        "first_reveal_until": each.first_reveal_until,
        "batches_until": each.batches_until,
        "reveal_until": each.reveal_until,
        "score_until": each.score_until,
        "batch_count": row["batches"],
        "scored_count": row["scored"],
        "unpaid_count": each.unpaid,
        "to_provider": Amount.of(row["to_provider"], asset) if each.ended else None,
        "burned": Amount.of(row["burned"], asset) if each.ended else None,
        "transaction": "0x" + row["opened_transaction"].hex(),
    }
