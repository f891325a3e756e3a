"""What people published about a contest, as answers: documents with their own bytes, curves, prices."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from hyperbounty.bounty.manifest import CidText
from hyperbounty.web.bounty.documents import content_of
from hyperbounty.web.bounty.facts import IndexedContest
from hyperbounty.web.bounty.hiding import shown_contest
from hyperbounty.web.bounty.linked import MOST_POINTS, Linked, PriceLine
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.site.answers import Answer, Block, Described, block_of
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import LARGEST_NUMBER, Hex32, Number, Ppm

_DOCUMENT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_LATEST: Final = 100_000_000_000


class RunFacts(Described):
    """One training of a spec. Curves have one entry an epoch; null stands for a number that was not finite."""

    run: int
    seed: int
    score_ppm: Ppm
    diverged_at: int | None
    seconds: float
    losses: list[float | None]
    accuracies: list[float | None]
    holdout_scores_ppm: list[Ppm]


class CurvesAnswer(Answer):
    """How a spec was trained, as the evaluator's report says."""

    contest: int
    index: int
    spec: Hex32
    runs: list[RunFacts]


class PriceLineFacts(Described):
    """Closes of a coin. Where there are too many, the lowest and the highest of each stretch."""

    rows: Annotated[int, Field(description="how many there are between the ends that were asked for")]
    times: Annotated[list[int], Field(description="unix seconds, UTC")]
    closes: list[float]


class PricesAnswer(Answer):
    """The prices of a contest."""

    contest: int
    coin: str
    interval: Annotated[int, Field(description="seconds between neighbouring rows; a larger step is a gap")]
    training: PriceLineFacts
    holdout: Annotated[PriceLineFacts | None, Field(description="null while it is not open, or cannot be shown")]
    holdout_fault: Annotated[str, Field(description="why it cannot be shown though it is open; else empty")]


def published_answers(site: Site, linked: Linked) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["contests"])

    def found(number: int) -> tuple[IndexedContest, int, Block]:
        def work(snapshot: Snapshot) -> tuple[IndexedContest, int, Block]:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            return contest, snapshot.state.chain_id, block_of(snapshot)

        return site.read(work)

    @router.get("/contests/{number}/report", response_class=Response, responses=_DOCUMENT)
    def report(number: Number) -> Response:
        """The evaluator's report with the bytes whose hash is on the chain; of another contest, none."""

        def work(snapshot: Snapshot) -> Response:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            digest = contest.row["report"]
            content = None if digest is None or contest.report_fault else content_of(snapshot.connection, digest)
            if content is None:
                why = "is not recorded" if digest is None else contest.report_fault or "is not there"
                raise NotHere(f"the report of contest {number}: {why}", "see its documents, and what became of each")
            return Response(content, media_type="application/json")

        return site.read(work)

    @router.get("/contests/{number}/documents/{cid}", response_class=Response, responses=_DOCUMENT)
    def document(number: Number, cid: Annotated[CidText, Path()]) -> Response:
        """A document of a contest with its own bytes, which never change: their hash is their name."""

        def work(snapshot: Snapshot) -> Response:
            contest = shown_contest(site, snapshot, number)
            shows_contest(snapshot, contest)
            named = [each for each in contest.documents if str(each.cid) == cid]
            content = content_of(snapshot.connection, named[0].digest) if named else None
            if content is None:
                raise NotHere(f"contest {number} has no such document here", "see its documents")
            return Response(content, media_type="application/json", headers={"cache-control": _FOR_EVER})

        return site.read(work)

    @router.get("/contests/{number}/curves/{index}")
    def curves(
        number: Number, index: Annotated[int, Path(ge=0, le=LARGEST_NUMBER, description="of the spec")]
    ) -> CurvesAnswer:
        """How a spec was trained. Fetched from the store at the first look: 503 until it is here."""
        contest, chain_id, block = found(number)
        made = linked.curves(contest, index)
        runs = [RunFacts(**vars(run)) for run in made.runs]
        return CurvesAnswer(chain_id=chain_id, block=block, contest=number, index=made.index, spec=made.spec, runs=runs)

    @router.get("/contests/{number}/prices")
    def prices(
        response: Response,
        number: Number,
        start: Annotated[int | None, Query(alias="from", ge=0, le=_LATEST, description="unix seconds")] = None,
        end: Annotated[int | None, Query(alias="to", ge=0, le=_LATEST, description="unix seconds, excluded")] = None,
    ) -> PricesAnswer:
        """The closes of the contest's coin. Fetched from the store at the first look: 503 until they are here."""
        contest, chain_id, block = found(number)
        made = linked.prices(contest)
        if made.is_waiting:
            response.headers["cache-control"] = "no-store"
        return PricesAnswer(
            chain_id=chain_id,
            block=block,
            contest=number,
            coin=made.coin,
            interval=made.interval,
            training=_line(made.training.between(start, end)),
            holdout=None if made.holdout is None else _line(made.holdout.between(start, end)),
            holdout_fault=made.holdout_fault,
        )

    return router


def _line(line: PriceLine) -> PriceLineFacts:
    points = line.thinned(MOST_POINTS)
    return PriceLineFacts(
        rows=len(line.times), times=[time for time, _ in points], closes=[close for _, close in points]
    )
