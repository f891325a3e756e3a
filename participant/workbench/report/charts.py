"""Charts as SVG in the page: no script, no picture from elsewhere, and each with its table for who cannot see it.

The plot stretches with the page, its lines do not grow with it, and words stand beside it as HTML, so that they are as
large on a telephone as on paper. Lines differ by their dashes and by a label, never by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from participant.workbench.report.html import Html, joined, tag

WIDTH: Final = 1000
HEIGHT: Final = 300
DASHES: Final = ("", "2 4", "10 4 2 4", "16 5", "1 2")
"""How lines are told apart, in their order; the bar has a dash of its own in the style sheet."""

MOST_POINTS: Final = 400
"""Of a line: more are not seen, and make the file large."""


@dataclass(frozen=True)
class Line:
    """A curve.

    Attributes:
        label: for the legend.
        xs, ys: as many as each other; a `y` that is not finite breaks the line.
        kind: a class of the style sheet: `own`, `other`, `many`, `bar`.
        dash: of `DASHES`.
    """

    label: str
    xs: Sequence[float]
    ys: Sequence[float | None]
    kind: str = "own"
    dash: str = ""


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with words at some places."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Where it lies, from 0 to 1 and not beyond."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def nice_axis(low: float, high: float, words: Callable[[float], str] = "{:g}".format, most: int = 5) -> Axis:
    """An axis whose ticks are round numbers: 1, 2 or 5 times a power of ten.

    >>> [text for _, text in nice_axis(0.512, 0.633, in_percent).ticks]
    ['55%', '60%']
    """
    if high - low <= 1e-9 * (abs(low) + abs(high)) + 1e-12:
        around = max(abs(low), abs(high))
        room = 0.5 * (around if around > 1e-9 else 1.0)
        low, high = low - room, high + room
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return Axis(low, high, [(step * each, words(step * each)) for each in range(first, last + 1)])


def in_percent(share: float) -> str:
    """A share as a word of an axis.

    >>> in_percent(0.525)
    '52.5%'
    """
    return f"{100 * share:.4g}%"


def line_chart(name: str, x_label: str, lines: Sequence[Line], x: Axis, y: Axis) -> Html:
    """Curves with their legend; `name` says to who cannot see it what it shows."""
    marks = [
        *(_rule("v", x.share(at)) for at, _ in x.ticks),
        *(_rule("h", y.share(at)) for at, _ in y.ticks),
        *(each for line in lines for each in _polylines(line, x, y)),
    ]
    plot = tag(
        "svg",
        *marks,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=name,
        class_="plot",
    )
    return tag(
        "figure",
        tag("figcaption", name),
        tag(
            "div",
            tag(
                "div",
                *(tag("span", text, style=f"bottom:{100 * y.share(at):.2f}%") for at, text in y.ticks),
                class_="y",
                aria_hidden="true",
            ),
            plot,
            tag(
                "div",
                *(tag("span", text, style=f"left:{100 * x.share(at):.2f}%") for at, text in _apart(x)),
                class_="x",
                aria_hidden="true",
            ),
            class_="chart",
        ),
        tag("p", x_label, class_="axis"),
        _legend(lines) if len(lines) > 1 else "",
    )


def ruler(axis: Axis, *, at: float | None, interval: tuple[float, float] | None, bar: float, base: float) -> Html:
    """One row of a ruler that several rows share: a dot with its whisker, the bar, and what needs no skill."""
    marks = [tag("line", x1=0, x2=WIDTH, y1=12, y2=12, class_="track")]
    marks += [_upright(axis.share(base), "base"), _upright(axis.share(bar), "bar")]
    if interval is not None:
        low, high = (axis.share(each) * WIDTH for each in interval)
        marks.append(tag("line", x1=f"{low:.1f}", x2=f"{high:.1f}", y1=12, y2=12, class_="whisker"))
        marks += [tag("line", x1=f"{each:.1f}", x2=f"{each:.1f}", y1=8, y2=16, class_="cap") for each in (low, high)]
    if at is not None:
        # A line without length and with round ends stays a dot however the plot is stretched.
        where = f"{axis.share(at) * WIDTH:.1f}"
        marks.append(tag("line", x1=where, x2=where, y1=12, y2=12, class_="dot"))
    return tag("svg", *marks, viewBox=f"0 0 {WIDTH} 24", preserveAspectRatio="none", class_="ruler", aria_hidden="true")


def ruler_scale(axis: Axis) -> Html:
    """The words below the rows of a ruler."""
    return tag(
        "div",
        *(tag("span", text, style=f"left:{100 * axis.share(at):.2f}%") for at, text in _apart(axis)),
        class_="x",
        aria_hidden="true",
    )


def thinned(values: Sequence[object], most: int = MOST_POINTS) -> list[int]:
    """Which of many points are drawn: evenly, the first and the last among them.

    >>> thinned(range(3)), len(thinned(range(10_000))), thinned(range(10_000))[-1]
    ([0, 1, 2], 400, 9999)
    """
    count = len(values)
    if count <= most:
        return list(range(count))
    return sorted({round(each * (count - 1) / (most - 1)) for each in range(most)})


def _polylines(line: Line, x: Axis, y: Axis) -> list[Html]:
    pieces: list[list[str]] = [[]]
    for at, value in zip(line.xs, line.ys, strict=True):
        if value is None or not math.isfinite(value):
            pieces.append([])
        else:
            pieces[-1].append(f"{x.share(at) * WIDTH:.1f},{(1 - y.share(value)) * HEIGHT:.1f}")
    return [
        tag("polyline", points=" ".join(piece), class_=line.kind, stroke_dasharray=line.dash or None)
        if len(piece) > 1
        # A single point: a line to itself, with round ends.
        else tag("polyline", points=" ".join(piece * 2), class_=f"{line.kind} point")
        for piece in pieces
        if piece
    ]


def _legend(lines: Sequence[Line]) -> Html:
    def sample(line: Line) -> Html:
        drawn = tag("line", x1=0, x2=36, y1=6, y2=6, class_=line.kind, stroke_dasharray=line.dash or None)
        return tag("span", tag("svg", drawn, viewBox="0 0 36 12", aria_hidden="true"), line.label)

    # Lines of one label are of one kind.
    alike = {line.label: line for line in lines}
    return tag("p", *map(sample, alike.values()), class_="legend")


def _rule(way: str, share: float) -> Html:
    if way == "v":
        at = f"{share * WIDTH:.1f}"
        return tag("line", x1=at, x2=at, y1=0, y2=HEIGHT, class_="grid")
    at = f"{(1 - share) * HEIGHT:.1f}"
    return tag("line", x1=0, x2=WIDTH, y1=at, y2=at, class_="grid")


def _upright(share: float, kind: str) -> Html:
    at = f"{share * WIDTH:.1f}"
    return tag("line", x1=at, x2=at, y1=0, y2=24, class_=kind)


def _apart(axis: Axis) -> list[tuple[float, str]]:
    """Ticks that leave room for their words where the page is narrow."""
    ticks = list(axis.ticks)
    return ticks if len(ticks) <= 6 else ticks[:: -(-len(ticks) // 6)]


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
