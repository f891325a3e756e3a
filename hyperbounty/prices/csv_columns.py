"""Which column of a file is what: by its title, by what the user says, or by what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.prices.candles import PRICES, lie_together, price_group
from hyperbounty.prices.csv_layout import EXAMPLE, Layout
from hyperbounty.prices.csv_time import find_time
from hyperbounty.prices.csv_titles import QUOTE, TAILS, TITLES, plain, rank_of
from hyperbounty.prices.numerals import MISSING, Marks, marks_of, numbers_of
from hyperbounty.prices.times import looks_like_time

_ROLES: Final = ("time", *PRICES, "volume")
_NEEDED: Final = {"close": "", "volume": "; prices without volumes cannot be used"}
_SHARE: Final = 0.95


@dataclass(frozen=True)
class ColumnChoice:
    """What a user says about the columns of a file, where it cannot be seen.

    Attributes:
        columns: a title, or a number counted from 1, by role: time, open, high, low, close, volume.
        zone: of times that have none, such as `Europe/Berlin`.
        day_first: whether 03/04/2024 is in April.
        decimal: the mark before a fraction.
    """

    columns: dict[str, str] = field(default_factory=dict)
    zone: str | None = None
    day_first: bool | None = None
    decimal: str | None = None

    @classmethod
    def parse(cls, text: str) -> ColumnChoice:
        """What `text` says, such as `time=Date,close=Last,volume=3,zone=Europe/Berlin,dates=day-first,decimal=comma`.

        Raises:
            PriceDataError: a part that is not known.

        >>> choice = ColumnChoice.parse("time=Date, close=5, dates=day-first")
        >>> choice.columns, choice.day_first
        ({'time': 'Date', 'close': '5'}, True)
        """
        columns: dict[str, str] = {}
        others: dict[str, str] = {}
        for part in text.split(","):
            key, _, value = (piece.strip() for piece in part.partition("="))
            key = key.lower()
            if not value or key not in (*_ROLES, "zone", "dates", "decimal") or key in columns | others:
                raise PriceDataError(
                    f"{part.strip()!r} says of no column what it is",
                    NextStep("write each once, as in {}; it may also have zone=, dates= and decimal=", EXAMPLE),
                )
            (columns if key in _ROLES else others)[key] = value
        for key, known in (("dates", ("day-first", "month-first")), ("decimal", ("comma", "point"))):
            if others.get(key, known[0]) not in known:
                raise PriceDataError(f"{key} cannot be {others[key]!r}", f"choose {' or '.join(known)}")
        return cls(
            columns,
            others.get("zone"),
            others["dates"] == "day-first" if "dates" in others else None,
            {"comma": ",", "point": "."}[others["decimal"]] if "decimal" in others else None,
        )


@dataclass(frozen=True)
class Columns:
    """Which column is what.

    Attributes:
        time: one column, or two where the day stands in one and the hour in another.
        prices: the columns of open, high, low and close, as far as they are known; close is always there.
        believed: what says so: `user`, `header`, or `position`, which has to be found out from the values.
        volume: the column of the volume.
        other_volume: the one to take where `volume` is zero throughout.
        marks: how numbers are written.
    """

    time: tuple[int, ...]
    prices: dict[str, int]
    believed: str
    volume: int
    other_volume: int | None
    marks: Marks


def find_columns(name: str, coin: str, layout: Layout, choice: ColumnChoice) -> Columns:
    """The columns of the file `name`, which has the prices of `coin`.

    Raises:
        PriceDataError: a column is not there, or cannot be told from another.
    """
    chosen = {role: _chosen(name, layout, title) for role, title in choice.columns.items()}
    time = find_time(name, layout, chosen.get("time"))
    cells = [cell for place in range(layout.fields) if place not in time for cell in layout.column(place)]
    marks = _marks(name, cells, choice.decimal)
    missing = [role for role in ("close", "volume") if role not in chosen]
    if not missing:
        prices = {role: place for role, place in chosen.items() if role in PRICES}
        return Columns(time, prices, "user", chosen["volume"], None, marks)
    if layout.has_header:
        titled = {role: chosen.get(role, _titled(name, coin, layout, role, time)) for role in PRICES}
        prices = {role: place for role, place in titled.items() if place is not None}
        volumes = [chosen["volume"]] if "volume" in chosen else _volumes(coin, layout, time)
        for role, there in (("close", "close" in prices), ("volume", bool(volumes))):
            if not there:
                shown = ", ".join(" ".join(filter(None, texts)) or "-" for texts in layout.titles)
                raise PriceDataError(
                    f"{name} line {layout.first} has no column {role!r}: {shown[:80]}",
                    NextStep("say which it is: {}" + _NEEDED[role], EXAMPLE),
                )
        believed = "user" if "close" in chosen else "header"
        return Columns(time, prices, believed, volumes[0], volumes[1] if len(volumes) > 1 else None, marks)
    return _by_position(name, layout, time, marks, chosen)


def _chosen(name: str, layout: Layout, title: str) -> int:
    places = [place for place, texts in enumerate(layout.titles) if plain(title) in map(plain, texts)]
    if len(places) == 1:
        return places[0]
    if title.isdecimal() and 1 <= int(title) <= layout.fields:
        return int(title) - 1
    raise PriceDataError(
        f"{name} has {len(places) or 'no'} columns {title!r} among its {layout.fields}",
        NextStep("give its number, counted from 1: {}", Parameter("columns", "time=1,close=5,volume=6")),
    )


def _titled(name: str, coin: str, layout: Layout, role: str, time: tuple[int, ...]) -> int | None:
    names = TITLES[role]
    found: list[tuple[int, int]] = []
    for place, texts in enumerate(layout.titles):
        rank = (
            None
            if place in time
            else rank_of(texts, names, TAILS.get(role, frozenset()), frozenset({coin.lower(), "usd", "usdt", "usdc"}))
        )
        if rank is not None:
            found.append((rank, place))
    if not found:
        return None
    best = [place for rank, place in found if rank == min(found)[0]]
    if len(best) > 1:
        best = [place for place in best if any(coin.lower() in plain(text).split() for text in layout.titles[place])]
    if len(best) != 1:
        raise PriceDataError(
            f"{name} has more than one column {role!r}, and none of them alone is of {coin}",
            NextStep("say which it is, by its number: {}", Parameter("columns", "time=1,close=5,volume=6")),
        )
    return best[0]


def _volumes(coin: str, layout: Layout, time: tuple[int, ...]) -> list[int]:
    """Columns that can be the volume, the best first."""
    names = (*TITLES["volume"][:2], f"volume {coin.lower()}", f"vol {coin.lower()}", *TITLES["volume"][2:])
    ranked = []
    for place, texts in enumerate(layout.titles):
        if place in time:
            continue
        rank = rank_of(texts, names, heads=frozenset({coin.lower()}))
        if rank is None and any(plain(text).startswith(("volume", "vol ")) for text in texts):
            rank = len(names)
        if rank is None and rank_of(texts, QUOTE) is not None:
            rank = len(names) + 1
        if rank is not None:
            own = any(coin.lower() in plain(text).split() for text in texts)
            ranked.append((rank, not own, place))
    return [place for _, _, place in sorted(ranked)]


def _marks(name: str, cells: Sequence[str], decimal: str | None) -> Marks:
    if decimal is not None:
        return Marks(decimal, "," if decimal == "." else ".")
    amounts = [cell for cell in cells if "," in cell or "." in cell]
    # A column of dates beside the time has points of its own.
    marks = (
        marks_of(cell for cell in amounts if not looks_like_time(cell))
        if any("," in cell for cell in amounts)
        else Marks()
    )
    if marks is None:
        raise PriceDataError(
            f"{name} has numbers whose comma or point may stand before a fraction or between thousands",
            NextStep("say which: {}", Parameter("columns", "decimal=comma")),
        )
    return marks


def _by_position(name: str, layout: Layout, time: tuple[int, ...], marks: Marks, chosen: dict[str, int]) -> Columns:
    """The columns of a file without a header, from the values in its first lines."""
    numbers: dict[int, NDArray[np.float64]] = {}
    for place in range(layout.fields):
        cells = layout.column(place)
        if place in time or all(cell in MISSING for cell in cells):
            continue
        values, wrong = numbers_of(pd.Series(cells, dtype=str), marks)
        # Where files were joined, a header stands between the rows.
        if wrong.mean() <= 1 - _SHARE:
            numbers[place] = values
    after = [place for place in numbers if place > time[-1]]
    if len(after) in (2, 3) and not chosen and not lie_together([numbers[place] for place in after[:1] + after[2:]]):
        # time, price, volume and perhaps market_cap: ticks, as CoinPaprika gives them.
        return Columns(time, {"close": after[0]}, "user", after[1], None, marks)
    group = price_group(numbers)
    if group is None and "close" not in chosen:
        raise PriceDataError(
            f"{name} has {layout.fields} columns, no header, and no four of them that are an open, a high, a low and a "
            "close",
            NextStep("say which is which: {}", Parameter("columns", "time=1,close=5,volume=6")),
        )
    prices = dict(zip(PRICES, group or (), strict=False))
    if "close" in chosen:
        prices = {"close": chosen["close"]}
    volume = chosen.get("volume")
    if volume is None:
        volume = _volume_beside(numbers, tuple(prices.values()))
    if volume is None:
        raise PriceDataError(
            f"{name} has {layout.fields} columns, no header, and none that can be a volume",
            NextStep("say which it is: {}", Parameter("columns", "time=1,close=5,volume=6")),
        )
    return Columns(time, prices, "user" if "close" in chosen else "position", volume, None, marks)


def _volume_beside(numbers: dict[int, NDArray[np.float64]], prices: tuple[int, ...]) -> int | None:
    """The next column that is no price, such as Kraken's mean price, and no time."""
    table = np.array([numbers[place] for place in prices])
    low, high = np.nanmin(table, axis=0), np.nanmax(table, axis=0)
    others = sorted(set(numbers) - set(prices), key=lambda place: (place < max(prices), place))
    for place in others:
        values = numbers[place]
        known = ~np.isnan(values)
        within = (values >= low) & (values <= high)
        if known.any() and within[known].mean() < _SHARE and not (values[known] > 1e11).mean() > _SHARE:
            return place
    return None
