"""The values of options as a TOML file has them: numbers and lists where TOML has them, in the notations of options.

What a value may be, an option's type decides: a value of a file becomes the text that a user would type, and the type
reads it.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_letters
from typing import Any, Final

import click

from hyperbounty.cli.numbers import Number, plain
from hyperbounty.cli.options import OptionField
from hyperbounty.cli.parameters import Amount, AssetAddress, Duration, Names, Ppm, Share, Shares
from hyperbounty.errors import InvalidInput
from hyperbounty.faults import plain as digits
from hyperbounty.faults import shown
from hyperbounty.format import percent
from hyperbounty.money import COIN, UNITS, Asset, Written


class Unfit(ValueError):
    """A value that does not fit its key; the message goes on behind the key's name.

    Attributes:
        meant: what was probably meant, as the file would have it; empty where nobody can tell.
    """

    def __init__(self, message: str, meant: str = "") -> None:
        super().__init__(message)
        self.meant = meant


@dataclass(frozen=True)
class Notation:
    """How values of a type stand in a file.

    Attributes:
        meaning: what fits, in words.
        example: as the file would have it.
        kinds: what the parser makes of such a value.
    """

    meaning: str
    example: str
    kinds: tuple[type, ...]


_NUMBERS: Final = (int, float)
_NOTATIONS: Final[Sequence[tuple[type[click.ParamType[Any]], Notation]]] = (
    (Amount, Notation("an amount in quotes", '"0.5 ether"', (str,))),
    (AssetAddress, Notation("the address of a token in quotes", '"0x…"', (str,))),
    (Duration, Notation("a duration in quotes, or a number of seconds", '"2h"', (str, int))),
    (Names, Notation("a list of names or addresses", '["ann", "joe", "tom"]', (list,))),
    (Shares, Notation("a list of percentages that sum to 100", '["60%", "30%", "10%"]', (list,))),
    (Ppm, Notation("a share in quotes, or a fraction", '"53%" or 0.53', (str, *_NUMBERS))),
    (Share, Notation("a share in quotes, or a fraction", '"20%" or 0.2', (str, *_NUMBERS))),
    (click.Path, Notation("a path in quotes, from the folder of this file", '"prices"', (str,))),
)
_FLAG: Final = Notation("true or false", "true", (bool,))
_TEXT: Final = Notation("a text in quotes", '"…"', (str,))


def notation(option: OptionField) -> Notation:
    """How the values of an option stand in a file."""
    if option.type is None:
        return _FLAG
    kind = plain(option.type)
    if isinstance(kind, Number):
        example = digits(kind.lowest or 1)
        return Notation(f"a {kind.meaning}", example, (int,) if kind.whole else _NUMBERS)
    if isinstance(kind, click.Choice):
        return Notation(f"one of {', '.join(map(quoted, kind.choices))}", quoted(kind.choices[0]), (str,))
    return next((found for type_, found in _NOTATIONS if isinstance(kind, type_)), _TEXT)


def typed(option: OptionField, value: object, asset: str | None) -> str | bool:
    """The text that a user would type for `value` of a file, or whether a flag is given.

    Args:
        option: that the key stands for.
        value: as the parser made it.
        asset: of the file's amounts, an address; None for the coin.

    Raises:
        Unfit: the option does not take it.
    """
    fits = notation(option)
    kinds = fits.kinds if bool in fits.kinds or not isinstance(value, bool) else ()
    items = (str,) if isinstance(option.type, Names) else (str, *_NUMBERS)
    if not isinstance(value, kinds) or (isinstance(value, list) and not all(_is_item(each, items) for each in value)):
        raise Unfit(f"must be {_said(fits)}, not {shown(value)}", _meant(option, value, asset))
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        texts = [each if isinstance(each, str) else digits(each) for each in value]
        if any("," in each for each in texts):
            raise Unfit(f"must be {_said(fits)}, each in quotes of its own, not {shown(value)}")
        text = ",".join(texts)
    else:
        text = value if isinstance(value, str) else digits(value)  # type: ignore[arg-type]
    _check(option, text, value, asset)
    return text


def literal(option: OptionField, value: Any, asset: Asset = COIN) -> str:
    """A value of an option as a file has it; `typed` reads it back.

    Args:
        option: whose value it is.
        value: as the option's type made it.
        asset: that amounts are counted in.
    """
    if isinstance(option.type, Amount):
        return quoted(asset.written(value))
    if isinstance(option.type, Names):
        return _list(value)
    if isinstance(option.type, Shares):
        return _list(percent(share * 100) for share in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float) and notation(option).kinds in ((int,), _NUMBERS):
        return digits(value)
    return quoted(value.as_posix() if isinstance(value, Path) else option.text(value))


def quoted(text: str) -> str:
    r"""A text of TOML.

    >>> print(quoted('Does "BTC" rise?'))
    "Does \"BTC\" rise?"
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(items: Any) -> str:
    return f"[{', '.join(map(quoted, items))}]"


def _is_item(value: object, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _said(fits: Notation) -> str:
    """What fits, with an example where the words alone do not say how to write it."""
    return f"{fits.meaning}, such as {fits.example}" if any(fits is each for _, each in _NOTATIONS) else fits.meaning


def _check(option: OptionField, text: str, value: object, asset: str | None) -> None:
    """Have the option's own type read a text.

    Raises:
        Unfit: it refuses.
    """
    if option.type is None:
        return
    kind = plain(option.type)
    if isinstance(kind, click.Choice) and text not in kind.choices:
        raise Unfit(f"must be one of {', '.join(kind.choices)}, not {shown(value)}", _meant(option, value, asset))
    try:
        found = kind.convert(text, None, None)
        if isinstance(found, Written) and asset is None:
            COIN.units(found)
    except click.BadParameter as error:
        raise Unfit(f"does not fit: {error.message.rstrip('.')}", _meant(option, value, asset)) from None
    except InvalidInput as error:
        raise Unfit(f"does not fit: {error}", _meant(option, value, asset)) from None


def _meant(option: OptionField, value: object, asset: str | None) -> str:
    """What somebody probably meant who wrote `value`, as the file would have it; empty where nobody can tell."""
    kind = None if option.type is None else plain(option.type)
    number = _number(value)
    match kind:
        case None:
            words = {"true": "true", "yes": "true", "false": "false", "no": "false", "1": "true", "0": "false"}
            return words.get(str(value).lower(), "")
        case Ppm() | Share() if number is not None and 1 < number <= 100:
            return f'"{digits(number)}%"'
        case Amount() if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return quoted(digits(value) if asset else f"{digits(value)} ether")
        case Amount() if isinstance(value, str) and asset is None:
            return _other_unit(value)
        case Duration() if isinstance(value, float) and math.isfinite(value) and value == int(value):
            return digits(value)
        case Names() | Shares() if isinstance(value, str):
            return _list(part.strip() for part in value.split(",") if part.strip())
        case Number() if isinstance(value, str) and number is not None:
            return digits(number)
        case click.Choice() if isinstance(value, str):
            return "".join(map(quoted, _near(value, kind.choices)))
    return ""


def _other_unit(text: str) -> str:
    """An amount with the unit that its own is near to."""
    number = text.strip().rstrip(ascii_letters)
    unit = text.strip()[len(number) :]
    return "".join(quoted(f"{number.strip()} {near}") for near in _near(unit, UNITS) if unit.lower() != near)


def _near(word: str, known: Iterable[str]) -> list[str]:
    """The one of `known` that `word` is near to, or none."""
    return difflib.get_close_matches(word.lower(), list(known), 1)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None
