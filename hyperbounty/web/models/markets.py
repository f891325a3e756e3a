"""Markets of models and their batches out of the index, in the order in which pages and answers list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from hyperbounty.models.market import PIECE
from hyperbounty.models.market_types import Phase
from hyperbounty.web.models.index.phases import all_revealed, draw_blocks, phase_of, reveal_until, score_until
from hyperbounty.web.models.index.tables import BATCHES, MARKETS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Snapshot

Row = Mapping[str, Any]

_BATCH: Final = [column for column in BATCHES.c if column.name != "samples"]


@dataclass(frozen=True)
class ListedMarket:
    """A market, as it stands at the block of the index.

    Attributes:
        row: of `MARKETS`.
        phase: by the chain's time and the number of the block.
    """

    row: Row
    phase: Phase

    @property
    def number(self) -> int:
        """Among the model's markets, from 1."""
        return int(self.row["number"])

    @property
    def ended(self) -> bool:
        """Whether somebody ended it, so that the model rests no longer."""
        return self.row["ended_at"] is not None

    @property
    def started(self) -> bool:
        """Whether batches were taken."""
        return self.row["started_at"] is not None

    @property
    def hidden(self) -> int:
        """All hidden samples."""
        return int(self.row["pieces"]) * PIECE

    @property
    def all_revealed(self) -> bool:
        """Whether every hidden sample is public."""
        return all_revealed(self.row)

    @property
    def revealed(self) -> list[int]:
        """The pieces that are, counted from 0."""
        return [place for place in range(self.row["pieces"]) if self.row["revealed"] >> place & 1]

    @property
    def hashes(self) -> list[bytes]:
        """Of the pieces."""
        joined = self.row["hashes"]
        return [joined[start : start + 32] for start in range(0, len(joined), 32)]

    @property
    def draw_blocks(self) -> range:
        """In which its piece can be drawn."""
        return draw_blocks(self.row)

    @property
    def first_reveal_until(self) -> int | None:
        """When the drawn piece must be revealed, in unix seconds; None before the draw, and once it is."""
        return None if self.started or not self.row["until"] else int(self.row["until"])

    @property
    def batches_until(self) -> int | None:
        """When the taking of batches ends, in unix seconds; None before it begins, as with the next two."""
        return int(self.row["until"]) if self.started else None

    @property
    def reveal_until(self) -> int | None:
        """When the other pieces must be revealed."""
        return reveal_until(self.row) if self.started else None

    @property
    def score_until(self) -> int | None:
        """Until when batches can be scored."""
        return score_until(self.row) if self.started else None

    @property
    def until(self) -> int | None:
        """When time ends the phase, in unix seconds; None where it does not."""
        return {
            Phase.DRAWN: self.first_reveal_until,
            Phase.CONTRIBUTING: self.batches_until,
            Phase.REVEALING: self.reveal_until,
            Phase.SCORING: self.score_until,
        }.get(self.phase)

    @property
    def unpaid(self) -> int:
        """Batches whose authors can be repaid: of an ended market, those that were neither scored nor repaid."""
        row = self.row
        return int(row["batches"] - row["scored"] - row["repaid"]) if self.ended else 0


def markets_of(
    snapshot: Snapshot, model: Row, *, before: int | None = None, number: int | None = None, most: int
) -> list[ListedMarket]:
    """Markets of a model, the latest first.

    Args:
        snapshot: of the index.
        model: row of `MODELS`.
        before: only those with a lower number.
        number: only this one.
        most: how many.
    """
    wanted = select(MARKETS).where(MARKETS.c.contract == model["contract"], MARKETS.c.subject == model["subject"])
    if before is not None:
        wanted = wanted.where(MARKETS.c.number < before)
    if number is not None:
        wanted = wanted.where(MARKETS.c.number == number)
    found = snapshot.connection.execute(wanted.order_by(MARKETS.c.number.desc()).limit(most)).mappings()
    return [listed_market(snapshot, dict(row)) for row in found]


def market_at(snapshot: Snapshot, model: Row, number: int) -> ListedMarket:
    """A market of a model.

    Raises:
        NotHere: there was none of this number.
    """
    found = markets_of(snapshot, model, number=number, most=1)
    if not found:
        raise NotHere(f"there is no market {number} of this model", "choose one of the list of its markets")
    return found[0]


def listed_market(snapshot: Snapshot, row: Row) -> ListedMarket:
    """A row of `MARKETS` at the block of the index."""
    return ListedMarket(row, phase_of(row, snapshot.state.block or 0, snapshot.now))


def batches_of(rows: Connection, market: Row, *, after: int = -1, most: int) -> list[Row]:
    """The batches of a market in their order, after number `after`; without their samples."""
    wanted = select(*_BATCH).where(
        BATCHES.c.contract == market["contract"],
        BATCHES.c.subject == market["subject"],
        BATCHES.c.market == market["number"],
        BATCHES.c.number > after,
    )
    return [dict(row) for row in rows.execute(wanted.order_by(BATCHES.c.number).limit(most)).mappings()]


def batches_numbered(rows: Connection, market: Row, numbers: Sequence[int]) -> list[Row]:
    """These batches of a market, without their samples.

    Raises:
        NotHere: one of them was not handed in.
    """
    found = {
        row["number"]: row
        for row in rows.execute(
            select(*_BATCH).where(
                BATCHES.c.contract == market["contract"],
                BATCHES.c.subject == market["subject"],
                BATCHES.c.market == market["number"],
                BATCHES.c.number.in_(numbers),
            )
        ).mappings()
    }
    missing = set(numbers) - found.keys()
    if missing:
        raise NotHere(f"there is no batch {min(missing)} of this market", "choose one of the list of its batches")
    return [dict(found[number]) for number in sorted(found)]


def shown_until(market: ListedMarket, now: int) -> int | None:
    """When what is shown of a market is old, in unix seconds, though nothing happens; None where that is never.

    A draw is due by blocks, which the index does not foresee.
    """
    return now + 60 if market.phase is Phase.OPENED else market.until
