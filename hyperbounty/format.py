"""Numbers and times as every command shows them and, where people give them, reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from hyperbounty.durations import UNITS
from hyperbounty.errors import InvalidInput
from hyperbounty.money import format_amount

_DECIMAL: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,20})?")
_SMALL: Final = 10_000
_LAST_SECOND: Final = 253_402_300_799


def percent(ppm: int) -> str:
    """Parts per million as a share, with every digit that counts; `parse_percent` reads it.

    >>> percent(573_125), percent(550_000), percent(1_000_000)
    ('57.3125%', '55%', '100%')
    """
    whole, parts = divmod(abs(ppm), 10_000)
    return f"{'-' if ppm < 0 else ''}{whole}{f'.{parts:04d}'.rstrip('0') if parts else ''}%"


def about(ppm: int) -> str:
    """A share that is an estimate: as `percent`, without digits that say nothing.

    >>> about(577_406), about(49_998), about(500_000), about(12)
    ('57.74%', '5%', '50%', '0.0012%')
    """
    return percent(ppm if abs(ppm) < _SMALL else round(ppm, -2))


def likely(chance: float) -> str:
    """An estimated chance from 0 to 1: no such is 0% or 100%.

    >>> likely(0.412), likely(0.003), likely(0.999)
    ('41%', 'under 1%', 'over 99%')
    """
    if 0.01 <= chance <= 0.99:
        return f"{chance:.0%}"
    return "under 1%" if chance < 0.5 else "over 99%"


def parse_percent(text: str) -> int:
    """The parts per million in a share of a whole: "53%", "53.125 %", or a fraction such as "0.53".

    Raises:
        InvalidInput: it is none, is not between nothing and all, or is finer than a part per million.

    >>> parse_percent("55%"), parse_percent("0.55"), parse_percent("57.3125 %")
    (550000, 550000, 573125)
    """
    written = text.strip()
    number = written.removesuffix("%").strip()
    if not _DECIMAL.fullmatch(number):
        raise InvalidInput(f"{text[:40]!r} is no share", "write it as 53%, or as a fraction such as 0.53")
    ppm = Decimal(number) * (10_000 if written.endswith("%") else 1_000_000)
    if not 0 <= ppm <= 1_000_000:
        raise InvalidInput(f"{text[:40]!r} is not between 0% and 100%", "write a share as 53% or 0.53")
    if ppm != int(ppm):
        raise InvalidInput(f"{text[:40]!r} is finer than 0.0001%", "give fewer digits")
    return int(ppm)


def moment(timestamp: int) -> str:
    """A chain time as UTC: `2026-11-21 09:00:00 UTC`; one after the year 9999 as it is.

    >>> moment(1_795_251_600), moment(10**20)
    ('2026-11-21 09:00:00 UTC', 'second 100,000,000,000,000,000,000')
    """
    if timestamp > _LAST_SECOND:
        return f"second {timestamp:,}"
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def duration(seconds: int) -> str:
    """A time span as people write it, in its two largest units, rounded down: `7d`, `2h 30m`, `45s`.

    >>> duration(604_800), duration(9_000), duration(45), duration(90_061), duration(0)
    ('7d', '2h 30m', '45s', '1d 1h', '0s')
    """
    rest = max(seconds, 0)
    parts: list[str] = []
    for unit, size in UNITS:
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count}{unit}" if count else "")
    return " ".join(part for part in parts[:2] if part) or "0s"


def signed(amount: int) -> str:
    """A change of balance in the native coin, with its sign.

    >>> signed(5 * 10**17), signed(-(10**18)), signed(0)
    ('+0.5 ETH', '-1 ETH', '0 ETH')
    """
    return f"{'+' if amount > 0 else ''}{format_amount(amount)}"


def coins(amount: int) -> str:
    """An amount of wei in a column: coins to six places.

    >>> coins(5 * 10**17)
    '0.500000'
    """
    return f"{Decimal(amount) / 10**18:.6f}"


def count_of(number: int, what: str) -> str:
    """So many of something, whose plural ends with an s.

    >>> count_of(1, "sample"), count_of(1_200, "sample")
    ('1 sample', '1,200 samples')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def short(cid: object) -> str:
    """A CID to recognize, not to copy: its first and last characters.

    >>> short("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")
    'bafkreig…4s52zy'
    """
    text = str(cid)
    return f"{text[:8]}…{text[-6:]}"
