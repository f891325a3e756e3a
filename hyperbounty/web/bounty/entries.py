"""The entries of contests: who sealed what and when, and what was in it once it is open.

`entries_of(rows, contract, subject)` has those of a contest, `entries_by(rows, participant)` those of an account. A
sealed entry shows who and when; its commitment hides everything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_

from hyperbounty.errors import SpecError
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import unpack
from hyperbounty.web.bounty.index.tables import ENTRIES

Place = tuple[int, str, int]
"""Where a list goes on: the second of an entry, its participant, and its slot."""


@dataclass(frozen=True)
class IndexedEntry:
    """One entry.

    Attributes:
        contest: number.
        slot: of the participant, from 0.
        state: `sealed`, `revealed` or `withdrawn`.
        price: that was paid for it, in the smallest unit of the contest's asset.
        submitted_at, submitted_block, transaction: when and with what it was sealed last.
        index, word, revealed_at: None until it is revealed.
        score_ppm: that stands; None where none does.
        winner: its place among the winners by what stands, from 1; None where it is none of them.
        claimed: what was paid to it of the pot; None before that.
    """

    contest: int
    participant: str
    slot: int
    state: str
    price: int
    submitted_at: int
    submitted_block: int
    transaction: bytes
    index: int | None
    word: bytes | None
    revealed_at: int | None
    score_ppm: int | None
    winner: int | None
    claimed: int | None

    @cached_property
    def spec(self) -> Spec | None:
        """What was sealed; None until it is revealed."""
        try:
            return None if self.word is None else Spec.from_word(self.word)
        except SpecError:
            # The contract takes none of these.
            return None

    @property
    def fields(self) -> Mapping[str, int] | None:
        """The fields of the word as the contract sees them; None until it is revealed."""
        return None if self.word is None else unpack(self.word)


def entries_of(
    rows: Connection, contract: int, subject: str, *, most: int, after: Place | None = None, state: str | None = None
) -> Sequence[IndexedEntry]:
    """The entries of a contest, the latest first.

    Args:
        rows: the tables.
        contract, subject: of the contest's row.
        most: how many.
        after: the place of the last one before.
        state: of those that are wanted; None for all.
    """
    conditions: list[ColumnElement[bool]] = [ENTRIES.c.contract == contract, ENTRIES.c.subject == subject]
    if state is not None:
        conditions.append(ENTRIES.c.state == state)
    if after is not None:
        conditions.append(tuple_(ENTRIES.c.submitted_at, ENTRIES.c.participant, ENTRIES.c.slot) < tuple_(*after))
    order = (ENTRIES.c.submitted_at.desc(), ENTRIES.c.participant.desc(), ENTRIES.c.slot.desc())
    found = rows.execute(select(ENTRIES).where(*conditions).order_by(*order).limit(most)).mappings()
    return [_entry(row) for row in found]


def entry_of(rows: Connection, contract: int, subject: str, participant: str, slot: int) -> IndexedEntry | None:
    """One entry of a contest; None where there is none."""
    wanted = select(ENTRIES).where(
        ENTRIES.c.contract == contract,
        ENTRIES.c.subject == subject,
        ENTRIES.c.participant == participant,
        ENTRIES.c.slot == slot,
    )
    row = rows.execute(wanted).mappings().first()
    return None if row is None else _entry(row)


def entries_by(rows: Connection, participant: str, *, most: int, offset: int = 0) -> Sequence[IndexedEntry]:
    """The entries of an account in all contests, the latest first.

    Args:
        rows: the tables.
        participant: address with its checksum.
        most: how many.
        offset: how many of the latest are left out.
    """
    order = (ENTRIES.c.submitted_at.desc(), ENTRIES.c.contract, ENTRIES.c.subject, ENTRIES.c.slot)
    wanted = select(ENTRIES).where(ENTRIES.c.participant == participant).order_by(*order).limit(most).offset(offset)
    return [_entry(row) for row in rows.execute(wanted).mappings()]


def count_entries(rows: Connection, contract: int, subject: str) -> dict[str, int]:
    """How many entries of a contest are in each state."""
    counted = (
        select(ENTRIES.c.state, func.count())
        .where(ENTRIES.c.contract == contract, ENTRIES.c.subject == subject)
        .group_by(ENTRIES.c.state)
    )
    found: dict[str, int] = {state: count for state, count in rows.execute(counted)}  # noqa: C416
    return {state: found.get(state, 0) for state in ("sealed", "revealed", "withdrawn")}


def _entry(row: Mapping[Any, Any]) -> IndexedEntry:
    return IndexedEntry(
        contest=int(row["subject"]),
        participant=row["participant"],
        slot=row["slot"],
        state=row["state"],
        price=row["price"],
        submitted_at=row["submitted_at"],
        submitted_block=row["submitted_block"],
        transaction=row["transaction"],
        index=row["index"],
        word=row["spec"],
        revealed_at=row["revealed_at"],
        score_ppm=row["score"],
        winner=row["place"],
        claimed=row["claimed"],
    )
