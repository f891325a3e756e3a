"""Forms whose fields are the keys of a file: what is written into them, understood or refused field by field."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eth_utils.address import is_address, to_checksum_address

from hyperbounty.durations import parse_duration
from hyperbounty.errors import HyperbountyError, InvalidInput
from hyperbounty.money import COIN, Asset, parse_amount
from hyperbounty.texts import first_hidden
from hyperbounty.web.site.wording import on_page

_SHOWN: Final = 20
_LONGEST_NUMBER: Final = 20


@dataclass(frozen=True)
class Key:
    """A key of the file.

    Attributes:
        section, name: in the file.
        read: what is written, into its value; raises `InvalidInput`.
        usual: what stands in the form first; empty for what the command derives.
        says: what it is.
        options: of a choice.
    """

    section: str
    name: str
    read: Callable[[str], Any]
    usual: str
    says: str
    options: tuple[str, ...] = ()

    def value(self, written: str, asset: Asset) -> Any:
        """What is written; amounts are of `asset`.

        Raises:
            InvalidInput: it is nothing of the kind.
        """
        return parse_amount(written, asset) if self.read is parse_amount else self.read(written)


@dataclass(frozen=True)
class Filled:
    """A form that somebody filled in, by key.

    Attributes:
        written: the texts, with what is usual where nothing was written.
        values: what was understood.
        faults: what is wrong with the others; a key that is empty is about the whole.
    """

    written: Mapping[str, str]
    values: Mapping[str, Any]
    faults: Mapping[str, str]


def filled(
    keys: Sequence[Key],
    written: Mapping[str, str],
    required: Sequence[str] = (),
    asset: Asset = COIN,
    *,
    without: Collection[str] = (),
) -> Filled:
    """What was written into a form.

    Args:
        keys: its fields.
        written: by key; what is missing is as it is usual.
        required: keys that nothing stands in for.
        asset: that amounts are of.
        without: keys that say nothing here, whatever is written.

    >>> pages = Key("book", "pages", whole(1, 999), "", "how many there are")
    >>> filled([pages], {"pages": "0"}).faults
    {'pages': "'0' does not do; write a whole number from 1 to 999"}
    """
    said = {key.name: written.get(key.name, key.usual).strip() for key in keys}
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for key in keys:
        if key.name in without:
            continue
        text = said[key.name] or ("" if key.name in required else key.usual)
        if not text:
            if key.name in required:
                faults[key.name] = "it is missing"
            continue
        try:
            values[key.name] = key.value(text, asset)
        except InvalidInput as error:
            faults[key.name] = told(error)
        said[key.name] = text
    return Filled(said, values, faults)


def told(error: HyperbountyError) -> str:
    """An error in the words of a page."""
    return f"{error.what}; {on_page(error.next_step)}" if error.next_step else error.what


def refuse_faults(faults: Mapping[str, str]) -> None:
    """Give no file of a form in which something is wrong.

    Raises:
        InvalidInput: says what, first of all.
    """
    for name, fault in faults.items():
        raise InvalidInput(f"{name}: {fault}" if name else fault, "correct the form, then ask for the file again")


def toml_file(
    keys: Sequence[Key], form: Filled, is_idle: Callable[[str], bool], literal_of: Callable[[str], str]
) -> str:
    """The file of a form: each key that was understood in its section, in the order of the form.

    Args:
        keys: of the form.
        form: that was filled in.
        is_idle: whether a key would say nothing beside the others.
        literal_of: the value of a key as TOML has it.

    >>> pages = Key("book", "pages", int, "", "")
    >>> form = filled([pages], {"pages": "7"})
    >>> print(toml_file([pages], form, lambda name: False, lambda name: str(form.values[name])), end="")
    [book]
    pages = 7

    Raises:
        InvalidInput: something in the form is wrong.
    """
    refuse_faults(form.faults)
    lines: dict[str, list[str]] = {}
    for key in keys:
        if key.name in form.values and not is_idle(key.name):
            lines.setdefault(key.section, []).append(f"{key.name} = {literal_of(key.name)}")
    return "\n".join("\n".join([f"[{name}]", *said]) + "\n" for name, said in lines.items())


def literal(value: str | Sequence[str]) -> str:
    """A text, or several, as TOML has them: its strings are those of JSON."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)


def text(longest: int) -> Callable[[str], str]:
    """Reads a text of plain characters."""

    def read(written: str) -> str:
        hidden = first_hidden(written)
        if hidden is not None or len(written) > longest:
            raise InvalidInput(hidden or f"it has {len(written)} characters", f"at most {longest:,} plain ones")
        return written

    return read


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Reads a whole number."""

    def read(written: str) -> int:
        is_number = written.isascii() and written.isdecimal() and len(written) <= _LONGEST_NUMBER
        if not is_number or not lowest <= int(written) <= highest:
            raise InvalidInput(
                f"{written[:_SHOWN]!r} does not do", f"write a whole number from {lowest:,} to {highest:,}"
            )
        return int(written)

    return read


def one_of(*options: str) -> Callable[[str], str]:
    """Reads a choice."""

    def read(written: str) -> str:
        if written not in options:
            raise InvalidInput(f"{written[:_SHOWN]!r} does not do", f"choose {' or '.join(filter(None, options))}")
        return written

    return read


def is_yes(written: str) -> bool:
    """Reads yes or no."""
    return one_of("no", "yes")(written) == "yes"


def address(written: str) -> str:
    """Reads an address."""
    if not is_address(written):
        raise InvalidInput(f"{written[:50]!r} is no address", "write 0x and 40 digits")
    return str(to_checksum_address(written))


def seconds(written: str) -> int:
    """Reads a duration."""
    return round(parse_duration(written))
