"""What a family of contests brings to the site: its answers, its pages, and where a subject of its index is looked at.

A family registers a class of this kind as an entry point of the group `hyperbounty.site`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import Connection

    from hyperbounty.web.site.account_part import AccountPart
    from hyperbounty.web.site.happening import About, Deadline, Happening
    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site, Snapshot

GROUP: Final = "hyperbounty.site"


class SiteFamily(ABC):
    """One family; see the module.

    Attributes:
        NAME: of the family, as the index has it.
        TEMPLATES: the package that has its templates, in a folder `templates`, and what they link, in a folder
            `static`: pages find that below `/static/<NAME>`.
        NAVIGATION: path and name of each of its pages that every page links to.
        SUBJECT, SUBJECTS: what people call a subject of it and several of them, such as `contest` and `contests`:
            `/events?contest=7`, `/contests/7/feed.atom`.
    """

    NAME: ClassVar[str]
    TEMPLATES: ClassVar[str]
    NAVIGATION: ClassVar[Sequence[tuple[str, str]]] = ()
    SUBJECT: ClassVar[str]
    SUBJECTS: ClassVar[str]

    @abstractmethod
    def answers(self, site: Site) -> APIRouter:
        """What programs ask; the frame puts it under `/api/v1`."""

    @abstractmethod
    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        """What people look at."""

    @abstractmethod
    def account_part(self, site: Site, snapshot: Snapshot, address: str) -> AccountPart:
        """What the page of an account shows of this family.

        Args:
            site: whose page it is.
            snapshot: of the index.
            address: with its checksum; of any account.
        """

    @abstractmethod
    def path_of(self, contract: str, subject: str) -> str:
        """The page of a subject of the index, such as `/contests/7`.

        Args:
            contract: the address that its events are of.
            subject: see `hyperbounty.web.index.family.Family.subject_of`.
        """

    @abstractmethod
    def topics_of(self, connection: Connection, subjects: Sequence[str]) -> Collection[str]:
        """What shows something else where these subjects do, at most 1,000 of them.

        A topic is a text that only this family reads, such as `contests/7`. Pages and answers name those that they
        show (`Snapshot.shows`), and are kept until one of them is among these.
        """

    @abstractmethod
    def accounts_of(self, connection: Connection, subjects: Sequence[str]) -> Mapping[str, Collection[str]]:
        """The accounts that have to do with each of these subjects, by subject; at most 1,000 subjects at once."""

    @abstractmethod
    def subjects_of(self, connection: Connection, account: str) -> Collection[str]:
        """The subjects that an account has to do with."""

    @abstractmethod
    def title_of(self, snapshot: Snapshot, subject: str) -> str:
        """What a subject is called, such as `Contest 7: Does LTC rise?`.

        Raises:
            NotHere: there is no such subject.
        """

    @abstractmethod
    def happenings(self, snapshot: Snapshot, about: About, most: int) -> Sequence[Happening]:
        """What happened, the newest first; of all subjects only what is news.

        Args:
            snapshot: of the index.
            about: all subjects, one of this family, or an account.
            most: so many at most.

        Raises:
            NotHere: there is no such subject.
        """

    @abstractmethod
    def happenings_after(self, snapshot: Snapshot, block: int, *, news_only: bool) -> Sequence[Happening]:
        """All that happened in later blocks, or only what is news, the oldest first."""

    @abstractmethod
    def deadlines(self, snapshot: Snapshot, about: About, most: int) -> Sequence[Deadline]:
        """What is due, or was; of subjects that go on first.

        Args:
            snapshot: of the index.
            about: as of `happenings`; of an account only what concerns it.
            most: subjects.

        Raises:
            NotHere: there is no such subject.
        """


def site_families() -> list[SiteFamily]:
    """Every registered family, in the order of their names."""
    return [point.load()() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]
