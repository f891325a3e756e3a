"""The list of contests: those that run, then those that ended, all rulers on one axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from sqlalchemy import case, func, select

from hyperbounty.bounty.types import Outcome
from hyperbounty.drawing.axes import Axis, score_axis, words_below
from hyperbounty.drawing.html import Html
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.bounty.facts import ListedContest, contests_at
from hyperbounty.web.bounty.hiding import hidden_contests
from hyperbounty.web.bounty.index.tables import CONTESTS, ENTRIES
from hyperbounty.web.bounty.pages.board import small_ruler
from hyperbounty.web.bounty.pages.showing import Showing
from hyperbounty.web.site.site import Snapshot

ROWS: Final = 50
"""Of a page."""

_MOST_PAGES: Final = 10_000


@dataclass(frozen=True)
class Row:
    """A contest in the list, with its ruler."""

    each: ListedContest
    ruler: Html

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.each.contest.outcome is Outcome.PENDING


def contests_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/")
    def contests(page: Annotated[int, Query(ge=1, le=_MOST_PAGES)] = 1) -> Response:
        def work(snapshot: Snapshot) -> Response:
            hidden = CONTESTS.c.number.not_in(hidden_contests(site))
            runs = CONTESTS.c.outcome == int(Outcome.PENDING)
            takes = case((CONTESTS.c.submit_ends > snapshot.now, CONTESTS.c.submit_ends), else_=None)
            # First who can be entered, the one that ends next before others; then what runs, then what ended.
            order = (runs.desc(), takes.is_(None), takes, CONTESTS.c.changed_at.desc(), CONTESTS.c.number.desc())
            wanted = select(CONTESTS).where(hidden).order_by(*order)
            found = contests_at(snapshot, wanted.limit(ROWS).offset(ROWS * (page - 1)))
            count = snapshot.connection.execute(select(func.count()).select_from(CONTESTS).where(hidden)).scalar_one()
            rows, axis = _rows(snapshot, found)
            return showing.page(
                "contests.html",
                snapshot.state,
                running=[row for row in rows if row.runs],
                ended=[row for row in rows if not row.runs],
                scale=axis,
                page=page,
                count=count,
                pages=-(-count // ROWS),
            )

        return site.read(work)

    return router


def _rows(snapshot: Snapshot, found: Sequence[ListedContest]) -> tuple[list[Row], Html | None]:
    if not found:
        return [], None
    paid = _paid_scores(snapshot, found)
    axis = _axis(found, paid.values())
    rows = [Row(each, small_ruler(axis, each, paid.get(_key(each), ()))) for each in found]
    return rows, words_below(axis)


def _axis(found: Sequence[ListedContest], paid: Iterable[Sequence[int]]) -> Axis:
    bars = [each.contest.minimum_score for each in found]
    scores = [score for group in paid for score in group if score]
    return score_axis([value / PPM for value in (PPM // 2, *bars, *scores)])


def _key(each: ListedContest) -> tuple[int, str]:
    return each.row["contract"], each.row["subject"]


def _paid_scores(snapshot: Snapshot, found: Sequence[ListedContest]) -> dict[tuple[int, str], list[int]]:
    """The scores that are paid as things stand, best first, by contract and subject."""
    scored = [each for each in found if each.contest.winners]
    if not scored:
        return {}
    wanted = (
        select(ENTRIES.c.contract, ENTRIES.c.subject, ENTRIES.c.score)
        .where(ENTRIES.c.subject.in_([each.row["subject"] for each in scored]), ENTRIES.c.place.is_not(None))
        .order_by(ENTRIES.c.place)
    )
    paid: dict[tuple[int, str], list[int]] = {}
    for contract, subject, score in snapshot.connection.execute(wanted):
        if score is not None:
            paid.setdefault((contract, subject), []).append(score)
    return paid
