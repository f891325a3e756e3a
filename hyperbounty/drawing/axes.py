"""Axes: where a value lies, and the round numbers beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from hyperbounty.drawing.html import Html, tag
from hyperbounty.format import moment

_DAYS: Final = 3 * 86_400
_TIMES: Final = 3


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with words at some places."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

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
    return Axis(low, high, tuple((step * each, words(step * each)) for each in range(first, last + 1)))


def in_percent(share: float) -> str:
    """A share as a word of an axis.

    >>> in_percent(0.525)
    '52.5%'
    """
    return f"{100 * share:.4g}%"


def score_axis(values: Sequence[float]) -> Axis:
    """An axis in percent with room for all these shares, from 0 to 1."""
    low, high = min(values), max(values)
    room = max(0.05 * (high - low), 0.005)
    return nice_axis(max(low - room, 0.0), min(high + room, 1.0), in_percent)


def value_axis(values: Sequence[float], words: Callable[[float], str] = "{:.4g}".format) -> Axis:
    """An axis with some room beyond all these values; from 0 to 1 where there is none."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = 0.06 * (high - low)
    return nice_axis(low - room, high + room, words, most=4)


def time_axis(first: int, last: int) -> Axis:
    """With some days, or hours where it spans few days; times are unix seconds, words in UTC."""
    if last <= first:
        return Axis(first - 1, first + 1, ((first, moment(first)),))
    form = "%Y-%m-%d" if last - first > _DAYS else "%m-%d %H:%M"
    places = [first + (last - first) * each / (_TIMES - 1) for each in range(_TIMES)]
    return Axis(first, last, tuple((at, datetime.fromtimestamp(at, UTC).strftime(form)) for at in places))


def words_below(axis: Axis) -> Html:
    """The words of an axis that lies, as wide as what stands above."""
    return tag("svg", *(_word(axis.share(at), text) for at, text in _apart(axis)), class_="x", aria_hidden="true")


def words_beside(axis: Axis) -> Html:
    """The words of an axis that stands, as high as what it stands beside."""
    return tag(
        "svg",
        *(tag("text", text, x="100%", y=f"{100 - 100 * axis.share(at):.2f}%") for at, text in axis.ticks),
        class_="y",
        aria_hidden="true",
    )


def _word(share: float, text: str) -> Html:
    # Those at the ends stay inside.
    anchor = "start" if share < 0.02 else "end" if share > 0.98 else "middle"
    return tag("text", text, x=f"{100 * share:.2f}%", y="1em", text_anchor=anchor)


def _apart(axis: Axis) -> list[tuple[float, str]]:
    """Ticks that leave room for their words where the page is narrow."""
    ticks = list(axis.ticks)
    return ticks if len(ticks) <= 6 else ticks[:: -(-len(ticks) // 6)]
