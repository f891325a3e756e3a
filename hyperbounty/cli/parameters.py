"""The types of options that several commands share: amounts, names, shares."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import click

from hyperbounty.cli.wording import option
from hyperbounty.errors import InvalidInput
from hyperbounty.money import COIN, Asset, Written, read_amount
from hyperbounty.next_steps import Parameter
from hyperbounty.statistics.ppm import PPM
from hyperbounty.texts import escaped, first_hidden

_DURATION: Final = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?\s*(?:(\d{1,9})s)?", re.ASCII)
_UNIT_SECONDS: Final = (86_400, 3_600, 60, 1)


class Amount(click.ParamType[Written]):
    """An amount as it is written: what it comes to is known once the asset is, which may be a token.

    >>> Amount().convert("1 gwei", None, None).unit
    'gwei'
    """

    name = "amount"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Written:
        """The amount in `value`; `counted` makes a number of it."""
        if isinstance(value, Written):
            return value
        try:
            return read_amount(str(value))
        except InvalidInput as error:
            self.fail(str(error), param, ctx)


class AssetAddress(click.ParamType[str]):
    """The address of a token, with its checksum or in one case.

    >>> AssetAddress().convert("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", None, None)
    '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
    """

    name = "address"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address in `value`; what is there is asked later, of the chain."""
        # The default, which a completion converts too: it does not wait for the chain's modules.
        if value == COIN.address:
            return COIN.address
        from hyperbounty.chain.address import checked_address

        try:
            return checked_address(str(value))
        except InvalidInput as error:
            self.fail(str(error), param, ctx)

    def write(self, value: Asset) -> str:
        """The text that `convert` reads."""
        return value.address


def counted(name: str, written: Written, asset: Asset) -> int:
    """The smallest units of `asset` that the option `name` says.

    Raises:
        click.BadParameter: it is no amount of this asset.

    >>> counted("reward", Amount().convert("0.5 ether", None, None), COIN)
    500000000000000000
    """
    try:
        return asset.units(written)
    except InvalidInput as error:
        raise click.BadParameter(str(error), param_hint=option(Parameter(name))) from None


class Duration(click.ParamType[int]):
    """A span of time in seconds: `7d`, `2h 30m`, or a bare number of seconds.

    >>> [Duration().convert(text, None, None) for text in ("7d", "2h 30m", "45s", "45")]
    [604800, 9000, 45, 45]
    """

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds in `value`, at least one."""
        text = str(value).strip().lower()
        found = _DURATION.fullmatch(f"{text}s" if text[-1:].isdigit() else text)
        counts = (0, 0, 0, 0) if found is None else (int(count or 0) for count in found.groups())
        seconds = sum(count * unit for count, unit in zip(counts, _UNIT_SECONDS, strict=True))
        if not seconds:
            self.fail(f"{value!r} is no span of time such as 7d, 2h 30m, 45s or a number of seconds", param, ctx)
        return seconds


class Names(click.ParamType[tuple[str, ...]]):
    """A tuple of names.

    >>> Names().convert("ada, ben", None, None)
    ('ada', 'ben')
    """

    name = "name,…"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names in `value`, without white space around them; empty ones do not count."""
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in str(value).split(",") if name.strip())

    def write(self, value: tuple[str, ...]) -> str:
        """The text that `convert` reads."""
        return ",".join(value)


class PublishedText(click.ParamType[str]):
    r"""A text that others will read: of plain characters, and not longer than `longest`.

    >>> PublishedText(200).convert("Does BTC rise?", None, None)
    'Does BTC rise?'
    >>> PublishedText(200).convert("Does BTC\nrise?", None, None)
    Traceback (most recent call last):
        ...
    click.exceptions.BadParameter: 'Does BTC\\nrise?' has U+000A at character 9, which a published text may not hold
    """

    name = "text"

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text itself."""
        text = str(value)
        hidden = first_hidden(text)
        if hidden is not None:
            self.fail(f"{escaped(text, self.longest)!r} has {hidden}, which a published text may not hold", param, ctx)
        if not 1 <= len(text) <= self.longest:
            self.fail(f"it has {len(text)} characters, and may have 1 to {self.longest}", param, ctx)
        return text


class Shares(click.ParamType[tuple[int, ...]]):
    """Shares of a whole, written in percent, in basis points.

    >>> Shares().convert("60,30,10", None, None)
    (6000, 3000, 1000)
    """

    name = "percent,…"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The shares in `value`: 1 to 8 of them, with the sum 10,000."""
        if isinstance(value, tuple):
            return value
        try:
            shares = tuple(int(Decimal(part) * 100) for part in str(value).split(","))
        except ArithmeticError:
            self.fail(f"{value!r} is no list of percentages such as 60,30,10", param, ctx)
        if sum(shares) != 10_000 or not 1 <= len(shares) <= 8 or min(shares) < 1:
            self.fail(f"{value!r}: 1 to 8 shares that sum to 100", param, ctx)
        return shares

    def write(self, value: tuple[int, ...]) -> str:
        """The text that `convert` reads."""
        return ",".join(f"{share / 100:g}" for share in value)


class Ppm(click.FloatRange):
    """A share of one in parts per million.

    >>> Ppm().convert("0.55", None, None), Ppm().convert("55%", None, None)
    (550000, 550000)
    """

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The parts per million in `value`: a fraction, or with a sign for it, percent."""
        text = str(value).strip()
        if not text.endswith("%"):
            return round(super().convert(value, param, ctx) * PPM)
        try:
            fraction = float(Decimal(text[:-1].strip()) / 100)
        except ArithmeticError:
            self.fail(f"{value!r} is no share such as 0.55 or 55%", param, ctx)
        return round(super().convert(fraction, param, ctx) * PPM)

    def write(self, value: int) -> str:
        """The text that `convert` reads."""
        return f"{value / 10_000:g}%"
