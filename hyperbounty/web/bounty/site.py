"""The bounty, as the site knows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from fastapi import APIRouter

from hyperbounty.web.bounty.api.routes import bounty_answers
from hyperbounty.web.bounty.linked import Linked
from hyperbounty.web.bounty.news.concerned import accounts_of, subjects_of
from hyperbounty.web.bounty.news.due import deadlines
from hyperbounty.web.bounty.news.happenings import happenings, happenings_after, path_of, title_of
from hyperbounty.web.bounty.pages.account import account_part
from hyperbounty.web.bounty.pages.acting import acting_routes
from hyperbounty.web.bounty.pages.compose import compose_page
from hyperbounty.web.bounty.pages.contest import contest_page
from hyperbounty.web.bounty.pages.contests import contests_page
from hyperbounty.web.bounty.pages.entry import entry_page
from hyperbounty.web.bounty.pages.open import open_page
from hyperbounty.web.bounty.pages.showing import Showing
from hyperbounty.web.bounty.topics import topics_of
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.fetched import Fetched

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from hyperbounty.web.site.account_part import AccountPart
    from hyperbounty.web.site.happening import About, Deadline, Happening
    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site, Snapshot


_WAIT_S = 0.5
"""A page waits so long for each thing in the store, and then says that it is not here yet."""


class BountySite(SiteFamily):
    """Contests for hyperparameters."""

    NAME = "bounty"
    TEMPLATES = "hyperbounty.web.bounty.pages"
    NAVIGATION = (("/", "Contests"), ("/open", "Open one"))
    SUBJECT = "contest"
    SUBJECTS = "contests"

    def __init__(self) -> None:
        self._fetched: dict[Site, Fetched] = {}

    def answers(self, site: Site) -> APIRouter:
        """See `SiteFamily`."""
        return bounty_answers(site, Linked(site, self._fetched_of(site)))

    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        """See `SiteFamily`."""
        showing = Showing(site, renderer, Linked(site, self._fetched_of(site), _WAIT_S))
        router = APIRouter()
        for page in (contests_page, contest_page, compose_page, open_page, entry_page):
            router.include_router(page(showing))
        router.include_router(acting_routes(site))
        return router

    def _fetched_of(self, site: Site) -> Fetched:
        """What documents link is fetched once for answers and pages of `site`."""
        return self._fetched.setdefault(site, Fetched(site.kept))

    def path_of(self, contract: str, subject: str) -> str:
        """The page of a contest, or of an account."""
        return path_of(subject)

    def account_part(self, site: Site, snapshot: Snapshot, address: str) -> AccountPart:
        """See `SiteFamily`."""
        return account_part(site, snapshot, address)

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
