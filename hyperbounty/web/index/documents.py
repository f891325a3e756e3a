"""Documents whose hashes are on the chain: fetched beside everything else, checked, and kept.

Who publishes one may be away for days, so what is missing is asked for again, ever less often, and holds up nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, Select, func, select, update

from hyperbounty.errors import ContentMismatch, ContentTooLarge, DatabaseError, StoreError
from hyperbounty.store.cid import Cid
from hyperbounty.texts import escaped
from hyperbounty.web.index.changes import begin_version, note_changes
from hyperbounty.web.index.tables import DOCUMENTS, WANTED

if TYPE_CHECKING:
    from hyperbounty.database import Database
    from hyperbounty.store import ContentStore
from hyperbounty.web.index.family import Family

MAX_BYTES: Final = 4 * 1024 * 1024
"""A document of more bytes is not taken."""

# Who takes a document to fetch it and is killed, keeps it from others for so long.
_TAKEN_S: Final = 120.0
_LOOK_S: Final = 1.0
_REASON_LETTERS: Final = 1_000
_FIRST_PAUSE_S: Final = 5.0
_LONGEST_PAUSE_S: Final = 6 * 3_600.0
# So often nobody had it before it counts as missing; it is asked for all the same.
_TRIES_TO_MISSING: Final = 3


class DocumentState(StrEnum):
    """What became of a document.

    WAITING: it was not found yet. MISSING: nobody has it, as often as it was asked for. THERE: it is kept.
    WRONG: what was published is not what its kind must be. TOO_LARGE: it has more than `MAX_BYTES`.
    """

    WAITING = "waiting"
    THERE = "there"
    MISSING = "missing"
    WRONG = "wrong"
    TOO_LARGE = "too large"


class _Due(NamedTuple):
    digest: bytes
    family: str
    kind: str
    tries: int
    state: str


class DocumentFetcher:
    """Fetches what is due.

    Args:
        database: of the index.
        store: where documents are read. What it gives has been checked against its hash.
        families: that say what a document of theirs must be.
        now: unix seconds.
    """

    def __init__(
        self,
        database: Database,
        store: ContentStore,
        families: Sequence[Family],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._store = store
        self._families = {family.NAME: family for family in families}
        self._now = now

    def fetch_due(self) -> int:
        """Ask for each document that is due, once; how many were."""
        count = 0
        while self.fetch_one():
            count += 1
        return count

    def fetch_one(self, *, is_new: bool = False) -> bool:
        """Ask for one document that is due, or only for one that was not asked for yet; whether one was."""
        due = self._database.write(lambda c: self._take(c, is_new=is_new)) if self._is_any_due() else None
        if due is not None:
            self._fetch(due)
        return due is not None

    def run(self, stopped: threading.Event, *, is_new: bool = False) -> None:
        """Fetch until `stopped` is set. Several threads may do so at once.

        Args:
            stopped: ends it, after what was begun.
            is_new: ask for each document once. A thread that does so is free for what comes, while others wait for a
                store that does not answer.
        """
        while not stopped.is_set():
            try:
                pause = 0.0 if self.fetch_one(is_new=is_new) else _LOOK_S
            except DatabaseError:
                # The process of the index meets it too, and says so.
                pause = _FIRST_PAUSE_S
            stopped.wait(pause)

    def _due(self) -> Select[tuple[bytes, str, str, int, str]]:
        """What is due, what is new before what was asked for in vain."""
        states = (DocumentState.WAITING, DocumentState.MISSING)
        return (
            select(DOCUMENTS.c.digest, DOCUMENTS.c.family, DOCUMENTS.c.kind, DOCUMENTS.c.tries, DOCUMENTS.c.state)
            .where(DOCUMENTS.c.state.in_(states), DOCUMENTS.c.next_try <= self._now())
            .order_by(DOCUMENTS.c.tries, DOCUMENTS.c.next_try)
            .limit(1)
        )

    def _is_any_due(self) -> bool:
        """Asked before anything is written: mostly nothing is."""
        return self._database.read(lambda c: c.execute(self._due()).first()) is not None

    def _take(self, connection: Connection, *, is_new: bool) -> _Due | None:
        """One that is due, which nobody else takes for a while."""
        self._database.lock(connection)
        row = connection.execute(self._due()).first()
        if row is not None and is_new and row.tries:
            return None
        if row is None:
            return None
        taken = update(DOCUMENTS).where(DOCUMENTS.c.digest == row.digest)
        connection.execute(taken.values(next_try=self._now() + _TAKEN_S))
        return _Due(row.digest, row.family, row.kind, row.tries, row.state)

    def _fetch(self, wanted: _Due) -> None:
        digest, family, kind, tries, before = wanted
        content, reason = None, ""
        try:
            content = self._store.get(Cid.from_digest(digest), max_bytes=MAX_BYTES)
        except ContentTooLarge as error:
            state, reason = DocumentState.TOO_LARGE, error.what
        except ContentMismatch as error:
            # Whoever answered gave something else; another one may have it.
            state, reason = DocumentState.MISSING, error.what
        except (StoreError, OSError) as error:
            is_new = tries + 1 < _TRIES_TO_MISSING and before == DocumentState.WAITING
            state = DocumentState.WAITING if is_new else DocumentState.MISSING
            reason = error.what if isinstance(error, StoreError) else str(error)
        else:
            known = self._families.get(family)
            reason = "" if known is None else known.fault_of(kind, content)
            state = DocumentState.WRONG if reason else DocumentState.THERE
        pause = min(_FIRST_PAUSE_S * 2**tries, _LONGEST_PAUSE_S)
        self._database.write(lambda c: self._note(c, digest, before, state, reason, content, pause))

    def _note(
        self,
        connection: Connection,
        digest: bytes,
        before: str,
        state: DocumentState,
        reason: str,
        content: bytes | None,
        pause: float,
    ) -> None:
        now = self._now()
        changed = {
            "state": state,
            # It may quote what somebody published.
            "reason": escaped(reason, _REASON_LETTERS),
            "tries": DOCUMENTS.c.tries + 1,
            "next_try": now + pause,
            "content": content,
        }
        if state != before:
            changed["since"] = now
            self._database.lock(connection)
            begin_version(connection)
            whose = select(WANTED.c.contract, WANTED.c.subject).where(WANTED.c.digest == digest)
            note_changes(connection, [(contract, subject) for contract, subject in connection.execute(whose)])
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.digest == digest).values(changed))


def count_documents(connection: Connection) -> dict[str, int]:
    """How many documents there are in each state."""
    counted = select(DOCUMENTS.c.state, func.count()).group_by(DOCUMENTS.c.state)
    found: dict[str, int] = {state: count for state, count in connection.execute(counted)}  # noqa: C416
    return {state.value: found.get(state.value, 0) for state in DocumentState}
