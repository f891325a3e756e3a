"""Moments and spans on a page: in UTC for everybody, and for a script, which adds the reader's own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hyperbounty.drawing.html import Html, tag
from hyperbounty.format import duration

_LAST: Final = 253_402_300_799


def when(timestamp: float) -> Html:
    """A moment of the chain's clock, to the minute; one after the year 9999 as its number.

    >>> when(1_795_251_600)
    '<time datetime="2026-11-21T09:00:00Z">21 Nov 2026, 09:00 UTC</time>'
    """
    if not 0 <= timestamp <= _LAST:
        return tag("span", f"second {timestamp:,.0f}")
    at = datetime.fromtimestamp(int(timestamp), UTC)
    return tag("time", f"{at.day} {at:%b %Y, %H:%M} UTC", datetime=f"{at:%Y-%m-%dT%H:%M:%SZ}")


def left(ends: int, now: int) -> Html:
    """How long it is until then; a script counts it down.

    >>> left(1_795_251_600, 1_795_242_600)
    '<span class="left" data-until="1795251600">2h 30m</span>'
    """
    return tag("span", duration(ends - now), class_="left", data_until=ends)
