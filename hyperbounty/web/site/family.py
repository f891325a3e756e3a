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

    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site

GROUP: Final = "hyperbounty.site"


class SiteFamily(ABC):
    """One family; see the module.

    Attributes:
        NAME: of the family, as the index has it.
        TEMPLATES: the package that has its templates, in a folder `templates`.
        SUBJECT, SUBJECTS: what people call a subject of it and several of them, such as `contest` and `contests`:
            `/events?contest=7`, `/contests/7/feed.atom`.
    """

    NAME: ClassVar[str]
    TEMPLATES: ClassVar[str]
    SUBJECT: ClassVar[str]
    SUBJECTS: ClassVar[str]

    @abstractmethod
    def answers(self, site: Site) -> APIRouter:
        """What programs ask; the frame puts it under `/api/v1`."""

    @abstractmethod
    def pages(self, site: Site, renderer: Renderer) -> APIRouter:
        """What people look at."""

    @abstractmethod
    def path_of(self, contract: str, subject: str) -> str:
        """The page of a subject of the index, such as `/contests/7`.

        Args:
            contract: the address that its events are of.
            subject: see `hyperbounty.web.index.family.Family.subject_of`.
        """

    @abstractmethod
    def accounts_of(self, connection: Connection, subjects: Sequence[str]) -> Mapping[str, Collection[str]]:
        """The accounts that have to do with each of these subjects, by subject; at most 1,000 subjects at once."""

    @abstractmethod
    def subjects_of(self, connection: Connection, account: str) -> Collection[str]:
        """The subjects that an account has to do with."""


def site_families() -> list[SiteFamily]:
    """Every registered family, in the order of their names."""
    return [point.load()() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)]
