"""The times of a file of prices: numbers whose size says their unit, and dates however people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hyperbounty.errors import PriceDataError
from hyperbounty.next_steps import NextStep, Parameter

DAY: Final = 86_400

# Unix seconds lie in this range from 1973 to 5138. A thousand times that are milliseconds, and so on.
_FIRST, _LAST = 1e8, 1e11
_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
# Dates in digits, YYYYMMDD, with hour and minute, and with the second.
_POWERS: Final = (1, 10_000, 1_000_000)
_FIRST_DIGITS: Final = 19_700_101
_LAST_DIGITS: Final = 21_000_000
_NUMBER: Final = re.compile(r"\+?\d+(\.\d*)?([eE]\+?\d+)?")
_SHORTEST: Final = 8

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Those that mean one thing wherever they are written; CST, IST and others do not.
_ZONES: Final = {
    **dict.fromkeys(("z", "utc", "gmt", ""), ""),
    **{"est": "-05:00", "edt": "-04:00", "pst": "-08:00", "pdt": "-07:00", "cet": "+01:00", "cest": "+02:00"},
}
_TIME_OF_DAY: Final = re.compile(r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?( ?[AaPp][Mm])?|\d{1,6}")
_WRITTEN: Final = re.compile(
    r"""
    (?: (?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})
      | (?P<year1>\d{4})(?P<month1>\d\d)(?P<day1>\d\d)
      | (?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})[-/.](?P<year2>\d{4}|\d\d)
      | (?:[A-Za-z]{3,9},?\ )?(?P<name3>[A-Za-z]{3,9})\.?\ (?P<day3>\d{1,2})(?:st|nd|rd|th)?,?\ (?P<year3>\d{4})
      | (?:[A-Za-z]{3,9},?\ )?(?P<day4>\d{1,2})[-\ ](?P<name4>[A-Za-z]{3,9})\.?[-\ ](?P<year4>\d{4}|\d\d)
    )
    (?: (?:[T ]|,\ ?) (?P<hour>\d{1,2}) (?: :(?P<minute>\d\d) (?: :(?P<second>\d\d)(?:[.,]\d+)? )?
                                      | (?P<minute1>\d\d)(?:(?P<second1>\d\d)(?:[.,]\d+)?)? )?
        (?: [-\ ]?(?P<half>[AaPp])[Mm] )? )?
    \ ?(?P<zone>[A-Za-z]{1,4})? \ ?(?P<offset>[+-]\d\d(?::?\d\d)?)? (?:\[[\w/+-]+\])?
    """,
    re.VERBOSE,
)


def looks_like_time(cell: str) -> bool:
    """Whether a cell can be a time; a time of day alone is none.

    >>> [looks_like_time(cell) for cell in ("1735603200", "31.12.2024 13:00", "Jan 5, 2025", "42000.5", "13:00", "now")]
    [True, True, True, False, False, False]
    """
    text = cell.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        # Most numbers of a file are prices. An array for each of them takes longer than all else that finds the layout.
        if any(_FIRST * unit <= number < _LAST * unit for unit in _UNITS):
            return True
        digits = any(_FIRST_DIGITS * power <= number < _LAST_DIGITS * power for power in _POWERS)
        return digits and not np.isnan(times_of_numbers(np.array([number]))[0])
    written = (_iso(text, day_first=first) for first in (True, False))
    return any(time is not None and _exists(time) for time in written)


def _exists(time: str) -> bool:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True


def unknown_zone(cell: str) -> str:
    """The name of a time's zone, where it is not known what it means; else empty.

    >>> unknown_zone("2024-01-31 10:00 IST"), unknown_zone("2024-01-31 10:00 UTC"), unknown_zone("tuesday")
    ('IST', '', '')
    """
    match = _WRITTEN.fullmatch(cell.strip())
    zone = (match["zone"] or "") if match else ""
    return zone if zone.lower() not in _ZONES else ""


def is_number(cell: str) -> bool:
    """Whether a time is written as a number."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def is_time_of_day(cell: str) -> bool:
    """Whether a cell is an hour and a minute, as a second column beside a date has it."""
    return _TIME_OF_DAY.fullmatch(cell.strip()) is not None


def is_whole_day(cell: str) -> bool:
    """Whether a time names a day and no hour."""
    match = _WRITTEN.fullmatch(cell.strip())
    return match is not None and match["hour"] is None


def is_ambiguous(cell: str) -> bool:
    """Whether a date is written in a way that some read with the day first and some with the month first.

    >>> is_ambiguous("03/04/2024"), is_ambiguous("03.04.2024"), is_ambiguous("2024-03-04")
    (True, False, False)
    """
    match = _WRITTEN.fullmatch(cell.strip())
    return match is not None and match["mark"] in ("/", "-")


def times_of(cells: pd.Series[str], *, day_first: bool) -> NDArray[np.float64]:
    """Unix seconds of each cell; NaN where it is no time. Where no zone is written, it is UTC.

    >>> times_of(pd.Series(["1735689600000", "1735689600000000", "2025-01-01 01:00+01:00"]), day_first=True).tolist()
    [1735689600.0, 1735689600.0, 1735689600.0]
    """
    text = cells.str.strip()
    # pandas takes "now", a year or a month for a time too; all of them are shorter than a date.
    seconds = _moments(text.where(text.str.len() >= _SHORTEST))
    rest = np.flatnonzero(np.isnan(seconds))
    if len(rest):
        numbers = pd.to_numeric(text.iloc[rest], errors="coerce").to_numpy(np.float64, na_value=np.nan)
        seconds[rest] = times_of_numbers(numbers)
        rest = rest[np.isnan(seconds[rest])]
    if len(rest):
        written = [_iso(cell, day_first=day_first) for cell in text.iloc[rest]]
        seconds[rest] = _moments(pd.Series(written, dtype="str"))
    return seconds


def times_of_numbers(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unix seconds of numbers, each in the unit that its size says: seconds to nanoseconds, or a date in digits.

    A date in digits has the form 20250131, 202501311300 or 20250131130000. As milliseconds, the second form would be a
    day of 1976, and the third one of the year 2611.

    >>> times_of_numbers(np.array([1735689600, 1735689600123, 20250101, 20250101130000, 7])).tolist()
    [1735689600.0, 1735689600.0, 1735689600.0, 1735736400.0, nan]
    """
    seconds = np.full(len(values), np.nan)
    for unit in _UNITS:
        fits = (values >= _FIRST * unit) & (values < _LAST * unit)
        seconds[fits] = values[fits] // unit
    for power in _POWERS:
        fits = (values >= _FIRST_DIGITS * power) & (values < _LAST_DIGITS * power)
        if fits.any():
            found = _dates_in_digits(values[fits].astype(np.int64) * (1_000_000 // power))
            seconds[fits] = np.where(np.isnan(found), seconds[fits], found)
    return seconds


def _dates_in_digits(digits: NDArray[np.int64]) -> NDArray[np.float64]:
    """Unix seconds of numbers of the form YYYYMMDDhhmmss; NaN where a part of them cannot be."""
    day, hour = digits // 1_000_000, digits % 1_000_000
    year, month, date = day // 10_000, day // 100 % 100, day % 100
    clock = (hour // 10_000, hour // 100 % 100, hour % 100)
    right = (month >= 1) & (month <= 12) & (date >= 1) & (clock[0] < 24) & (clock[1] < 60) & (clock[2] < 60)
    months = ((year - 1970) * 12 + np.where(right, month, 1) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (date - 1)
    right &= days.astype("datetime64[M]") == months
    seconds = days.astype("datetime64[s]").astype(np.int64) + clock[0] * 3600 + clock[1] * 60 + clock[2]
    return np.where(right, seconds, np.nan)


def _moments(text: pd.Series[str]) -> NDArray[np.float64]:
    moments = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None).to_numpy()
    seconds = moments.astype("datetime64[s]")
    return np.where(np.isnat(seconds), np.nan, seconds.astype(np.int64))


def _iso(cell: str, *, day_first: bool) -> str | None:
    """The time in ISO 8601; None where it is none."""
    match = _WRITTEN.fullmatch(cell)
    if match is None:
        return None
    found = match.groupdict(default="")
    if found["one"]:
        dotted = found["mark"] == "."
        day, month = (found["one"], found["two"]) if day_first or dotted else (found["two"], found["one"])
    else:
        name = (found["name3"] or found["name4"]).lower()[:3]
        if name and name not in _MONTHS:
            return None
        month = str(_MONTHS.index(name) + 1) if name else found["month"] or found["month1"]
        day = found["day"] or found["day1"] or found["day3"] or found["day4"]
    year = next(found[name] for name in ("year", "year1", "year2", "year3", "year4") if found[name])
    hour = int(found["hour"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    zone = _ZONES.get(found["zone"].lower())
    if zone is None:
        return None
    minute, second = found["minute"] or found["minute1"] or "00", found["second"] or found["second1"] or "00"
    offset = found["offset"] or zone
    century = "" if len(year) == 4 else "19" if year >= "70" else "20"
    return f"{century}{year}-{month:0>2}-{day:0>2}T{hour:02}:{minute}:{second}{offset}"


def joined(days: pd.Series[str], hours: pd.Series[str]) -> pd.Series[str]:
    """Times from a column of days and one of hours, such as 20250131 and 93000.

    >>> joined(pd.Series(["20250131"]), pd.Series(["93000"])).tolist()
    ['20250131 093000']
    """
    hours = hours.str.strip()
    width = 6 if int(hours.str.len().max()) > 4 else 4
    return days.str.strip() + " " + hours.where(hours.str.contains(":"), hours.str.zfill(width))


def has_zone(cells: pd.Series[str]) -> NDArray[np.bool_]:
    """Whether a time is an instant by itself: a number that counts from 1970, or with its zone written.

    >>> has_zone(pd.Series(["1735689600", "20250131", "2025-01-31 10:00Z", "2025-01-31 10:00 PM"])).tolist()
    [True, False, True, False]
    """
    text = cells.str.strip()
    counted = text.str.fullmatch(r"\d{9,}(?:\.\d*)?") & ~text.str.fullmatch(r"(?:19|20)\d{10}(?:\d\d)?")
    zone = text.str.contains(r"(?:[A-Za-z]|\d:?\d\d(?:[.,]\d+)? ?[+-]\d\d(?::?\d\d)?)$")
    return (counted | zone & ~text.str.contains(r"[AaPp][Mm]$")).to_numpy(np.bool_)


def in_zone(file: str, local: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Instants of local times, which stand in the order of time or its reverse.

    An hour that the clock shows twice is told apart by the order of the rows: what comes first is summer time.

    Raises:
        PriceDataError: the zone is not known, a time does not exist there, or stands once where it may mean two.
    """
    clock = _zone(zone)
    reverse = len(local) > 1 and local[0] > local[-1]
    ordered = local[::-1] if reverse else local
    stamps = pd.DatetimeIndex(ordered.astype("datetime64[s]"))
    early = stamps.tz_localize(clock, ambiguous=np.ones(len(stamps), np.bool_), nonexistent="NaT")
    late = stamps.tz_localize(clock, ambiguous=np.zeros(len(stamps), np.bool_), nonexistent="NaT")
    if early.isna().any():
        missing = stamps[int(np.argmax(early.isna()))]
        raise PriceDataError(f"{file} has the time {missing}, which no clock of {zone} shows", _name_zone(zone))
    first, second = (index.tz_convert(None).as_unit("s").asi8 for index in (early, late))
    twice = first != second
    instants = second.copy()
    steps = np.diff(ordered)
    interval = int(pd.Series(steps[steps > 0]).mode().iloc[0]) if (steps > 0).any() else DAY
    repeated = pd.Index(ordered).duplicated(keep="first")
    has_twin = pd.Index(ordered).duplicated(keep=False)
    if interval <= 3600:
        alone = twice & ~has_twin
        if alone.any():
            raise PriceDataError(
                f"{file} has the time {stamps[int(np.argmax(alone))]} once, and clocks of {zone} showed it twice",
                "bring times in UTC, or with their offset",
            )
    instants[twice & ~repeated] = first[twice & ~repeated]
    return instants[::-1] if reverse else instants


def refuse_summer_time(file: str, local: NDArray[np.int64]) -> None:
    """Refuse times without a zone that go back an hour as clocks do when summer ends.

    Raises:
        PriceDataError: says when, and that a zone has to be named.
    """
    if len(local) < 3:
        return
    ordered = local[::-1] if local[0] > local[-1] else local
    steps = np.diff(ordered)
    interval = int(pd.Series(steps[steps > 0]).mode().iloc[0]) if (steps > 0).any() else DAY
    back = np.flatnonzero(steps == interval - 3600)
    if interval > 3600 or not len(back):
        return
    moments = pd.DatetimeIndex(ordered[back + 1].astype("datetime64[s]"))
    # The nights from Saturday to Sunday on which clocks are set back, north and south.
    changes = (moments.day_of_week == 6) & np.isin(moments.month, (3, 4, 10, 11)) & np.isin(moments.hour, (1, 2, 3))
    if changes.any():
        raise PriceDataError(
            f"{file} goes back an hour at {moments[int(np.argmax(changes))]}, as local time does when summer ends",
            _name_zone("Europe/Berlin"),
        )


def _name_zone(example: str) -> NextStep:
    return NextStep("name the zone of its times: {}", Parameter("columns", f"zone={example}"))


def _zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise PriceDataError(f"there is no time zone {zone!r}", _name_zone("America/New_York")) from error


def day_first(file: str, candidates: Sequence[NDArray[np.float64]]) -> bool:
    """Whether dates such as 03/04/2024 have their day first, from the times of all of them read both ways.

    Raises:
        PriceDataError: both readings are as good.
    """
    wrong = [int(np.isnan(times).sum()) for times in candidates]
    if wrong[0] != wrong[1]:
        return wrong[0] < wrong[1]
    # Read the wrong way round, the next day is another month: a step of weeks where the right way has none.
    jumps = [_irregular(times) for times in candidates]
    if 3 * min(jumps) < max(jumps):
        return jumps[0] < jumps[1]
    raise PriceDataError(
        f"{file} has dates that may have their day or their month first",
        NextStep("say which: {}", Parameter("columns", "dates=day-first")),
    )


def _irregular(times: NDArray[np.float64]) -> int:
    """How many steps between neighbours do not have the commonest length."""
    steps = np.diff(times[~np.isnan(times)])
    return int((steps != pd.Series(steps).mode().iloc[0]).sum()) if len(steps) else 0
