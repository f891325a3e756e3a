"""What an index holds, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from hyperbounty.web.index.documents import count_documents
from hyperbounty.web.index.tables import LOGS, REORGANIZATIONS


@dataclass(frozen=True)
class Summary:
    """What an index holds.

    Attributes:
        events: that were read.
        reorganizations: that were followed.
        documents: how many there are in each state.
    """

    events: int
    reorganizations: int
    documents: Mapping[str, int]


def summary(connection: Connection) -> Summary:
    """Count it."""
    events, reorganizations = (
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (LOGS, REORGANIZATIONS)
    )
    return Summary(events, reorganizations, count_documents(connection))
