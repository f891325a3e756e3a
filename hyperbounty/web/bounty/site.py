"""The bounty, as the site knows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from hyperbounty.web.bounty.api.contests import contest_answers
from hyperbounty.web.bounty.concerned import accounts_of, subjects_of
from hyperbounty.web.bounty.due import deadlines
from hyperbounty.web.bounty.happenings import happenings, happenings_after, path_of, title_of
from hyperbounty.web.bounty.pages.contests import contest_pages
from hyperbounty.web.site.family import SiteFamily

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import Connection

    from hyperbounty.web.site.happening import About, Deadline, Happening
    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site, Snapshot


class BountySite(SiteFamily):
    """Contests for hyperparameters."""

    NAME = "bounty"
    TEMPLATES = "hyperbounty.web.bounty.pages"
    SUBJECT = "contest"
    SUBJECTS = "contests"

    def answers(self, site: Site) -> APIRouter:
        """See `SiteFamily`."""
        return contest_answers(site)

    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        """See `SiteFamily`."""
        return contest_pages(site, renderer)

    def path_of(self, contract: str, subject: str) -> str:
        """The page of a contest, or of an account."""
        return path_of(subject)

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
