"""The entries of a contest as answers: sealed ones show who and when, opened ones everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from hyperbounty.bounty.show.prizes import prize_of
from hyperbounty.bounty.types import Contest, Outcome
from hyperbounty.web.bounty.entries import IndexedEntry, entries_of
from hyperbounty.web.bounty.facts import ListedContest
from hyperbounty.web.bounty.hiding import shown_contest
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.site.answers import Answer, Described, block_of
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import (
    USUAL_ROWS,
    Address,
    Amount,
    Cursor,
    Hex32,
    Limit,
    Number,
    Ppm,
    Timestamp,
    cursor_of,
    place_of,
)

EntryState = Literal["sealed", "revealed", "withdrawn"]


class SpecFacts(Described):
    """A spec: in words, by its hyperparameters, and field by field as the contract reads its word."""

    word: Hex32
    words: str
    hyperparameters: dict[str, bool | int | float | str | list[int]]
    fields: dict[str, int]


class EntryFacts(Described):
    """An entry. What is null of a sealed one is hidden by its commitment until its participant opens it."""

    contest: int
    participant: Address
    slot: Annotated[int, Field(description="of the participant, from 0")]
    state: EntryState
    price: Annotated[Amount | None, Field(description="that was paid for it")]
    submitted_at: Timestamp
    submitted_block: int
    transaction: Hex32
    index: Annotated[int | None, Field(description="in the contract's order of reveals")]
    spec: SpecFacts | None
    revealed_at: Timestamp | None
    score_ppm: Annotated[Ppm | None, Field(description="that stands; null where none does")]
    won: bool
    prize: Annotated[Amount | None, Field(description="what it is paid, or would be as things stand; null for nothing")]
    claimed: Annotated[Amount | None, Field(description="what was paid to it of the pot")]


class EntryList(Answer):
    """Entries, the latest first."""

    entries: list[EntryFacts]
    next: Annotated[str | None, Field(description="the cursor of the rows that follow; null where none do")]


def entry_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["contests"])

    @router.get("/contests/{number}/entries")
    def entries(
        number: Number,
        state: Annotated[EntryState | None, Query()] = None,
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
    ) -> EntryList:
        """The entries of a contest, the latest first."""
        after = None if cursor is None else place_of(cursor, (int, str, int))

        def work(snapshot: Snapshot) -> EntryList:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            contract, subject = contest.row["contract"], contest.row["subject"]
            found = entries_of(
                snapshot.connection,
                contract,
                subject,
                most=limit + 1,
                after=None if after is None else (after[0], after[1], after[2]),
                state=state,
            )
            shown = found[:limit]
            return EntryList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                entries=[entry_facts(contest, each) for each in shown],
                next=_next(shown) if len(found) > limit else None,
            )

        return site.read(work)

    return router


def _next(shown: Sequence[IndexedEntry]) -> str:
    """The cursor after these entries of one contest."""
    last = shown[-1]
    return cursor_of([last.submitted_at, last.participant, last.slot])


def entry_facts(contest: ListedContest, entry: IndexedEntry) -> EntryFacts:
    """An entry of `contest`."""
    terms, asset = contest.contest, contest.contest.asset
    prize = None if entry.winner is None else _prize(terms, entry.winner - 1)
    return EntryFacts(
        contest=terms.number,
        participant=entry.participant,
        slot=entry.slot,
        state=entry.state,  # type: ignore[arg-type]
        price=Amount.of(entry.price, asset),
        submitted_at=entry.submitted_at,
        submitted_block=entry.submitted_block,
        transaction="0x" + entry.transaction.hex(),
        index=entry.index,
        spec=_spec(entry),
        revealed_at=entry.revealed_at,
        score_ppm=entry.score_ppm,
        won=terms.outcome is Outcome.WON and entry.winner is not None,
        prize=None if prize is None else Amount.of(prize, asset),
        claimed=None if entry.claimed is None else Amount.of(entry.claimed, asset),
    )


def _prize(contest: Contest, place: int) -> int | None:
    return prize_of(contest, place) if place < len(contest.winners) else None


def _spec(entry: IndexedEntry) -> SpecFacts | None:
    spec, fields = entry.spec, entry.fields
    if spec is None or fields is None or entry.word is None:
        return None
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(spec).items()}
    return SpecFacts(word="0x" + entry.word.hex(), words=spec.describe(), hyperparameters=values, fields=dict(fields))
