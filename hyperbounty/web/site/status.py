"""How the index behind the site does, for people: the block that pages speak of, the node, and the documents."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from hyperbounty.web.index.documents import count_documents
from hyperbounty.web.index.keeping import read_all
from hyperbounty.web.index.state import read_state
from hyperbounty.web.index.tables import CONTRACTS, REORGANIZATIONS
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.site import Site

_MOST_REORGANIZATIONS = 5


def status_page(site: Site, renderer: Renderer) -> APIRouter:
    """The route; its page is there too while there is nothing else to show."""
    router = APIRouter()

    @router.get("/status")
    def status() -> Response:
        def work(rows: Connection) -> Response:
            state = read_state(rows)
            if state is None:
                return renderer.page("site/status.html", None, contracts=[], documents={}, reorganizations=[])
            latest = select(REORGANIZATIONS).order_by(REORGANIZATIONS.c.id.desc()).limit(_MOST_REORGANIZATIONS)
            return renderer.page(
                "site/status.html",
                state,
                contracts=rows.execute(select(CONTRACTS).order_by(CONTRACTS.c.id)).mappings().all(),
                documents=count_documents(rows),
                reorganizations=rows.execute(latest).mappings().all(),
            )

        return read_all(site.database, work)

    return router
