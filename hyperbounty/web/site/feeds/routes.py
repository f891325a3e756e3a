"""Where feeds and calendars are found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Final

from fastapi import APIRouter, Response

from hyperbounty.chain.address import checked_address
from hyperbounty.web.site.errors import Hidden
from hyperbounty.web.site.family import SiteFamily
from hyperbounty.web.site.feeds import atom, calendar
from hyperbounty.web.site.feeds.subscribed import Subscribed
from hyperbounty.web.site.happening import About, Deadline, Happening
from hyperbounty.web.site.site import Site, Snapshot

FEED: Final = "feed.atom"
CALENDAR: Final = "calendar.ics"
MOST_HAPPENINGS: Final = 100
MOST_SUBJECTS: Final = 200

_Make = Callable[[Snapshot, Subscribed, "_Asked"], bytes]


@dataclass(frozen=True)
class _Asked:
    """What a feed is of: `families` tell of `about`, and `page` shows the same."""

    about: About
    page: str
    families: Sequence[SiteFamily]


def feed_routes(site: Site, families: Sequence[SiteFamily]) -> APIRouter:
    """The routes `feed.atom` and `calendar.ics` below `/`, below each subject, and below each account."""
    router = APIRouter()
    for name, media_type, make in (
        (FEED, atom.MEDIA_TYPE, _feed(site)),
        (CALENDAR, calendar.MEDIA_TYPE, _calendar(site)),
    ):
        _add_routes(router, site, families, name, media_type, make)
    return router


def _add_routes(
    router: APIRouter, site: Site, families: Sequence[SiteFamily], name: str, media_type: str, make: _Make
) -> None:
    settings = site.settings

    def answer(asked: _Asked) -> Response:
        if asked.page in settings.hidden:
            raise Hidden("the operator of this site does not show this", "go back to the contests")

        def work(snapshot: Snapshot) -> Response:
            address = f"{asked.page.rstrip('/')}/{name}"
            title = _title(snapshot, asked)
            feed = Subscribed(title, asked.page, address, settings.public_url, snapshot.state.chain_id)
            return Response(make(snapshot, feed, asked), media_type=media_type)

        return site.read(work)

    @router.get(f"/{name}")
    def of_all() -> Response:
        return answer(_Asked(About(), "/", families))

    @router.get(f"/accounts/{{account}}/{name}")
    def of_account(account: str) -> Response:
        address = checked_address(account)
        return answer(_Asked(About(account=address), f"/accounts/{address}", families))

    for family in families:
        router.add_api_route(f"/{family.SUBJECTS}/{{subject}}/{name}", _of_subject(answer, family))


def _of_subject(answer: Callable[[_Asked], Response], family: SiteFamily) -> Callable[[str], Response]:
    def of_subject(subject: str) -> Response:
        about = About(family=family.NAME, subject=subject)
        return answer(_Asked(about, f"/{family.SUBJECTS}/{subject}", [family]))

    return of_subject


def _title(snapshot: Snapshot, asked: _Asked) -> str:
    if asked.about.subject:
        return asked.families[0].title_of(snapshot, asked.about.subject)
    return f"Contests of {asked.about.account}" if asked.about.account else "All contests"


def _feed(site: Site) -> _Make:
    def make(snapshot: Snapshot, feed: Subscribed, asked: _Asked) -> bytes:
        found = [family.happenings(snapshot, asked.about, MOST_HAPPENINGS) for family in asked.families]
        newest: list[Happening] = list(islice(merge(*found, key=lambda each: -each.block), MOST_HAPPENINGS))
        return atom.atom(feed, [each for each in newest if each.path not in site.settings.hidden], snapshot.now)

    return make


def _calendar(site: Site) -> _Make:
    def make(snapshot: Snapshot, feed: Subscribed, asked: _Asked) -> bytes:
        found: list[Deadline] = []
        for family in asked.families:
            found += family.deadlines(snapshot, asked.about, MOST_SUBJECTS)
        return calendar.calendar(feed, [each for each in found if each.path not in site.settings.hidden])

    return make
