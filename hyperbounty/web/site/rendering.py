"""Pages out of templates: texts are escaped, and what strangers wrote cannot turn or hide what stands around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from hyperbounty.drawing.times import left, when
from hyperbounty.format import count_of
from hyperbounty.texts import escaped
from hyperbounty.web.index.state import State
from hyperbounty.web.site.amounts import money, money_about, token_mark
from hyperbounty.web.site.people import person
from hyperbounty.web.site.settings import SiteSettings


class Renderer:
    """Renders the templates of the frame (`site/...`) and of every family (by its name, `bounty/...`).

    Args:
        settings: of the operator.
        packages: that have the templates of the families, by the name of the family.
        navigation: path and name of what every page links to.
    """

    def __init__(
        self, settings: SiteSettings, packages: Mapping[str, str], navigation: Sequence[tuple[str, str]] = ()
    ) -> None:
        named = {"site": "hyperbounty.web.site", **packages}
        loaders = {name: PackageLoader(package) for name, package in named.items()}
        self._environment = Environment(
            loader=PrefixLoader(loaders),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # Texts from outside are shown in plain characters wherever they stand.
            finalize=_plain,
        )
        self._environment.filters.update(foreign=foreign, capitalized=capitalized)
        self._environment.globals.update(when=when, left=left, navigation=tuple(navigation))
        root = settings.root_path
        self._environment.globals.update(
            root=root,
            person=partial(person, root),
            count_of=count_of,
            money=money,
            money_about=money_about,
            token_mark=token_mark,
        )
        self._environment.globals["public_url"] = settings.public_url

    def page(self, template: str, state: State | None, status: int = 200, **values: Any) -> HTMLResponse:
        """A page.

        Args:
            template: such as `site/status.html`.
            state: of the index, which every page names; None where it cannot be read.
            status: of HTTP.
            values: that the template shows.
        """
        return HTMLResponse(self._environment.get_template(template).render(state=state, **values), status)

    def part(self, template: str, **values: Any) -> Markup:
        """A part of a page, to be set into it as it is."""
        return Markup(self._environment.get_template(template).render(**values))  # noqa: S704 - escaped by the template


def foreign(text: object, longest: int = 300) -> Markup:
    """A text of a stranger: its direction of writing stays in it, and it ends where it becomes long.

    >>> foreign("<b>" + chr(0x202e))
    Markup('<bdi>&lt;b&gt;\\\\u202e</bdi>')
    """
    return Markup("<bdi>{}</bdi>").format(escaped(text, longest))


def _plain(value: object) -> object:
    return escaped(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def capitalized(text: str) -> str:
    """A text with a large first letter, and nothing else changed.

    >>> capitalized("the price of LTC")
    'The price of LTC'
    """
    return text[:1].upper() + text[1:]
