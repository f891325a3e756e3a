"""Which column of a file has the time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep
from hyperbounty.prices.csv_layout import EXAMPLE, Layout
from hyperbounty.prices.csv_titles import TAILS, TITLES, plain, rank_of
from hyperbounty.prices.times import is_number, is_time_of_day, is_whole_day, looks_like_time, times_of

_SHARE: Final = 0.95
# Of the first rows, so many decide which column has the times. Those of the others that have none are counted later.
_MOSTLY: Final = 0.5
# A row is named by its beginning.
_ENDS: Final = ("close time", "time close", "end", "end time", "time end", "time high", "time low")


def find_time(name: str, layout: Layout, chosen: int | None) -> tuple[int, ...]:
    """The column of the time, with that of the hour where it has none.

    Args:
        name: of the file, for the message of an error.
        layout: of the file.
        chosen: the column that the user named.

    Raises:
        PriceDataError: none has times, or a spreadsheet has shortened them.
    """
    ranked = sorted(
        (rank, place)
        for place, texts in enumerate(layout.titles)
        if (rank := rank_of(texts, TITLES["time"], TAILS["time"])) is not None
    )
    candidates = [place for _, place in ranked]
    if not candidates:
        # Without a title, or beside an index without one; else with one that is not known.
        candidates = [place for place, texts in enumerate(layout.titles) if not any(texts)]
        candidates += [place for place in range(layout.fields) if place not in candidates and _is_clock(layout, place)]
    if chosen is not None:
        candidates = [chosen]
    best = None
    for place in candidates:
        cells = layout.column(place)
        if _share(map(looks_like_time, cells)) < _MOSTLY:
            continue
        time = _with_hour(layout, place)
        # A spreadsheet that shortens 1586995200000 to 1.587E+12 makes many times one.
        if len(time) > 1 or len(set(cells)) >= _SHARE * len(cells):
            return time
        best = best or time
    if best and not any(re.search("[eE]", cell) and is_number(cell) for cell in layout.column(best[0])):
        return best
    if best:
        raise PriceDataError(
            f"{name} has times such as {layout.column(best[0])[0]}, which a spreadsheet has shortened",
            "get the file again, and do not save it from a spreadsheet",
        )
    if layout.has_header and not ranked and chosen is None:
        raise PriceDataError(
            f"{name} line {layout.first} has no column 'time': {', '.join(map(' '.join, layout.titles))[:80]}",
            NextStep("say which it is: {}", EXAMPLE),
        )
    place = candidates[0] if candidates else 0
    cell = next((cell for cell in layout.column(place) if not looks_like_time(cell)), "")
    raise PriceDataError(
        f"{name} has {cell[:40]!r} where a time is expected, in column {place + 1}",
        NextStep("name the column of the time: {}", EXAMPLE),
    )


def _with_hour(layout: Layout, place: int) -> tuple[int, ...]:
    cells = layout.column(place)
    digits = all(is_number(cell) and len(cell) == 8 for cell in cells)
    if not digits and _share(map(is_whole_day, cells)) < _SHARE:
        return (place,)
    for other in range(layout.fields):
        titles = [plain(text) for text in layout.titles[other]]
        beside = other == place + 1 and not any(titles)
        if other != place and (beside or {"time", "hour", "zeit", "heure", "hora"} & set(titles)):
            hours = layout.column(other)
            clocks = [":" in cell for cell in hours]
            if _share(map(is_time_of_day, hours)) >= _SHARE and (
                not beside or all(clocks) or (digits and all(len(cell) == 6 for cell in hours))
            ):
                return place, other
    return (place,)


def _is_clock(layout: Layout, place: int) -> bool:
    """Whether a column has times at steps that are mostly equal."""
    cells = layout.column(place)
    if rank_of(layout.titles[place], _ENDS) is not None or _share(map(looks_like_time, cells)) < _SHARE:
        return False
    steps = np.diff(times_of(pd.Series(cells, dtype=str), day_first=True))
    return (
        len(steps) > 1 and bool((np.abs(steps) == np.median(np.abs(steps))).mean() > _MOSTLY) and np.median(steps) != 0
    )


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
