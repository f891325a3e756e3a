"""The leaderboard of a contest as answers: JSON, and CSV that a spreadsheet opens and does not run."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.bounty.hiding import shown_contest
from hyperbounty.web.bounty.leaderboards import Board, BoardRow, board
from hyperbounty.web.bounty.spec_words import spec_words
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.site.answers import Answer, Described, block_of
from hyperbounty.web.site.csv import safe_cell
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import Address, Amount, Hex32, Number, Ppm

_COLUMNS: Final = (
    "contest", "block", "place", "last_place", "index", "participant", "slot", "spec", "spec_in_words", "score_ppm",
    "interval_low_ppm", "interval_high_ppm", "p_value_ppm", "note", "won", "prize", "asset",
)  # fmt: skip


class BoardRowFacts(Described):
    """One spec on the board."""

    place: Annotated[int, Field(description="from 1; shared by specs that the holdout cannot tell apart")]
    last_place: Annotated[int, Field(description="where the last of those that share the place stands")]
    index: int
    participant: Address
    slot: int
    spec: Hex32
    spec_in_words: str
    score_ppm: Ppm
    run_scores_ppm: list[Ppm]
    interval_ppm: Annotated[list[Ppm] | None, Field(description="95 % interval: its ends; null where nobody says")]
    p_value_ppm: Annotated[Ppm | None, Field(description="chance to seem as good without skill")]
    note: str
    has_curves: bool
    won: bool
    prize: Amount | None


class BoardAnswer(Answer):
    """What stands, in its order."""

    contest: int
    basis: Annotated[
        Literal["report", "scores", "none"],
        Field(description="the evaluator's report, with intervals; the scores on the chain alone; or no scores stand"),
    ]
    metric: str | None
    minimum_ppm: Ppm
    skilless_ppm: Annotated[Ppm | None, Field(description="what a constant model scores")]
    windows: Annotated[int | None, Field(description="predictions that one run is scored on")]
    runs: int | None
    rows: list[BoardRowFacts]


def leaderboard_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["contests"])

    @router.get("/contests/{number}/leaderboard")
    def leaderboard(number: Number) -> BoardAnswer:
        """The leaderboard. Before there are scores, and where none stand, it has no rows."""

        def work(snapshot: Snapshot) -> BoardAnswer:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            made = board(contest)
            return BoardAnswer(
                chain_id=snapshot.state.chain_id,
                block=block_of(snapshot),
                contest=number,
                basis=made.basis,
                metric=made.metric,
                minimum_ppm=made.minimum_ppm,
                skilless_ppm=made.skilless_ppm,
                windows=made.windows,
                runs=made.runs,
                rows=[_row(contest, row) for row in made.rows],
            )

        return site.read(work)

    @router.get(
        "/contests/{number}/leaderboard.csv",
        response_class=Response,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def table(number: Number) -> Response:
        """The leaderboard as CSV, a line a spec."""

        def work(snapshot: Snapshot) -> Response:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            text = _csv(contest, board(contest), snapshot.state.block)
            name = f"contest-{number}-leaderboard.csv"
            headers = {"content-disposition": f'attachment; filename="{name}"'}
            return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

        return site.read(work)

    return router


def _row(contest: IndexedContest, row: BoardRow) -> BoardRowFacts:
    return BoardRowFacts(
        place=row.place,
        last_place=row.last_place,
        index=row.index,
        participant=row.participant,
        slot=row.slot,
        spec="0x" + row.spec.hex(),
        spec_in_words=spec_words(row.spec),
        score_ppm=row.score_ppm,
        run_scores_ppm=list(row.run_scores_ppm),
        interval_ppm=None if row.interval_ppm is None else list(row.interval_ppm),
        p_value_ppm=row.p_value_ppm,
        note=row.note,
        has_curves=row.has_curves,
        won=row.won,
        prize=None if row.prize is None else Amount.of(row.prize, contest.contest.asset),
    )


def _csv(contest: IndexedContest, made: Board, block: int | None) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    asset = contest.contest.asset
    for row in made.rows:
        low, high = row.interval_ppm or ("", "")
        cells = (
            contest.contest.number, block, row.place, row.last_place, row.index, row.participant, row.slot,
            "0x" + row.spec.hex(), spec_words(row.spec), row.score_ppm, low, high,
            "" if row.p_value_ppm is None else row.p_value_ppm, row.note, "yes" if row.won else "no",
            "" if row.prize is None else row.prize, "coin" if asset.is_coin else asset.address,
        )  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()
