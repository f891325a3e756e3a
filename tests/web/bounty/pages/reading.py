"""Pages as a reader without a browser sees them: tags that are closed in order, attributes and texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Final

from fastapi.testclient import TestClient

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import Scene

VOID: Final = {"meta", "link", "line", "polyline", "rect", "circle", "path", "wbr", "input", "br"}


@contextmanager
def reading(scene: Scene, settings: SiteSettings | None = None) -> Iterator[TestClient]:
    """A client of a site over the index of a scene, with its store."""
    with open_index(scene.database, families()) as database:
        site = Site(database, settings or SiteSettings(), store=lambda: scene.store)
        with TestClient(create_app(site, site_families())) as client:
            yield client


class Read(HTMLParser):
    """A page that was read; it fails where a tag is not closed.

    Attributes:
        tags: names and attributes, in order.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See `HTMLParser`."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See `HTMLParser`."""
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """See `HTMLParser`."""
        self._texts.append((tuple(self._open), data))

    @property
    def text(self) -> str:
        """All that is in the body, with single blanks."""
        return " ".join(" ".join(data for within, data in self._texts if "body" in within).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of this name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    def within(self, name: str) -> list[str]:
        """The texts that stand right within such a tag."""
        return [data.strip() for within, data in self._texts if within and within[-1] == name and data.strip()]

    def classed(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of every tag of this class."""
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]


def read(client: TestClient, path: str, status: int = 200) -> Read:
    """A page that answers so."""
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return Read(answer.text)
