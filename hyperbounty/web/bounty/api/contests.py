"""Contests as answers: the list, and one with all that the index has of it."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query

from hyperbounty.bounty.types import Outcome, Phase
from hyperbounty.money import COIN
from hyperbounty.web.bounty.api.contest_models import (
    ContestAnswer,
    ContestList,
    OutcomeName,
    PhaseName,
    answer_of,
    row_of,
)
from hyperbounty.web.bounty.entries import count_entries
from hyperbounty.web.bounty.hiding import hidden_contests, shown_contest
from hyperbounty.web.bounty.listing import Order, Wanted, contests_of_places, numbers_of
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.site.answers import block_of
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import (
    USUAL_ROWS,
    AddressQuery,
    Cursor,
    Limit,
    Number,
    checksummed,
    cursor_of,
    place_of,
)

Sort = Literal["ends", "reward", "number"]

_ASSET: Final = r"^(coin|0x[0-9a-fA-F]{40})$"
_PARTS: Final = (int, str, int, int)


def contest_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["contests"])

    @router.get("/contests")
    def contests(
        phase: Annotated[PhaseName | None, Query()] = None,
        is_open: Annotated[bool | None, Query(alias="open", description="whether somebody can enter now")] = None,
        outcome: Annotated[OutcomeName | None, Query()] = None,
        organizer: AddressQuery = None,
        evaluator: AddressQuery = None,
        participant: AddressQuery = None,
        asset: Annotated[str | None, Query(pattern=_ASSET, description="`coin`, or the address of a token")] = None,
        sort: Annotated[Sort, Query(description="next end, highest reward, or latest number first")] = "number",
        limit: Limit = USUAL_ROWS,
        cursor: Cursor = None,
    ) -> ContestList:
        """The contests to which all that is given applies. With `sort=ends` rows may move while time passes."""
        wanted = Wanted(
            phases=() if phase is None else (Phase[phase.upper()],),
            is_open=is_open,
            outcomes=() if outcome is None else (Outcome[outcome.upper()],),
            organizer=_address(organizer),
            evaluator=_address(evaluator),
            participant=_address(participant),
            asset=COIN.address if asset == "coin" else _address(asset),
            without=hidden_contests(site),
        )
        order: Order = sort
        after = None if cursor is None else place_of(cursor, _PARTS)

        def work(snapshot: Snapshot) -> ContestList:
            places = numbers_of(snapshot, wanted, order, after=after, most=limit + 1)
            shown = contests_of_places(snapshot, places[:limit])
            return ContestList(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                contests=[row_of(each) for each in shown],
                next=cursor_of(places[limit - 1]) if len(places) > limit else None,
            )

        return site.read(work)

    @router.get("/contests/{number}")
    def contest(number: Number) -> ContestAnswer:
        """One contest with all that the index has of it."""

        def work(snapshot: Snapshot) -> ContestAnswer:
            found = shown_contest(site, snapshot, number)
            shows_contest(snapshot, found)
            entries = count_entries(snapshot.connection, found.row["contract"], found.row["subject"])
            return answer_of(found, entries, snapshot.state.chain_id, block_of(snapshot))

        return site.read(work)

    return router


def _address(address: str | None) -> str | None:
    return None if address is None else checksummed(address)
