"""The page of one market of a model, with all its batches."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from hyperbounty.web.models.listing import listed_model
from hyperbounty.web.models.markets import batches_of, market_at, markets_of
from hyperbounty.web.models.pages.showing import MOST_PAGES, ROWS, Number, Showing
from hyperbounty.web.models.topics import shows_model
from hyperbounty.web.site.site import Snapshot
from hyperbounty.web.site.values import LARGEST_NUMBER


def market_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/models/{number}/markets/{market}")
    def market_of_model(
        number: Number,
        market: Annotated[int, Path(ge=1, le=LARGEST_NUMBER)],
        page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
    ) -> Response:
        def work(snapshot: Snapshot) -> Response:
            listed = listed_model(site, snapshot, number)
            shown = market_at(snapshot, listed.row, market)
            shows_model(snapshot, listed, [shown])
            return showing.page(
                "market.html",
                snapshot.state,
                model=listed.model,
                last=shown,
                count=markets_of(snapshot, listed.row, most=1)[0].number,
                batches=batches_of(snapshot.connection, shown.row, after=ROWS * (page - 1) - 1, most=ROWS),
                page=page,
                pages=-(-shown.row["batches"] // ROWS),
                block=snapshot.state.block,
            )

        return site.read(work)

    return router
