"""The events of each touched subject, folded into the rows of its family's tables."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select

from hyperbounty.web.index.adding import add_missing, put
from hyperbounty.web.index.assets import add_assets
from hyperbounty.web.index.changes import note_changes
from hyperbounty.web.index.events import EarlierRows, IndexedContract, events_of, parts_of
from hyperbounty.web.index.family import Folded, LongFamily, WantedDocument
from hyperbounty.web.index.tables import DOCUMENTS, FOLDED, TOUCHED, WANTED

_SUBJECTS_A_LOOK: Final = 500
_Row = Mapping[str, Any]


def touch(connection: Connection, subjects: Iterable[tuple[int, str]]) -> None:
    """Note that subjects, each with the number of its contract, are to be folded."""
    add_missing(connection, TOUCHED, [{"contract": contract, "subject": subject} for contract, subject in subjects])


def fold_touched(
    connection: Connection, contracts: Mapping[int, IndexedContract], most_events: int, *, is_told: bool = True
) -> bool:
    """Fold touched subjects until about so many events were; whether none is left.

    Args:
        connection: of a transaction that writes.
        contracts: by their numbers.
        most_events: a subject that was begun is finished.
        is_told: see `fold_subject`.
    """
    events = 0
    while events < most_events:
        touched = connection.execute(select(TOUCHED).limit(_SUBJECTS_A_LOOK)).all()
        if not touched:
            return True
        for contract, subject in touched:
            events += fold_subject(connection, contracts[contract], subject, is_told=is_told)
            done = and_(TOUCHED.c.contract == contract, TOUCHED.c.subject == subject)
            connection.execute(delete(TOUCHED).where(done))
            if events >= most_events:
                break
    return connection.execute(select(TOUCHED).limit(1)).first() is None


def fold_subject(connection: Connection, contract: IndexedContract, subject: str, *, is_told: bool = True) -> int:
    """Make the rows of a subject what its events come to; how many events it has.

    Args:
        connection: of a transaction that writes, in which a version was begun.
        contract, subject: whose.
        is_told: whether it is noted that it changed.
    """
    family = contract.family
    if isinstance(family, LongFamily):
        count, is_changed = _fold_on(connection, contract, family, subject)
        if is_changed and is_told:
            note_changes(connection, [(contract.id, subject)])
        return count
    found = events_of(connection, contract, subject)
    folded = family.fold(subject, found) if found else Folded({})
    is_changed = _want(connection, contract, subject, folded.documents)
    add_assets(connection, folded.assets)
    for table in family.TABLES:
        is_changed |= _replace(connection, table, contract.id, subject, folded.rows.get(table.name, ()))
    if is_changed and is_told:
        note_changes(connection, [(contract.id, subject)])
    return len(found)


def _fold_on(connection: Connection, contract: IndexedContract, family: LongFamily, subject: str) -> tuple[int, bool]:
    """Fold what came since a subject was folded, part by part; how many events, and whether a row is another one."""
    own = and_(FOLDED.c.contract == contract.id, FOLDED.c.subject == subject)
    place = connection.execute(select(FOLDED.c.block, FOLDED.c.position).where(own)).first()
    is_changed = place is None
    if place is None:
        for table in reversed(family.TABLES):
            connection.execute(delete(table).where(table.c.contract == contract.id, table.c.subject == subject))
        _want(connection, contract, subject, ())
    count = 0
    before = EarlierRows(connection, contract.id, subject)
    last = None if place is None else (place.block, place.position)
    for end, events in parts_of(connection, contract, subject, last):
        folded = family.fold_on(subject, before, events)
        is_changed |= _want(connection, contract, subject, folded.documents)
        add_assets(connection, folded.assets)
        for table in family.TABLES:
            rows = [{"contract": contract.id, "subject": subject, **row} for row in folded.rows.get(table.name, ())]
            put(connection, table, rows)
            is_changed |= bool(rows)
        count += len(events)
        put(connection, FOLDED, [{"contract": contract.id, "subject": subject, "block": end[0], "position": end[1]}])
    return count, is_changed


def _replace(connection: Connection, table: Table, contract: int, subject: str, rows: Sequence[_Row]) -> bool:
    """Have just `rows` of a subject in `table`, and write only what differs; whether anything does."""
    own = and_(table.c.contract == contract, table.c.subject == subject)
    keys = [column.name for column in table.primary_key if column.name not in ("contract", "subject")]
    before = {
        tuple(row[key] for key in keys): dict(row) for row in connection.execute(select(table).where(own)).mappings()
    }
    after = {tuple(row[key] for key in keys): {"contract": contract, "subject": subject, **row} for row in rows}
    gone = [key for key, row in before.items() if after.get(key) != row]
    if gone and len(gone) == len(before):
        connection.execute(delete(table).where(own))
    elif gone:
        named = and_(own, *(table.c[name] == bindparam(f"key_{name}") for name in keys))
        values = [{f"key_{name}": value for name, value in zip(keys, key, strict=True)} for key in gone]
        connection.execute(delete(table).where(named), values)
    added = [row for key, row in after.items() if before.get(key) != row]
    if added:
        connection.execute(insert(table), added)
    return bool(gone or added)


def _want(connection: Connection, contract: IndexedContract, subject: str, documents: Sequence[WantedDocument]) -> bool:
    """Have just these documents wanted by a subject; whether that changes anything. What was fetched stays."""
    own = and_(WANTED.c.contract == contract.id, WANTED.c.subject == subject)
    before = set(connection.execute(select(WANTED.c.digest).where(own)).scalars())
    after = {wanted.digest for wanted in documents}
    if before == after:
        return False
    now = time.time()
    rows = [
        {
            "digest": wanted.digest,
            "family": contract.family.NAME,
            "kind": wanted.kind,
            "state": "waiting",
            "reason": "",
            "since": now,
            "tries": 0,
            "next_try": 0.0,
            "content": None,
        }
        for wanted in documents
    ]
    add_missing(connection, DOCUMENTS, rows)
    connection.execute(delete(WANTED).where(own))
    if after:
        of = {"contract": contract.id, "subject": subject}
        connection.execute(insert(WANTED), [{"digest": digest, **of} for digest in after])
    return True
