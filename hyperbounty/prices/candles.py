"""Whether four columns are the open, high, low and close that they are taken for, and which order holds where not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter

PRICES: Final = ("open", "high", "low", "close")

# Real files have rows in which a price lies outside their own high and low: rounding, or an open taken from elsewhere.
_SHARE: Final = 0.95
_ROUNDING: Final = 1e-9
# The next open is near a close. Whoever takes one for the other sees steps that are twice as far, or more.
_CLEAR: Final = 0.5
_FEWEST_STEPS: Final = 10
# A volume can be above all prices of its row by chance, but hardly so near to them: no interval has a high of six times
# its low, and four columns are left for later ones only where those lie much closer together.
_LARGEST_SPREAD: Final = 5.0
_CLOSER: Final = 0.5
_NEAR: Final = 0.5

# The orders in which exchanges give them, where the values leave it open: Binance and most others, Coinbase, Bitfinex,
# Huobi.
_KNOWN: Final = (
    ("open", "high", "low", "close"),
    ("low", "high", "open", "close"),
    ("open", "close", "high", "low"),
    ("open", "close", "low", "high"),
)

_Values = NDArray[np.float64]


def price_group(numbers: Mapping[int, _Values]) -> tuple[int, ...] | None:
    """The four neighbouring columns whose values lie together with one above and one below all others; None if none do.

    >>> wave = 100 + np.arange(20.0) % 7
    >>> price_group({1: wave * 99, 2: wave, 3: wave + 2, 4: wave - 2, 5: wave + 1, 6: wave % 3})
    (2, 3, 4, 5)
    """
    best = None
    for start in numbers:
        group = tuple(range(start, start + 4))
        if not all(place in numbers for place in group):
            continue
        rows = _complete(np.array([numbers[place] for place in group]))
        if not rows.shape[1] or (rows <= 0).any():
            continue
        spread = float(np.median(rows.max(axis=0) / rows.min(axis=0)) - 1)
        moving = _moving(rows)
        found = _ends(moving) if moving.shape[1] else [(0, 1)]
        if found and spread < _LARGEST_SPREAD and (best is None or spread < _CLOSER * best[0]):
            best = spread, group
    return best[1] if best else None


def lie_together(columns: list[_Values]) -> bool:
    """Whether columns of the same rows are as near to each other as prices of one interval."""
    rows = _complete(np.array(columns))
    if len(columns) < 2 or not rows.shape[1] or (rows <= 0).any():
        return False
    return float(np.median(rows.max(axis=0) / rows.min(axis=0))) - 1 < _NEAR


def settle(
    file: str, columns: Mapping[str, _Values], places: Mapping[str, int], times: _Values, believed: str
) -> tuple[str, str]:
    """Which of the columns is the close, and what is to be said about it; nothing where all is as it is taken for.

    Args:
        file: its name.
        columns: [rows] prices by what they are taken for: all four, or fewer where the file has no more.
        places: the column of each in the file, from 0.
        times: [rows] unix seconds.
        believed: `header` where titles say what they are, `position` where nothing does.

    Raises:
        PriceDataError: low <= open, close <= high does not hold, and no other order, or more than one, does.
    """
    names = tuple(columns)
    order = np.argsort(times, kind="stable") if np.any(np.diff(times) < 0) else slice(None)
    rows = _complete(np.array([columns[name] for name in names])[:, order])
    moving = _moving(rows)
    if not moving.shape[1]:
        return "close", ""
    if len(names) < len(PRICES):
        if not _holds(moving, names):
            raise _refusal(file, "its close does not lie between its low and its high")
        return "close", ""
    if believed == "header" and _holds(moving, names):
        if _close_of(rows, names.index("open"), names.index("close")) != names.index("open"):
            return "close", ""
        swapped = {"open": places["close"], "close": places["open"]}
        return "open", _said(file, swapped, "as each open is near the close before it")
    roles = _roles(file, rows, moving, names, places, believed)
    in_file = tuple(sorted(roles, key=lambda role: places[names[roles[role]]]))
    note = _said(file, {role: places[names[i]] for role, i in roles.items()}, "by their values")
    return names[roles["close"]], "" if believed == "position" and in_file == PRICES else note


def _roles(
    file: str,
    rows: _Values,
    moving: _Values,
    names: tuple[str, ...],
    places: Mapping[str, int],
    believed: str,
) -> dict[str, int]:
    """The row of `rows` that is the open, the high, the low and the close."""
    usual = None
    if believed == "header":
        usual = names.index("close")
    else:
        orders = (_renamed(names, places, known) for known in _KNOWN)
        closes = {order.index("close") for order in orders if _holds(moving, order)}
        usual = closes.pop() if len(closes) == 1 else None
    found = []
    for high, low in _ends(moving):
        one, other = (place for place in range(len(names)) if place not in (high, low))
        close = _close_of(rows, one, other)
        if close is None:
            close = usual if usual in (one, other) else None
        opened = one if close == other else other
        found.append((close, {"open": opened, "high": high, "low": low, "close": close}))
    if not found:
        raise _refusal(file, "in no order do low <= open, close <= high hold")
    close, roles = found[0]
    if close is None or any(other != close for other, _ in found):
        raise _refusal(file, "its open and its close cannot be told apart")
    return {role: place for role, place in roles.items() if place is not None}


def _renamed(names: tuple[str, ...], places: Mapping[str, int], order: tuple[str, ...]) -> tuple[str, ...]:
    """What each of the columns is called, if they stand in the file in this order."""
    ranks = {name: rank for rank, name in enumerate(sorted(names, key=lambda name: places[name]))}
    return tuple(order[ranks[name]] for name in names)


def _complete(rows: _Values) -> _Values:
    """The [columns, rows] in which every price is there."""
    known = np.isfinite(rows).all(axis=0)
    return rows if known.all() else rows[:, known]


def _moving(rows: _Values) -> _Values:
    """Those in which the prices differ: the others fit every order."""
    moving = rows.max(axis=0) > rows.min(axis=0)
    return rows if moving.all() else rows[:, moving]


def _holds(rows: _Values, names: tuple[str, ...]) -> bool:
    """Whether low <= open, close <= high, as far as they are among the names, in as good as all rows."""
    low = rows[names.index("low")] if "low" in names else np.full(rows.shape[1], -np.inf)
    high = rows[names.index("high")] if "high" in names else np.full(rows.shape[1], np.inf)
    inside = low <= high * (1 + _ROUNDING)
    for name in ("open", "close"):
        if name in names:
            price = rows[names.index(name)]
            inside &= (price >= low * (1 - _ROUNDING)) & (price <= high * (1 + _ROUNDING))
    return bool(inside.mean() >= _SHARE)


def _ends(rows: _Values) -> list[tuple[int, int]]:
    """The pairs of columns that are above, and below, all others in as good as all rows."""
    top, bottom = rows.max(axis=0) * (1 - _ROUNDING), rows.min(axis=0) * (1 + _ROUNDING)
    highs = [place for place, values in enumerate(rows) if (values >= top).mean() >= _SHARE]
    lows = [place for place, values in enumerate(rows) if (values <= bottom).mean() >= _SHARE]
    return [(high, low) for high in highs for low in lows if high != low]


def _close_of(rows: _Values, one: int, other: int) -> int | None:
    """Which of two columns is the close, as the other continues it in the next row; None where that is not clear."""
    first = np.abs(rows[other, 1:] - rows[one, :-1])  # if `one` is the close
    second = np.abs(rows[one, 1:] - rows[other, :-1])
    moved = first + second > 0
    if moved.sum() < _FEWEST_STEPS:
        return None
    # The median, as the step over a gap says nothing.
    by_one, by_other = float(np.median(first[moved])), float(np.median(second[moved]))
    if by_one < _CLEAR * by_other:
        return one
    return other if by_other < _CLEAR * by_one else None


def _said(file: str, places: Mapping[str, int], how: str) -> str:
    listed = ", ".join(f"{place + 1} {role}" for role, place in sorted(places.items(), key=lambda item: item[1]))
    return f"{file}: its columns are, {how}: {listed}"


def _refusal(file: str, why: str) -> PriceDataError:
    return PriceDataError(
        f"{file}: {why}, so nothing says which column is the close",
        NextStep("say it, by title or number: {}", Parameter("columns", "time=1,close=5,volume=6")),
    )
