"""The page of a contest."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from hyperbounty.drawing.html import Html
from hyperbounty.web.bounty.accounts import payments_of
from hyperbounty.web.bounty.entries import entries_of
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.bounty.hiding import shown_contest
from hyperbounty.web.bounty.index.tables import ENTRIES
from hyperbounty.web.bounty.leaderboards import board
from hyperbounty.web.bounty.pages.board import board_figure
from hyperbounty.web.bounty.pages.doing import doings
from hyperbounty.web.bounty.pages.happened import entries_chart
from hyperbounty.web.bounty.pages.linked import Drawn
from hyperbounty.web.bounty.pages.numbers import numbers, overline, record_words, terms
from hyperbounty.web.bounty.pages.rail import rail
from hyperbounty.web.bounty.pages.showing import Number, Showing
from hyperbounty.web.bounty.pages.situation import situation
from hyperbounty.web.bounty.spec_words import spec_words
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.site.site import Snapshot

MOST_LISTED = 50
"""Entries and payments on the page."""


def contest_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/contests/{number}")
    def contest(number: Number) -> Response:
        def work(snapshot: Snapshot) -> tuple[Snapshot, IndexedContest, dict[str, Any]]:
            each = shown_contest(site, snapshot, number)
            shows_contest(snapshot, each)
            return snapshot, each, _values(snapshot, each, showing.root)

        snapshot, each, values = site.read(work)
        # Outside: the store may be slow, and the database must not wait for it.
        prices = showing.charts.prices(each)
        best = values.pop("best")
        curves = Drawn(None) if best is None else showing.charts.curves(each, best.index)
        made = showing.page("contest.html", snapshot.state, prices=prices, curves=curves, best=best, **values)
        if not (prices.is_final and curves.is_final):
            made.headers["cache-control"] = "no-store"
        return made

    return router


def _values(snapshot: Snapshot, each: IndexedContest, root: str) -> dict[str, Any]:
    rows, key = snapshot.connection, (each.row["contract"], each.row["subject"])
    standing = board(each)
    first, others = doings(each)
    return {
        "each": each,
        "contest": each.contest,
        "over": overline(each),
        "record": record_words(each.record),
        "rail": rail(each),
        "situation": situation(each),
        "numbers": list(numbers(each)),
        "first": first,
        "others": others,
        "board": board_figure(each, standing, root) if standing.rows else None,
        "best": standing.rows[0] if standing.rows and standing.rows[0].has_curves else None,
        "entries": [] if standing.rows else entries_of(rows, *key, most=MOST_LISTED),
        "spec_words": spec_words,
        "filled": _filled(snapshot, each),
        "terms": list(terms(each)),
        "payments": payments_of(rows, most=MOST_LISTED, contest=key),
        "missing": [one for one in each.documents if one.state is not DocumentState.THERE],
        "disagreements": [] if each.facts is None else each.facts.disagreements,
        "cautions": [] if each.facts is None else each.facts.cautions,
    }


def _filled(snapshot: Snapshot, each: IndexedContest) -> Html | None:
    contest, row = each.contest, each.row
    if contest.submit_ends is None:
        return None
    of_it = (ENTRIES.c.contract == row["contract"], ENTRIES.c.subject == row["subject"])
    wanted = select(ENTRIES.c.submitted_at).where(*of_it, ENTRIES.c.state != "withdrawn")
    times = snapshot.connection.execute(wanted.order_by(ENTRIES.c.submitted_at)).scalars().all()
    if not times:
        return None
    return entries_chart(times, row["started_at"], min(snapshot.now, contest.submit_ends), contest.max_submissions)
