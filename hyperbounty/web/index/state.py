"""How far the index is and how it does: what a page says of it beside what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from hyperbounty.web.index.tables import STATE


class Status(StrEnum):
    """What the process of the index does.

    READING: it reads the history; until it is through, some subjects may be shown as they were and others as they are.
    FOLLOWING: the tables are those of the block that it names.
    WAITING: the node does not answer, is behind, or answers what it does not bear out.
    STOPPED: it cannot go on by itself.
    """

    READING = "reading"
    FOLLOWING = "following"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True)
class State:
    """How far the index is.

    Attributes:
        chain_id: of the chain.
        genesis: hash of the chain's first block; None where its node does not show that.
        first_block, first_hash: the first block that was read, and its hash; None before that.
        owner: names the process that may write.
        version: goes up whenever a table may show something else.
        era: tells this index from another one, whose versions are others.
        block, block_hash, block_time: that the tables speak of; None before the history was read.
        head: the node's latest block; None before it was asked.
        target: the block that the history is read to; None likewise.
        status, reason, next_step, since: what it does, why, what to do about it, and since when (unix seconds).
    """

    chain_id: int
    genesis: bytes | None
    first_block: int | None
    first_hash: bytes | None
    owner: str
    version: int
    era: str
    block: int | None
    block_hash: bytes | None
    block_time: int | None
    head: int | None
    target: int | None
    status: Status
    reason: str
    next_step: str
    since: float

    @property
    def behind(self) -> int | None:
        """How many blocks of the node are not in the tables yet; None while nobody knows."""
        if self.head is None:
            return None
        return max(0, self.head - (-1 if self.block is None else self.block))


def read_state(connection: Connection) -> State | None:
    """How far the index is; None where no index was begun in this database."""
    row = connection.execute(select(STATE)).mappings().first()
    if row is None:
        return None
    fields = {name: value for name, value in row.items() if name != "id"}
    return State(**{**fields, "status": Status(row["status"])})
