"""The bounty, as the site knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.web.bounty.api.contests import contest_answers
from hyperbounty.web.bounty.pages.acting import acting_routes
from hyperbounty.web.bounty.pages.compose import compose_pages
from hyperbounty.web.bounty.pages.contests import contest_pages
from hyperbounty.web.site.family import SiteFamily

if TYPE_CHECKING:
    from fastapi import APIRouter

    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site


class BountySite(SiteFamily):
    """Contests for hyperparameters."""

    NAME = "bounty"
    TEMPLATES = "hyperbounty.web.bounty.pages"

    def answers(self, site: Site) -> APIRouter:
        """See `SiteFamily`."""
        return contest_answers(site)

    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        """See `SiteFamily`."""
        router = contest_pages(site, renderer)
        router.include_router(acting_routes(site))
        router.include_router(compose_pages(site, renderer))
        return router

    def path_of(self, contract: str, subject: str) -> str:
        """The page of a contest, or of an account."""
        return f"/contests/{subject}" if subject.isdecimal() else f"/accounts/{subject}"
