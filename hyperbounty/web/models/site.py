"""Shared models, as the site knows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter

from hyperbounty.web.models.api.routes import models_answers
from hyperbounty.web.models.news.concerned import accounts_of, subjects_of
from hyperbounty.web.models.news.due import deadlines
from hyperbounty.web.models.news.happenings import happenings, happenings_after, path_of, title_of
from hyperbounty.web.models.pages.account import account_part
from hyperbounty.web.models.pages.acting import acting_routes
from hyperbounty.web.models.pages.market import market_page
from hyperbounty.web.models.pages.model import model_page
from hyperbounty.web.models.pages.models import models_page
from hyperbounty.web.models.pages.open import open_page
from hyperbounty.web.models.pages.showing import Showing
from hyperbounty.web.models.topics import topics_of
from hyperbounty.web.site.family import SiteFamily

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hyperbounty.web.site.account_part import AccountPart
    from hyperbounty.web.site.happening import About, Deadline, Happening
    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site, Snapshot


class ModelsSite(SiteFamily):
    """Small classifiers that strangers improve."""

    NAME = "models"
    TEMPLATES = "hyperbounty.web.models.pages"
    NAVIGATION = (("/models", "Models"),)
    SUBJECT = "model"
    SUBJECTS = "models"

    def answers(self, site: Site) -> APIRouter:
        """See `SiteFamily`."""
        return models_answers(site)

    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        """See `SiteFamily`."""
        showing = Showing(site, renderer)
        router = APIRouter()
        for page in (models_page, open_page, model_page, market_page):
            router.include_router(page(showing))
        router.include_router(acting_routes(site))
        return router

    def account_part(self, site: Site, snapshot: Snapshot, address: str) -> AccountPart:
        """See `SiteFamily`."""
        return account_part(site, snapshot, address)

    def path_of(self, contract: str, subject: str) -> str:
        """The page of a model, or of an account."""
        return path_of(subject)

    def topics_of(self, connection: Connection, subjects: Sequence[str]) -> Collection[str]:
        """See `SiteFamily`."""
        return topics_of(connection, subjects)

    def accounts_of(self, connection: Connection, subjects: Sequence[str]) -> Mapping[str, Collection[str]]:
        """See `SiteFamily`."""
        return accounts_of(connection, subjects)

    def subjects_of(self, connection: Connection, account: str) -> Collection[str]:
        """See `SiteFamily`."""
        return subjects_of(connection, account)

    def title_of(self, snapshot: Snapshot, subject: str) -> str:
        """See `SiteFamily`."""
        return title_of(snapshot, subject)

    def happenings(self, snapshot: Snapshot, about: About, most: int) -> Sequence[Happening]:
        """See `SiteFamily`."""
        return happenings(snapshot, about, most)

    def happenings_after(self, snapshot: Snapshot, block: int, *, news_only: bool) -> Sequence[Happening]:
        """See `SiteFamily`."""
        return happenings_after(snapshot, block, news_only=news_only)

    def deadlines(self, snapshot: Snapshot, about: About, most: int) -> Sequence[Deadline]:
        """See `SiteFamily`."""
        return deadlines(snapshot, about, most)
