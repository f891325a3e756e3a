"""Amounts as people write them and as the chain keeps them; exact both ways, no float anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any, Final

from hyperbounty.errors import InvalidInput

ETHER_DECIMALS: Final = 18
MAX_AMOUNT: Final = 2**256 - 1

_SHOWN_DIGITS: Final = 4
UNITS: Final = {"ether": 18, "eth": 18, "gwei": 9, "wei": 0}
"""The units of the coin, by the digits after the point that each leaves room for."""
_WRITTEN: Final = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:\s*([A-Za-z0-9]\S*))?")
# The names of tokens in use; letters of other alphabets can look like these and be others.
_SYMBOL: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._+$-]{0,15}")
_HOW: Final = 'write it as "0.5 ether", "1 gwei" or "0.5", with a point'


@dataclass(frozen=True)
class Written:
    """An amount as somebody wrote it; what it comes to depends on the asset that it is counted in.

    Attributes:
        text: as it was written.
        whole, fraction: its digits, before and after the point.
        unit: what stands behind them; empty where nothing does.
    """

    text: str
    whole: str
    fraction: str
    unit: str


@dataclass(frozen=True)
class Asset:
    """What an amount is counted in: the coin of a chain, or a token.

    Attributes:
        address: of the token; twenty zeros for the coin.
        symbol: the token's own word for itself; empty where it gives none that can be shown.
        decimals: digits after the point; None where the token does not say.

    >>> usdc = Asset("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "USDC", 6)
    >>> usdc.shown(250_500_000), parse_amount("250.5 USDC", usdc), parse_amount("250.5", usdc)
    ('250.5 USDC', 250500000, 250500000)
    """

    address: str
    symbol: str
    decimals: int | None

    def __str__(self) -> str:
        """The address: what names the asset for a program."""
        return self.address

    @property
    def is_coin(self) -> bool:
        """Whether it is the chain's own coin."""
        return self.address == COIN.address

    @property
    def name(self) -> str:
        """What it is, for people: symbol and address of a token, since anybody can choose any symbol.

        >>> COIN.name, Asset("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "USDC", 6).name
        ('ETH', 'USDC (token 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48)')
        """
        if self.is_coin:
            return self.symbol
        return f"{self.symbol} (token {self.address})" if self.symbol else f"the token {self.address}"

    def units(self, written: Written) -> int:
        """The smallest units that `written` comes to.

        Raises:
            InvalidInput: its unit is none of this asset, it is finer than the smallest unit, or does not fit 256 bits.
        """
        places = self._places(written)
        fraction = written.fraction.rstrip("0")
        if len(fraction) > places:
            raise InvalidInput(
                f"{written.text[:40]!r} is finer than the smallest unit of {self.name}",
                f"give at most {places} digits after the point" if places else "give a whole number",
            )
        # The length is bounded first: Python refuses, with its own error, to read thousands of digits.
        digits = (written.whole + fraction.ljust(places, "0")).lstrip("0") or "0"
        if len(digits) > len(str(MAX_AMOUNT)) or int(digits) > MAX_AMOUNT:
            raise InvalidInput(f"{written.text[:40]!r} is more than 256 bits hold", "give a smaller amount")
        return int(digits)

    def shown(self, amount: int) -> str:
        """`amount` of the smallest units for people; see `format_amount`."""
        return format_amount(amount, self)

    def written(self, amount: int) -> str:
        """`amount` of the smallest units as a text that `read_amount` and `units` read back, whatever the asset.

        >>> COIN.written(5 * 10**17), Asset("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", "", 6).written(250_500_000)
        ('0.5 ETH', '250.5')
        """
        return format_amount(amount) if self.is_coin else _plain(amount, self.decimals or 0)

    def about(self, amount: int) -> str:
        """`amount` to four digits that count, rounded up: for a price that nobody pays yet.

        >>> COIN.about(228522222222222223), COIN.about(25 * 10**16)
        ('about 0.2286 ETH', '0.25 ETH')
        """
        unit = 10 ** max(len(str(amount)) - _SHOWN_DIGITS, 0)
        rounded = -(-amount // unit) * unit
        return self.shown(amount) if rounded == amount else f"about {self.shown(rounded)}"

    def json(self) -> dict[str, Any]:
        """What a program needs to know to read amounts in the smallest units.

        >>> COIN.json()
        {'asset': None, 'symbol': 'ETH', 'decimals': 18}
        """
        address = None if self.is_coin else self.address
        return {"asset": address, "symbol": self.symbol or None, "decimals": self.decimals}

    def _places(self, written: Written) -> int:
        """The digits after the point that the unit of `written` leaves room for."""
        unit = written.unit.lower()
        if self.is_coin and unit in UNITS:
            return UNITS[unit]
        if not unit or (self.symbol and unit == self.symbol.lower()):
            return self.decimals or 0
        known = ", ".join(UNITS) if self.is_coin else f"{self.symbol}, or no unit" if self.symbol else "no unit"
        raise InvalidInput(
            f"{written.unit[:20]!r} in {written.text[:40]!r} is not a unit of {self.name}", f"use {known}"
        )


COIN: Final = Asset("0x0000000000000000000000000000000000000000", "ETH", ETHER_DECIMALS)
"""The chain's own coin."""


def amount_json(amount: int, asset: Asset = COIN) -> dict[str, Any]:
    """An amount as every JSON document has it: smallest units as a text, since JSON readers round large numbers.

    >>> amount_json(5 * 10**17)
    {'amount': '500000000000000000', 'asset': None, 'decimals': 18}
    """
    return {"amount": str(amount), "asset": None if asset.is_coin else asset.address, "decimals": asset.decimals}


def token(address: str, symbol: str, decimals: int | None) -> Asset:
    """The token at `address`, with what it says of itself.

    A symbol that could be taken for something else counts as none: the coin's units, or what is no plain short word.

    >>> token("0x" + "11" * 20, "SIX", 6).symbol, token("0x" + "11" * 20, "Ether", 6).symbol
    ('SIX', '')
    """
    usable = _SYMBOL.fullmatch(symbol) and symbol.lower() not in UNITS
    return Asset(address, symbol if usable else "", decimals)


def read_amount(text: str) -> Written:
    """What somebody wrote as an amount: digits with an optional fraction after a point, and an optional unit.

    Raises:
        InvalidInput: it is not written so.

    >>> read_amount("250.5 USDC")
    Written(text='250.5 USDC', whole='250', fraction='5', unit='USDC')
    """
    match = _WRITTEN.fullmatch(text.strip())
    # "1 000" is a thousand to some.
    if match is None or (match[3] and not re.search("[A-Za-z]", match[3])):
        raise InvalidInput(f"{text[:40]!r} is not an amount", _HOW)
    return Written(text.strip(), match[1], match[2] or "", match[3] or "")


def parse_amount(text: str, asset: Asset = COIN) -> int:
    """The smallest units in `text`: "0.5 ether", "0.5 ETH", "1 gwei", "100 wei", "250.5 USDC", or a bare number.

    Args:
        text: see `read_amount`; a bare number counts whole coins, or whole tokens.
        asset: that it is counted in.

    Raises:
        InvalidInput: it isn't such a number, is finer than the smallest unit, or doesn't fit 256 bits.

    >>> parse_amount("0.5 ether"), parse_amount("1 gwei"), parse_amount("7 wei")
    (500000000000000000, 1000000000, 7)
    """
    return asset.units(read_amount(text))


def format_amount(amount: int, asset: Asset = COIN) -> str:
    """`amount` of the smallest units for people, with every digit that counts: "0.5 ETH", "1.5 gwei", "1 wei".

    `parse_amount(format_amount(x)) == x` for every amount of the coin, and of a token with a symbol. Amounts of the
    coin that would start with many zeros are shown in gwei or wei; a token always in whole tokens.

    >>> format_amount(5 * 10**17), format_amount(15 * 10**8), format_amount(1)
    ('0.5 ETH', '1.5 gwei', '1 wei')
    """
    if asset.is_coin:
        if 0 < abs(amount) < 10**6:
            return f"{amount} wei"
        if 0 < abs(amount) < 10**12:
            return f"{_plain(amount, 9)} gwei"
    if asset.decimals is None:
        return f"{amount} smallest units of {asset.name}"
    shown = _plain(amount, asset.decimals)
    return f"{shown} {asset.symbol}" if asset.symbol else f"{shown} of {asset.name}"


def _plain(amount: int, places: int) -> str:
    with localcontext(prec=len(str(abs(amount))) + places + 1):
        written = f"{Decimal(amount).scaleb(-places):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
