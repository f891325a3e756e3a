"""What shows something else since which version: so who looks on is told, and who was away catches up.

Each transaction that may change what is shown begins a version (`begin_version`) and notes in it which subjects came
out otherwise. Blocks that are taken back change subjects like blocks that come. The latest `KEPT` versions are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from hyperbounty.web.index.tables import CHANGES, CONTRACTS, STATE

KEPT: Final = 10_000

_EVERYTHING: Final = (0, "")


@dataclass(frozen=True)
class Change:
    """A subject that shows something else.

    Attributes:
        version: since when.
        family: its name.
        contract: address.
        subject: see `Family.subject_of`.
    """

    version: int
    family: str
    contract: str
    subject: str


def begin_version(connection: Connection) -> None:
    """Begin a new version of what the index shows, in a transaction that alone writes."""
    connection.execute(update(STATE).values(version=STATE.c.version + 1))
    oldest = select(STATE.c.version - KEPT).scalar_subquery()
    connection.execute(delete(CHANGES).where(CHANGES.c.version <= oldest))


def note_changes(connection: Connection, subjects: Iterable[tuple[int, str]]) -> None:
    """Note that subjects, each with the number of its contract, show something else in the version that was begun."""
    rows = [{"contract": contract, "subject": subject} for contract, subject in dict.fromkeys(subjects)]
    if rows:
        version = connection.execute(select(STATE.c.version)).scalar_one()
        known = select(CHANGES.c.contract, CHANGES.c.subject).where(CHANGES.c.version == version)
        noted = {(contract, subject) for contract, subject in connection.execute(known)}
        new = [{"version": version, **row} for row in rows if (row["contract"], row["subject"]) not in noted]
        if new:
            connection.execute(insert(CHANGES), new)


def note_everything(connection: Connection) -> None:
    """Note that everything may show something else: a history was read, or the chain began anew."""
    note_changes(connection, [_EVERYTHING])


def changes_after(connection: Connection, version: int, most: int = 1_000) -> Sequence[Change] | None:
    """What changed after `version`, the oldest first; None where that is no longer known, so everything may have.

    Args:
        connection: of one transaction.
        version: that somebody has seen.
        most: changes that are worth telling one by one; where there are more, everything may have changed.
    """
    oldest, latest = connection.execute(
        select(func.max(STATE.c.version) - KEPT, func.max(STATE.c.version)).select_from(STATE)
    ).one()
    if latest is None or version == latest:
        return []
    if version < oldest or version > latest:
        return None
    wanted = (
        select(CHANGES.c.version, CONTRACTS.c.family, CONTRACTS.c.address, CHANGES.c.subject)
        .select_from(CHANGES.outerjoin(CONTRACTS, CONTRACTS.c.id == CHANGES.c.contract))
        .where(CHANGES.c.version > version)
        .order_by(CHANGES.c.version, CHANGES.c.contract, CHANGES.c.subject)
        .limit(most + 1)
    )
    rows = connection.execute(wanted).all()
    if len(rows) > most or any(row.address is None for row in rows):
        return None
    return [Change(*row) for row in rows]
