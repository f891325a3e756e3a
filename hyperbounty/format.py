"""Numbers and times as every command shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from hyperbounty.money import format_amount

_UNITS: Final = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_LAST_SECOND: Final = 253_402_300_799


def percent(ppm: int) -> str:
    """`573_125` → `57.31 %`.

    >>> percent(573_125)
    '57.31 %'
    """
    return f"{ppm / 10_000:.2f} %"


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
    for unit, size in _UNITS:
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


def short(cid: object) -> str:
    """A CID to recognize, not to copy: its first and last characters.

    >>> short("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")
    'bafkreig…4s52zy'
    """
    text = str(cid)
    return f"{text[:8]}…{text[-6:]}"
