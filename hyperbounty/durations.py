"""Durations as people write them, `2h`, `7d`, `1d 12h`, and as the program keeps them: seconds; exact both ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from hyperbounty.errors import InvalidInput

UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_NAMES: Final[Mapping[str, int]] = {
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("h", "hour", "hours"), 3_600),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("", "s", "sec", "second", "seconds"), 1),
}
_PART: Final = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([a-z]*)\s*")


def parse_duration(text: str) -> float:
    """The seconds in `text`: "2h", "7d", "1d 12h", "90 s", "5 min"; a bare number is one of seconds.

    Raises:
        InvalidInput: it is no such text, or says a unit twice or out of order.

    >>> parse_duration("2h"), parse_duration("1d 12h"), parse_duration("90"), parse_duration("5 min")
    (7200.0, 129600.0, 90.0, 300.0)
    """
    written = text.strip().lower()
    total, place, before = Decimal(0), 0, float("inf")
    while place < len(written):
        part = _PART.match(written, place)
        size = _NAMES.get(part[2]) if part else None
        alone = part is not None and part[0].strip() == written
        if part is None or size is None or size >= before or (not part[2] and not alone):
            break
        total += Decimal(part[1]) * size
        place, before = part.end(), size
    if not written or place < len(written):
        raise InvalidInput(
            f"{text[:40]!r} is no duration", 'write it as "2h", "7d" or "1d 12h"; a number is of seconds'
        )
    return float(total)


def format_duration(seconds: float) -> str:
    """`seconds` with every digit that counts, the largest unit first: `2h`, `7d`, `1d 12h`, `1m 30s`.

    `parse_duration(format_duration(x)) == x` for whole seconds.

    >>> format_duration(7_200), format_duration(90), format_duration(129_600), format_duration(0), format_duration(0.5)
    ('2h', '1m 30s', '1d 12h', '0s', '0.5s')
    """
    rest = Decimal(str(seconds))
    parts = []
    for unit, size in UNITS[:-1]:
        count = int(rest // size)
        if count:
            parts.append(f"{count}{unit}")
            rest -= count * size
    if rest or not parts:
        parts.append(f"{rest.normalize():f}s")
    return " ".join(parts)
