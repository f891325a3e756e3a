"""The events of a family that the index keeps: picked for news, decoded, and each named for good."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from hyperbounty.web.index.events import WORD
from hyperbounty.web.index.family import Family, IndexedEvent
from hyperbounty.web.index.tables import CONTRACTS, LOGS
from hyperbounty.web.site.site import Snapshot

ROWS: Final[Select[Any]] = select(
    LOGS.c.contract, LOGS.c.subject, LOGS.c.topics, LOGS.c.data, LOGS.c.block, LOGS.c.position, LOGS.c.time,
    LOGS.c.transaction,
)  # fmt: skip
"""Of all families; to be narrowed and ordered."""

_ADDRESS_BYTES: Final = 20


@dataclass(frozen=True)
class LoggedEvent:
    """An event that the index keeps.

    Attributes:
        id: names what it says, and in which transaction: so it stays where that comes into another block.
        contract: its number in the tables.
        subject: that it belongs to.
        event: decoded.
    """

    id: str
    contract: int
    subject: str
    event: IndexedEvent


class Logged:
    """Those of one family.

    Args:
        family: whose.
        ids: the space of its names, another one for each family.
    """

    def __init__(self, family: Family, ids: uuid.UUID) -> None:
        self._family = family
        self._ids = ids

    def is_one_of(self, names: Collection[str]) -> ColumnElement[bool]:
        """Events of these names."""
        topics = [topic for topic, decoder in self._family.decoders.items() if decoder.name in names]
        return func.substr(LOGS.c.topics, 1, WORD).in_(topics)

    def contracts(self, rows: Connection) -> dict[int, str]:
        """The addresses of the family's contracts, by their numbers in the tables."""
        wanted = select(CONTRACTS.c.id, CONTRACTS.c.address).where(CONTRACTS.c.family == self._family.NAME)
        return {number: address for number, address in rows.execute(wanted)}  # noqa: C416

    def read(self, snapshot: Snapshot, wanted: Select[Any]) -> list[LoggedEvent]:
        """The events of `wanted`, which is made of `ROWS`; each once, and none that cannot be decoded."""
        contracts = self.contracts(snapshot.connection)
        found: dict[str, LoggedEvent] = {}
        for row in snapshot.connection.execute(wanted).mappings():
            if row["contract"] not in contracts:
                continue
            joined = row["topics"]
            topics = [joined[start : start + WORD] for start in range(0, len(joined), WORD)]
            decoder = self._family.decoders[topics[0]]
            args = decoder.decode(topics, row["data"])
            if args is None:
                continue
            event = IndexedEvent(decoder.name, args, row["block"], row["position"], row["time"], row["transaction"])
            where = f"{snapshot.state.chain_id} {contracts[row['contract']]} {row['transaction'].hex()}"
            name = str(uuid.uuid5(self._ids, f"{where} {joined.hex()} {row['data'].hex()}"))
            found.setdefault(name, LoggedEvent(name, row["contract"], row["subject"], event))
        return list(found.values())


def names(account: str) -> Iterator[ColumnElement[bool]]:
    """Events whose second or third indexed argument is the account."""
    word = bytes(WORD - _ADDRESS_BYTES) + bytes.fromhex(account[2:])
    for place in (2, 3):
        yield func.substr(LOGS.c.topics, place * WORD + 1, WORD) == word
