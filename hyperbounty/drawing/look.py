"""How a page that is one file looks: reports and simulations share it."""

from __future__ import annotations

from importlib.resources import files


def page_style() -> str:
    """The style sheet of type, palette, tables and charts, for a `style` element.

    >>> page_style().startswith(":root {")
    True
    """
    return files(__package__).joinpath("page.css").read_text(encoding="utf-8")
