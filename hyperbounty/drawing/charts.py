"""Charts as SVG in the page: no script, no picture from elsewhere, and each with its table for who cannot see it.

The plot stretches with the page, its lines do not grow with it, and words stand beside it in a drawing that does not
stretch, so that they are as large on a telephone as on paper. Lines differ by their dashes and by a label, never by
colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hyperbounty.drawing.axes import Axis, words_below, words_beside
from hyperbounty.drawing.html import Html, tag

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


def line_chart(
    name: str, x_label: str, lines: Sequence[Line], x: Axis, y: Axis, bands: Sequence[tuple[float, float]] = ()
) -> Html:
    """Curves with their legend.

    Args:
        name: says to who cannot see it what it shows.
        x_label: what lies to the right.
        lines: the curves.
        x, y: the axes.
        bands: parts of `x` that are shaded.
    """
    shaded = ((x.share(low) * WIDTH, x.share(high) * WIDTH) for low, high in bands)
    marks = [
        *(tag("rect", x=f"{a:.1f}", width=f"{b - a:.1f}", y=0, height=HEIGHT, class_="shade") for a, b in shaded),
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
        tag("div", words_beside(y), plot, words_below(x), class_="chart"),
        tag("p", x_label, class_="axis"),
        _legend(lines) if len(lines) > 1 else "",
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
