"""The list of contests, as a page."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import select

from hyperbounty.web.bounty.contests import contests_of
from hyperbounty.web.bounty.tables import CONTESTS
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.site import Site, Snapshot


def contest_pages(site: Site, renderer: Renderer) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.get("/")
    def contests() -> Response:
        def work(snapshot: Snapshot) -> Response:
            wanted = select(CONTESTS).order_by(CONTESTS.c.number.desc()).limit(50)
            found = [contest for _, contest, _ in contests_of(snapshot.connection, wanted, snapshot.now)]
            return renderer.page("bounty/contests.html", snapshot.state, contests=found)

        return site.read(work)

    return router
