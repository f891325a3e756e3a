"""What is due, as a calendar (RFC 5545): each deadline with an alarm a day and an hour ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from hyperbounty.texts import escaped
from hyperbounty.web.site.feeds.naming import lasting_id
from hyperbounty.web.site.feeds.subscribed import Subscribed
from hyperbounty.web.site.happening import Deadline

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"

_MOST_OCTETS: Final = 75
_LAST_SECOND: Final = 253_402_300_799
_LOOK_AGAIN: Final = "PT15M"
_ALARMS: Final = (("-P1D", "in a day"), ("-PT1H", "in an hour"))


def calendar(feed: Subscribed, deadlines: Sequence[Deadline]) -> bytes:
    """The calendar. A deadline beyond the year 9999, which no calendar can write, is left out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hyperbounty//Contests//EN",
        "METHOD:PUBLISH",
        f"NAME:{_text(feed.title)}",
        f"X-WR-CALNAME:{_text(feed.title)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{_LOOK_AGAIN}",
        f"X-PUBLISHED-TTL:{_LOOK_AGAIN}",
    ]
    for deadline in deadlines:
        if deadline.at <= _LAST_SECOND:
            lines += _event(feed, deadline)
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def folded(line: str) -> bytes:
    r"""A line as it is written: no more than 75 octets in a piece, and no character apart.

    >>> folded("é" * 40)[-12:]
    b'\xa9\r\n \xc3\xa9\xc3\xa9\xc3\xa9\r\n'
    """
    pieces, piece = [], bytearray()
    for character in line:
        octets = character.encode()
        if len(piece) + len(octets) > _MOST_OCTETS:
            pieces.append(bytes(piece))
            # What a piece begins with counts too.
            piece = bytearray(b" ")
        piece += octets
    return b"\r\n".join([*pieces, bytes(piece)]) + b"\r\n"


def _event(feed: Subscribed, deadline: Deadline) -> Iterator[str]:
    title = _text(deadline.title)
    yield from (
        "BEGIN:VEVENT",
        f"UID:{lasting_id('deadline', feed.chain_id, deadline.id)}",
        f"DTSTAMP:{_time(deadline.changed_at)}",
        f"LAST-MODIFIED:{_time(deadline.changed_at)}",
        f"SEQUENCE:{deadline.moved}",
        f"DTSTART:{_time(deadline.at)}",
        f"SUMMARY:{title}",
        f"DESCRIPTION:{_text(deadline.text)}",
        f"URL:{escaped(feed.url_of(deadline.path))}",
        f"STATUS:{'CANCELLED' if deadline.is_off else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
    )
    for trigger, when in () if deadline.is_off else _ALARMS:
        yield from (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"TRIGGER:{trigger}",
            f"DESCRIPTION:{title}\\, {when}",
            "END:VALARM",
        )
    yield "END:VEVENT"


def _text(text: str) -> str:
    """A value of type TEXT: no line ends in it, since `escaped` writes those as two characters."""
    plain = escaped(text)
    for special in "\\;,":
        plain = plain.replace(special, f"\\{special}")
    return plain


def _time(at: int) -> str:
    return datetime.fromtimestamp(min(at, _LAST_SECOND), UTC).strftime("%Y%m%dT%H%M%SZ")
