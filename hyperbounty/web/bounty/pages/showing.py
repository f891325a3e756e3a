"""What every page of bounties is made with: the snapshot, the root path, and how people are drawn."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.responses import HTMLResponse

from hyperbounty.drawing.html import Html
from hyperbounty.next_steps import NextStep
from hyperbounty.web.bounty.linked import Linked
from hyperbounty.web.bounty.pages.people import person
from hyperbounty.web.index.state import State
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site


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
        self._renderer = renderer
        self.root = site.settings.root_path
        self.person: Callable[[str], Html] = partial(person, self.root)

    def page(self, template: str, state: State, **values: Any) -> HTMLResponse:
        """The page of a template of this family."""
        return self._renderer.page(f"bounty/{template}", state, person=self.person, **values)


def hidden_numbers(settings: SiteSettings) -> list[int]:
    """The contests that the operator does not show."""
    parts = [path.removeprefix("/contests/") for path in settings.hidden if path.startswith("/contests/")]
    return [int(part) for part in parts if part.isdecimal()]


def refuse_hidden(settings: SiteSettings, number: int) -> None:
    """Say so where the operator hides a contest.

    Raises:
        NotHere: it is hidden.
    """
    if f"/contests/{number}" in settings.hidden:
        raise NotHere(
            f"the operator of this site hides contest {number}",
            NextStep("it goes on all the same, and anybody can look at it with a node and the command line"),
        )
