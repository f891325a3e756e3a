"""The page of an entry: who and when while it is sealed; then the spec, its score, and how it was trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from eth_utils.address import is_checksum_address
from fastapi import APIRouter, Response

from hyperbounty.drawing.axes import score_axis
from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.ruler import Ruler
from hyperbounty.format import about
from hyperbounty.spec.table import FIELDS
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.bounty.accounts import payments_of
from hyperbounty.web.bounty.entries import IndexedEntry, entry_of
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.bounty.hiding import shown_contest
from hyperbounty.web.bounty.leaderboards import Board, BoardRow, board
from hyperbounty.web.bounty.pages.board import noise, place_words
from hyperbounty.web.bounty.pages.linked import Drawn
from hyperbounty.web.bounty.pages.showing import Number, Showing
from hyperbounty.web.bounty.spec_words import spec_words
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Snapshot

_MOST_PAYMENTS = 50


def entry_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/contests/{number}/entries/{participant}/{slot}")
    def entry(number: Number, participant: str, slot: int) -> Response:
        def work(snapshot: Snapshot) -> tuple[Snapshot, IndexedContest, dict[str, Any]]:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            row = contest.row
            known = is_checksum_address(participant) and 0 <= slot < contest.contest.max_per_address
            found = entry_of(snapshot.connection, row["contract"], row["subject"], participant, slot) if known else None
            if found is None:
                raise NotHere("there is no such entry in this contest", "choose one of those on its page")
            return snapshot, contest, _values(snapshot, contest, found)

        snapshot, contest, values = site.read(work)
        row = values["row"]
        curves = showing.charts.curves(contest, row.index) if row is not None and row.has_curves else Drawn(None)
        made = showing.page("entry.html", snapshot.state, curves=curves, **values)
        if not curves.is_final:
            made.headers["cache-control"] = "no-store"
        return made

    return router


def _values(snapshot: Snapshot, contest: IndexedContest, entry: IndexedEntry) -> dict[str, Any]:
    standing = board(contest)
    row = next((row for row in standing.rows if row.index == entry.index), None) if entry.index is not None else None
    key = (contest.row["contract"], contest.row["subject"])
    paid = payments_of(snapshot.connection, most=_MOST_PAYMENTS, contest=key, account=entry.participant)
    return {
        "each": contest,
        "contest": contest.contest,
        "entry": entry,
        "words": None if entry.word is None else spec_words(entry.word),
        "fields": [] if entry.fields is None else list(_word_by_word(entry)),
        "row": row,
        "place": "" if row is None else place_words(row),
        "others": len(standing.rows),
        "about": about,
        "runs": None if row is None else _runs(contest, standing, row),
        "payments": paid,
    }


def _word_by_word(entry: IndexedEntry) -> Iterator[tuple[str, str, int, str]]:
    """Each field of the word: its digits, its name, its number and what that means."""
    assert entry.word is not None
    assert entry.fields is not None
    digits, at = entry.word.hex(), 0
    for field in FIELDS:
        yield digits[at : at + field.digits], field.name.replace("_", " "), entry.fields[field.name], field.meaning
        at += field.digits


def _runs(contest: IndexedContest, standing: Board, row: BoardRow) -> Html | None:
    """The score and each run that it is the mean of, on one ruler."""
    if not row.score_ppm or not row.run_scores_ppm:
        return None
    values = [standing.minimum_ppm, row.score_ppm, *row.run_scores_ppm, *(row.interval_ppm or ())]
    axis = score_axis([value / PPM for value in values])
    ruler = Ruler(axis, standing.minimum_ppm / PPM, None, noise(contest))
    whole = None if row.interval_ppm is None else (row.interval_ppm[0] / PPM, row.interval_ppm[1] / PPM)

    def line(name: str, score: int, interval: tuple[float, float] | None = None) -> Html:
        drawn = ruler.row(score / PPM, interval)
        return tag(
            "div", tag("span", name, class_="what"), drawn, tag("span", about(score), class_="score"), class_="row"
        )

    rows = [line("the score", row.score_ppm, whole)]
    rows += [line(f"run {number}", score) for number, score in enumerate(row.run_scores_ppm)]
    rows.append(tag("div", tag("span"), ruler.scale, tag("span"), class_="row scale"))
    says = (
        "Dot: the mean of the runs, then each run. Whisker: 95% interval. Line: the bar. "
        "Grey: what luck alone reaches, by the manifest."
    )
    return tag("figure", tag("figcaption", says), tag("div", *rows, class_="rows three"))
