"""The types of options that several commands share: amounts, names, shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import click

from hyperbounty.cli.wording import option
from hyperbounty.durations import format_duration, parse_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.format import parse_percent, percent
from hyperbounty.money import COIN, Asset, Written, read_amount
from hyperbounty.next_steps import Parameter
from hyperbounty.statistics.ppm import PPM
from hyperbounty.texts import escaped, first_hidden

_SHOWN: Final = 80


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


def counted(name: str, written: Written, asset: Asset, place: str | None = None) -> int:
    """The smallest units of `asset` that the option `name` says, or a file at `place`.

    Raises:
        click.BadParameter: it is no amount of this asset.
        InvalidInput: the same, of a file.

    >>> counted("reward", Amount().convert("0.5 ether", None, None), COIN)
    500000000000000000
    """
    try:
        return asset.units(written)
    except InvalidInput as error:
        if place is not None:
            raise InvalidInput(f"{place}: {name}: {error.what}", error.next_step) from None
        raise click.BadParameter(str(error), param_hint=option(Parameter(name))) from None


class Names(click.ParamType[tuple[str, ...]]):
    """A tuple of names.

    >>> Names().convert("ada, ben", None, None)
    ('ada', 'ben')
    """

    name = "name,…"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names in `value`, without white space around them; empty ones do not count, and none may repeat."""
        if isinstance(value, tuple):
            return value
        names = [name.strip() for name in str(value).split(",") if name.strip()]
        known = [name.lower() for name in names]
        twice = [name for place, name in enumerate(names) if known.index(name.lower()) < place]
        if twice:
            self.fail(f"{escaped(twice[0], _SHOWN)!r} stands there twice", param, ctx)
        return tuple(names)

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
        """The shares in `value`, each with or without a sign for percent: 1 to 8 of them, with the sum 10,000."""
        if isinstance(value, tuple):
            return value
        try:
            parts = [f"{part.strip().removesuffix('%').strip()}%" for part in str(value).split(",")]
            ppm = [parse_percent(part) for part in parts]
        except InvalidInput:
            self.fail(f"{value!r} is no list of percentages such as 60,30,10", param, ctx)
        if any(each % 100 for each in ppm):
            self.fail(f"{value!r}: a share may have two digits after the point", param, ctx)
        shares = tuple(each // 100 for each in ppm)
        if sum(shares) != 10_000 or not 1 <= len(shares) <= 8 or min(shares) < 1:
            self.fail(f"{value!r}: 1 to 8 shares that sum to 100", param, ctx)
        return shares

    def write(self, value: tuple[int, ...]) -> str:
        """The text that `convert` reads."""
        return ",".join(percent(share * 100).removesuffix("%") for share in value)


class Ppm(click.ParamType[int]):
    """A share of one in parts per million.

    >>> Ppm().convert("0.55", None, None), Ppm().convert("55%", None, None)
    (550000, 550000)
    """

    name = "percent"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The parts per million in `value`: a fraction, or with a sign for it, percent."""
        try:
            return parse_percent(str(value))
        except InvalidInput as error:
            self.fail(str(error), param, ctx)

    def write(self, value: int) -> str:
        """The text that `convert` reads."""
        return percent(value)


class Share(click.ParamType[float]):
    """A share of one as a fraction, from `lowest` to `highest`, both in parts per million.

    >>> Share(50_000, 500_000).convert("20%", None, None), Share(50_000, 500_000).write(0.2)
    (0.2, '20%')
    """

    name = "percent"

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest, self.highest = lowest, highest

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The fraction in `value`: one already, or percent with a sign for it."""
        ppm = Ppm().convert(value, param, ctx)
        if not self.lowest <= ppm <= self.highest:
            self.fail(f"{value} is not between {percent(self.lowest)} and {percent(self.highest)}", param, ctx)
        return ppm / PPM

    def write(self, value: float) -> str:
        """The text that `convert` reads."""
        return percent(round(value * PPM))


class Duration(click.ParamType[int]):
    """A duration in whole seconds, `least` or more.

    >>> Duration().convert("2h", None, None), Duration().convert("90", None, None), Duration().write(604_800)
    (7200, 90, '7d')
    """

    name = "duration"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds in `value`; one that is a number of them already stays as it is."""
        try:
            seconds = value if isinstance(value, int) else parse_duration(str(value))
        except InvalidInput as error:
            self.fail(str(error), param, ctx)
        if seconds != int(seconds) or not self.least <= seconds < 2**53:
            self.fail(f"{value}: whole seconds, and {format_duration(self.least)} or more", param, ctx)
        return int(seconds)

    def write(self, value: int) -> str:
        """The text that `convert` reads."""
        return format_duration(value)


class Moment(click.DateTime):
    """A time in UTC, written as every command shows it: a date, with or without a time of day.

    >>> Moment().convert("2026-11-21 09:00:00 UTC", None, None).isoformat()
    '2026-11-21T09:00:00+00:00'
    """

    name = "date"

    def __init__(self) -> None:
        times = ("%Y-%m-%d", *(f"%Y-%m-%d{gap}%H:%M{rest}" for gap in " T" for rest in ("", ":%S", ":%S UTC", ":%SZ")))
        super().__init__(times)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What the help shows for the value."""
        return "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The time in `value`."""
        if isinstance(value, datetime):
            return value
        try:
            found: datetime = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is no date such as 2026-11-21 or '2026-11-21 09:00'; times are UTC", param, ctx)
        return found.replace(tzinfo=UTC)
