"""The list of models: those that take samples and were trained last come first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hyperbounty.models.types import Stage
from hyperbounty.web.models.facts import hidden_models
from hyperbounty.web.models.listing import Wanted, count_models, list_models
from hyperbounty.web.models.pages.showing import MOST_PAGES, ROWS, Showing
from hyperbounty.web.site.site import Snapshot


def models_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/models")
    def models(page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1) -> Response:
        def work(snapshot: Snapshot) -> Response:
            # A draft is nobody's business but its creator's.
            wanted = Wanted(stages=(Stage.LIVE, Stage.CLOSED), without=hidden_models(site))
            found = list_models(snapshot, wanted, "changed", most=ROWS, offset=ROWS * (page - 1))
            count = count_models(snapshot, wanted)
            return showing.page(
                "models.html", snapshot.state, models=found, page=page, count=count, pages=-(-count // ROWS)
            )

        return site.read(work)

    return router
