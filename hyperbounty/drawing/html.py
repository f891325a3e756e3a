"""HTML made of functions: every text is escaped, unless these functions made it.

A title, a source, a token's symbol come from strangers. So what goes into a tag is either `Html`, which only `tag` and
its like make, or text, which is escaped: markup, and characters that turn the direction of writing or have no width
(`hyperbounty.texts.escaped`).
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Final

from hyperbounty.texts import escaped

_VOID: Final = frozenset({"meta", "line", "polyline", "rect", "circle", "path"})


class Html(str):
    """Markup that was made here; templates take it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """The markup, for a template engine that escapes texts."""
        return str(self)


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """An element; a child that is not `Html` is escaped text.

    `class_` is the attribute class, a `_` within a name is a `-`, and an attribute that is None is left out.

    >>> tag("p", "a < b", tag("b", "!"), class_="x")
    '<p class="x">a &lt; b<b>!</b></p>'
    >>> tag("p", "x\\u202ey", title='"')
    '<p title="&quot;">x\\\\u202ey</p>'
    """
    said = "".join(
        [
            f' {_attribute(key)}="{value if type(value) is int else escape(escaped(value))}"'
            for key, value in attributes.items()
            if value is not None
        ]
    )
    if name in _VOID and not children:
        return Html(f"<{name}{said}{'' if name == 'meta' else '/'}>")
    return Html(f"<{name}{said}>{joined(*children)}</{name}>")


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def joined(*children: object) -> Html:
    """The children one after the other, as `tag` has them."""
    return Html("".join(map(_safe, children)))


def foreign(text: object, longest: int = 300) -> Html:
    """A text of a stranger: its direction of writing stays in it.

    >>> foreign("<script>")
    '<bdi>&lt;script&gt;</bdi>'
    """
    return tag("bdi", escaped(text, longest))


def _safe(child: object) -> str:
    return child if isinstance(child, Html) else escape(escaped(child), quote=False)
