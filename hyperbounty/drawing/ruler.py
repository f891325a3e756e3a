"""Scores on one ruler: each row has the same axis, so that the eye compares places and not numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hyperbounty.drawing.axes import Axis, words_below
from hyperbounty.drawing.html import Html, tag


@dataclass(frozen=True)
class Ruler:
    """What all rows share; values are those of the axis.

    Attributes:
        axis: of all rows.
        bar: what has to be reached.
        base: what needs no skill.
        noise: from where to where luck alone reaches; None where that is not known.
    """

    axis: Axis
    bar: float
    base: float | None = None
    noise: tuple[float, float] | None = None

    def row(
        self, at: float | None = None, interval: tuple[float, float] | None = None, runs: Sequence[float] = ()
    ) -> Html:
        """One row: a dot with its whisker and the runs that it is the mean of, on what all rows share."""
        marks = []
        if self.noise is not None:
            low, high = map(self._at, self.noise)
            marks.append(tag("rect", x=f"{low:.2f}%", width=f"{high - low:.2f}%", y=0, height="100%", class_="noise"))
        marks.append(tag("line", x1=0, x2="100%", y1="50%", y2="50%", class_="track"))
        if self.base is not None:
            marks.append(self._upright(self.base, "base"))
        marks.append(self._upright(self.bar, "bar"))
        if interval is not None:
            low, high = map(self._at, interval)
            marks.append(tag("line", x1=f"{low:.2f}%", x2=f"{high:.2f}%", y1="50%", y2="50%", class_="whisker"))
            marks += [self._upright(each, "cap", "32%", "68%") for each in interval]
        marks += [tag("circle", cx=f"{self._at(run):.2f}%", cy="50%", r=2, class_="run") for run in runs]
        if at is not None:
            marks.append(tag("circle", cx=f"{self._at(at):.2f}%", cy="50%", r=4.5, class_="dot"))
        return tag("svg", *marks, class_="ruler", aria_hidden="true")

    @property
    def scale(self) -> Html:
        """The words below the rows."""
        return words_below(self.axis)

    def _at(self, value: float) -> float:
        return 100 * self.axis.share(value)

    def _upright(self, value: float, kind: str, top: str = "0", bottom: str = "100%") -> Html:
        at = f"{self._at(value):.2f}%"
        return tag("line", x1=at, x2=at, y1=top, y2=bottom, class_=kind)
