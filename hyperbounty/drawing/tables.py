"""Tables, and charts with theirs: what a chart shows, in numbers, for who cannot see it or wants to count."""

from __future__ import annotations

from collections.abc import Sequence

from hyperbounty.drawing.html import Html, joined, tag


def table(head: Sequence[str], rows: Sequence[Sequence[object]], caption: str) -> Html:
    """A table below its caption; the first cell of a row names it, and the others are numbers.

    A wide one scrolls by itself, and its caption does not.
    """
    names = tag("tr", *(tag("th", each, scope="col") for each in head))
    body = (tag("tr", tag("th", row[0], scope="row"), *(tag("td", each) for each in row[1:])) for row in rows)
    return scrolling(tag("table", tag("thead", names), tag("tbody", *body), aria_label=caption), caption)


def scrolling(table_: Html, caption: str) -> Html:
    """A table that scrolls where it is wider than the page, below its caption."""
    return joined(tag("p", caption, class_="caption"), tag("div", table_, class_="scroll", tabindex="0"))


def with_table(chart: Html, table_: Html) -> Html:
    """A chart, and the same in numbers."""
    return joined(chart, tag("details", tag("summary", "The same in numbers"), table_))
