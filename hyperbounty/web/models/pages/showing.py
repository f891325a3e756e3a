"""What every page of models is made with: the site and its renderer."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Path
from starlette.responses import HTMLResponse

from hyperbounty.web.index.state import State
from hyperbounty.web.site.rendering import Renderer
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.values import LARGEST_NUMBER

Number = Annotated[int, Path(ge=0, le=LARGEST_NUMBER)]
"""Of a model, in the path of a page."""

ROWS: Final = 50
"""Of a page."""

MOST_PAGES: Final = 10_000


class Showing:
    """Makes the pages of models.

    Args:
        site: that they are pages of.
        renderer: of the site.
    """

    def __init__(self, site: Site, renderer: Renderer) -> None:
        self.site = site
        self._renderer = renderer

    def page(self, template: str, state: State, **values: Any) -> HTMLResponse:
        """The page of a template of this family."""
        return self._renderer.page(f"models/{template}", state, **values)
