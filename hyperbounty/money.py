"""Amounts as people write them and as the chain keeps them; exact both ways, no float anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Final

from hyperbounty.errors import InvalidInput

ETHER_DECIMALS: Final = 18
MAX_AMOUNT: Final = 2**256 - 1

_UNITS: Final = {"ether": 18, "eth": 18, "gwei": 9, "wei": 0}
_WRITTEN: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:\s*([A-Za-z]+))?")


@dataclass(frozen=True)
class Asset:
    """What an amount is counted in.

    Attributes:
        address: of the token; None for the native coin.
        decimals: of its smallest unit; None where nobody has asked the token.
    """

    address: str | None = None
    decimals: int | None = ETHER_DECIMALS


COIN: Final = Asset()
"""The native coin."""


def amount_json(amount: int, asset: Asset = COIN) -> dict[str, Any]:
    """An amount as every JSON document has it: smallest units as a text, since JSON readers round large numbers.

    >>> amount_json(5 * 10**17)
    {'amount': '500000000000000000', 'asset': None, 'decimals': 18}
    """
    return {"amount": str(amount), "asset": asset.address, "decimals": asset.decimals}


def parse_amount(text: str, decimals: int = ETHER_DECIMALS) -> int:
    """The smallest units in `text`: "0.5 ether", "0.5 ETH", "1 gwei", "100 wei", or a bare number of whole coins.

    Args:
        text: digits with an optional fraction after a point, and an optional unit of the native coin.
        decimals: of the asset; 18 for the native coin. An ERC-20 with other decimals has no units, only bare numbers.

    Raises:
        InvalidInput: it isn't such a number, is finer than the smallest unit, or doesn't fit 256 bits.

    >>> parse_amount("0.5 ether"), parse_amount("1 gwei"), parse_amount("7 wei")
    (500000000000000000, 1000000000, 7)
    >>> parse_amount("2.5", decimals=6)
    2500000
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise InvalidInput(f"{text!r} is not an amount", 'write it as "0.5 ether", "1 gwei" or "0.5", with a point')
    whole = match[1]
    fraction = (match[2] or "").rstrip("0")
    unit = match[3]
    places = decimals
    if unit is not None:
        if unit.lower() not in _UNITS or decimals != ETHER_DECIMALS:
            known = ", ".join(_UNITS) if decimals == ETHER_DECIMALS else "no unit: this asset is not the native coin"
            raise InvalidInput(f"{unit!r} in {text!r} is not a unit of this asset", f"use {known}")
        places = _UNITS[unit.lower()]
    if len(fraction) > places:
        raise InvalidInput(f"{text!r} is finer than the smallest unit", f"give at most {places} digits after the point")
    # The length is bounded first: Python refuses, with its own error, to read thousands of digits.
    digits = (whole + fraction.ljust(places, "0")).lstrip("0") or "0"
    if len(digits) > len(str(MAX_AMOUNT)) or int(digits) > MAX_AMOUNT:
        raise InvalidInput(f"{text[:40]!r} is more than 256 bits hold", "give a smaller amount")
    return int(digits)


def format_amount(amount: int, decimals: int = ETHER_DECIMALS, symbol: str = "ETH") -> str:
    """`amount` of the smallest units for people, with every digit that counts: "0.5 ETH", "1.5 gwei", "1 wei".

    `parse_amount(format_amount(x)) == x` for every native amount. Amounts of the native coin that would start with many
    zeros are shown in gwei or wei; a token with its own `symbol` always in whole tokens.

    >>> format_amount(5 * 10**17), format_amount(15 * 10**8), format_amount(1)
    ('0.5 ETH', '1.5 gwei', '1 wei')
    >>> format_amount(2_500_000, decimals=6, symbol="USDC")
    '2.5 USDC'
    """
    if symbol == "ETH" and decimals == ETHER_DECIMALS:
        if 0 < abs(amount) < 10**6:
            return f"{amount} wei"
        if 0 < abs(amount) < 10**12:
            return f"{_plain(amount, 9)} gwei"
    return f"{_plain(amount, decimals)} {symbol}"


def _plain(amount: int, places: int) -> str:
    with localcontext(prec=len(str(abs(amount))) + places + 1):
        written = f"{Decimal(amount).scaleb(-places):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
