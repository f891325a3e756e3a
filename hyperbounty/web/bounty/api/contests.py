"""Contests as answers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select

from hyperbounty.bounty.show.contest import contest_json
from hyperbounty.web.bounty.contests import contests_of
from hyperbounty.web.bounty.tables import CONTESTS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Site, Snapshot


def contest_answers(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["contests"])

    @router.get("/contests/{number}")
    def contest(number: int) -> dict[str, Any]:
        def work(snapshot: Snapshot) -> dict[str, Any]:
            wanted = select(CONTESTS).where(CONTESTS.c.number == number)
            for _, found, _ in contests_of(snapshot.connection, wanted, snapshot.now):
                return {"block": snapshot.state.block, **contest_json(found)}
            raise NotHere(f"there is no contest {number}", "list them with /api/v1/contests")

        return site.read(work)

    return router
