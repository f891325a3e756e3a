"""How the values of single settings are read: each function turns what TOML holds into what the program works with.

A reader takes the value and the folder that relative paths start from, and raises `Unfit` with what would have fitted.
It repeats no text: somebody may have put a key or a password in the wrong place.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from hyperbounty.durations import parse_duration
from hyperbounty.errors import InvalidInput
from hyperbounty.money import parse_amount
from hyperbounty.secrecy import looks_like_key, without_keys

# A thousand times the dearest gas there ever was; a cap above this is a slip of the unit.
MAX_FEE_WEI: Final = 10**15
_DIGITS: Final = re.compile(r"[0-9]{1,20}")
_KINDS: Final = {
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "a table",
}


class Unfit(ValueError):
    """A value that does not fit; the message says what the setting must be, after the word "must be".

    Attributes:
        within: the names that lead from the setting to the value, where it is one of a table.
    """

    def __init__(self, message: str, within: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.within = within

    def part_of(self, setting: str) -> str:
        """How the value is named, where `setting` names the whole."""
        return ".".join((setting, *self.within))


def kind_of(value: object) -> str:
    """What TOML value this is, in words."""
    return _KINDS.get(type(value), "a date or time")


def text(value: object, _: Path) -> str:
    """A name: any text that is not blank, and no key."""
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"a text, not {_shown_kind(value)}")
    if looks_like_key(value):
        raise Unfit("something else: what is given looks like a private key, which belongs into a keystore")
    return value.strip()


def positive(value: object, _: Path) -> int:
    """A whole number of at least 1; 63 bits, as TOML has them."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 2**63:
        raise Unfit(f"a whole number of at least 1, not {_shown_kind(value)}")
    return value


def fee(value: object, _: Path) -> int:
    """Wei for a unit of gas, from a text with a unit: "30 gwei".

    >>> fee("30 gwei", Path())
    30000000000
    >>> fee("30", Path())
    Traceback (most recent call last):
        ...
    hyperbounty.config.readers.Unfit: an amount with its unit, such as "30 gwei"
    """
    if not isinstance(value, str):
        raise Unfit(f'a text with a unit, such as "30 gwei", not {_shown_kind(value)}')
    # Elsewhere a bare number means whole coins; as the price of gas it would mean ruin.
    if not value.strip()[-1:].isalpha():
        raise Unfit('an amount with its unit, such as "30 gwei"')
    try:
        amount = parse_amount(value)
    except InvalidInput:
        raise Unfit('an amount in gwei, such as "30 gwei" or "1.5 gwei"') from None
    if amount > MAX_FEE_WEI:
        raise Unfit(f"at most {MAX_FEE_WEI // 10**9:,} gwei for a unit of gas")
    return amount


def seconds(value: object, _: Path) -> float:
    """Seconds, from a number of them or a text with a unit: 90, "90s", "5m", "1h".

    >>> seconds("5m", Path()), seconds(90, Path())
    (300.0, 90.0)
    """
    expected = 'a duration such as "90s", "5m" or "1h", or a number of seconds'
    if isinstance(value, str):
        try:
            return parse_duration(value)
        except InvalidInput:
            raise Unfit(expected) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise Unfit(f"{expected}, not negative" if isinstance(value, int | float) else expected)
    return float(value)


def url(value: object, _: Path) -> str:
    """An http or https URL with a host.

    >>> url("https://sepolia.example.org/v3", Path())
    'https://sepolia.example.org/v3'
    """
    expected = "an address such as http://127.0.0.1:8545 or https://HOST/PATH"
    if not isinstance(value, str):
        raise Unfit(f"{expected}, not {_shown_kind(value)}")
    try:
        parts = urlsplit(value.strip())
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Unfit(expected) from None
    if parts.scheme not in ("http", "https") or not is_complete or re.search(r"\s", value.strip()):
        raise Unfit(expected)
    return value.strip()


def urls(value: object, folder: Path) -> tuple[str, ...]:
    """A list of http or https URLs.

    >>> urls(["https://ipfs.io"], Path())
    ('https://ipfs.io',)
    """
    if not isinstance(value, list):
        raise Unfit(f'a list of addresses, such as ["https://HOST"], not {_shown_kind(value)}')
    return tuple(url(item, folder) for item in value)


def address(value: object, _: Path) -> str:
    """The address of a contract, with its checksum."""
    from hyperbounty.chain.address import checked_address, looks_like_address

    if not isinstance(value, str):
        raise Unfit(f"an address in quotes, 0x and 40 hexadecimal digits, not {_shown_kind(value)}")
    if not looks_like_address(value.strip()):
        raise Unfit("an address, 0x and 40 hexadecimal digits")
    try:
        return checked_address(value.strip())
    except InvalidInput:
        raise Unfit("an address with its right checksum: a digit was mistyped") from None


def contracts(value: object, folder: Path) -> dict[str, str]:
    """The addresses of contracts, by the names under which families have registered them."""
    from hyperbounty.chain.registry import contract_names

    if not isinstance(value, dict):
        raise Unfit('addresses by the names of contracts, NAME = "0x…"')
    known = contract_names()
    found = {}
    for name, written in value.items():
        if name not in known:
            raise Unfit(f"the name of a contract; known are {', '.join(known)}", (without_keys(name),))
        try:
            found[name] = address(written, folder)
        except Unfit as unfit:
            raise Unfit(str(unfit), (name,)) from None
    return found


def path(value: object, folder: Path) -> Path:
    """A path; `~` is the home folder, a relative one starts at `folder`.

    >>> print(path("ada.password", Path("/folder")))
    /folder/ada.password
    """
    try:
        return folder / Path(text(value, folder)).expanduser()
    except RuntimeError:
        raise Unfit("a path; nobody knows whose home folder this ~ is") from None


def whole_number_in(written: str) -> object:
    """A number as an option or a variable writes it; what is none stays a text, for the reader to refuse.

    >>> whole_number_in("31337"), whole_number_in("many")
    (31337, 'many')
    """
    return int(written) if _DIGITS.fullmatch(written.strip()) else written


def parts_of(written: str) -> object:
    """A list as a variable writes it: separated by commas.

    >>> parts_of("https://ipfs.io, https://dweb.link")
    ['https://ipfs.io', 'https://dweb.link']
    """
    return [part.strip() for part in written.split(",") if part.strip()]


def named_parts_of(written: str) -> object:
    """A table as a variable writes it: NAME=VALUE, separated by commas; what is none stays a text."""
    parts = [part.partition("=") for part in written.split(",") if part.strip()]
    if not all(equals for _, equals, _ in parts):
        return written
    return {name.strip(): value.strip() for name, _, value in parts}


def as_written(written: str) -> object:
    """A text as it stands."""
    return written


def _shown_kind(value: object) -> str:
    if isinstance(value, str):
        return "a text" if value.strip() else "an empty text"
    return f"{value}" if type(value) is int and abs(value) < 10**9 else kind_of(value)
