"""What every page of bounties is made with: the snapshot, the root path, and how people are drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import HTMLResponse

from hyperbounty.drawing.html import Html
from hyperbounty.web.bounty.linked import Linked
from hyperbounty.web.bounty.pages.linked import LinkedCharts
from hyperbounty.web.index.state import State
from hyperbounty.web.site.people import person
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.values import LARGEST_NUMBER

Number = Annotated[int, Path(ge=0, le=LARGEST_NUMBER)]
"""Of a contest, in the path of a page."""


class Showing:
    """Makes the pages of bounties.

    Args:
        site: that they are pages of.
        renderer: of the site.
        linked: what documents link, in the store behind the site.
    """

    def __init__(self, site: Site, renderer: Renderer, linked: Linked) -> None:
        self.site = site
        self.linked = linked
        self.charts = LinkedCharts(linked)
        self._renderer = renderer
        self.root = site.settings.root_path
        self.person: Callable[[str], Html] = partial(person, self.root)

    def page(self, template: str, state: State, **values: Any) -> HTMLResponse:
        """The page of a template of this family."""
        return self._renderer.page(f"bounty/{template}", state, **values)
