"""The events of a subject, decoded: all at once, or part by part onto the rows that earlier ones came to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select, tuple_

from hyperbounty.web.index.family import Family, IndexedEvent
from hyperbounty.web.index.tables import LOGS

WORD: Final = 32
# What a part holds in memory, whatever strangers put into their events.
_EVENTS_A_PART: Final = 2_000
_BYTES_A_PART: Final = 4 * 1024 * 1024
_VALUES_A_LOOK: Final = 500
_PLACE: Final = tuple_(LOGS.c.block, LOGS.c.position)
Place = tuple[int, int]
"""Of an event: the number of its block, and its place among the logs of that."""


@dataclass(frozen=True)
class IndexedContract:
    """A contract whose logs are read.

    Attributes:
        id: its number in the tables.
        family: that it is of.
        address: with its checksum.
        from_block: number of the first block that may have logs of it.
    """

    id: int
    family: Family
    address: str
    from_block: int


@dataclass(frozen=True)
class EarlierRows:
    """The rows of one subject, as `Before` has them.

    Attributes:
        connection: of the transaction that folds.
        contract: its number in the tables.
        subject: whose.
    """

    connection: Connection
    contract: int
    subject: str

    def rows(self, table: Table, column: str = "", values: Collection[object] = ()) -> list[Mapping[str, Any]]:
        """See `Before`."""
        wanted = select(table).where(table.c.contract == self.contract, table.c.subject == self.subject)
        if not column:
            return [*self.connection.execute(wanted).mappings()]
        found: list[Mapping[str, Any]] = []
        each = list(values)
        for start in range(0, len(each), _VALUES_A_LOOK):
            some = wanted.where(table.c[column].in_(each[start : start + _VALUES_A_LOOK]))
            found.extend(dict(row) for row in self.connection.execute(some).mappings())
        return found


def events_of(connection: Connection, contract: IndexedContract, subject: str) -> list[IndexedEvent]:
    """The events of a subject, in the order of the chain."""
    return _decoded(connection, contract, _logs_of(contract, subject))


def parts_of(
    connection: Connection, contract: IndexedContract, subject: str, after: Place | None
) -> Iterator[tuple[Place, list[IndexedEvent]]]:
    """The events of a subject after a place, or all, in parts that memory holds; each with where it ends."""
    while True:
        later = _logs_of(contract, subject)
        if after is not None:
            later &= tuple_(*after) < _PLACE
        end = _end_of_part(connection, later)
        if end is None:
            return
        yield end, _decoded(connection, contract, later & (tuple_(*end) >= _PLACE))
        after = end


def _end_of_part(connection: Connection, later: ColumnElement[bool]) -> Place | None:
    """Where the last event of the next part is; None where there is no event."""
    sizes = (
        select(LOGS.c.block, LOGS.c.position, func.length(LOGS.c.data))
        .where(later)
        .order_by(LOGS.c.block, LOGS.c.position)
        .limit(_EVENTS_A_PART)
    )
    end, total = None, 0
    for block, position, size in connection.execute(sizes).all():
        total += size
        if end is not None and total > _BYTES_A_PART:
            break
        end = block, position
    return end


def _logs_of(contract: IndexedContract, subject: str) -> ColumnElement[bool]:
    return and_(LOGS.c.contract == contract.id, LOGS.c.subject == subject)


def _decoded(connection: Connection, contract: IndexedContract, which: ColumnElement[bool]) -> list[IndexedEvent]:
    decoders = contract.family.decoders
    wanted = (
        select(LOGS.c.topics, LOGS.c.data, LOGS.c.block, LOGS.c.position, LOGS.c.time, LOGS.c.transaction)
        .where(which)
        .order_by(LOGS.c.block, LOGS.c.position)
    )
    events = []
    for joined, data, block, position, moment, transaction in connection.execute(wanted):
        topics = [joined[start : start + WORD] for start in range(0, len(joined), WORD)]
        decoder = decoders[topics[0]]
        args = decoder.decode(topics, data)
        if args is not None:
            events.append(IndexedEvent(decoder.name, args, block, position, moment, transaction))
    return events
