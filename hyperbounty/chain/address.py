"""Addresses as people give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from eth_utils.address import to_checksum_address

from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


def looks_like_address(text: str) -> bool:
    """Whether `text` is 0x and 40 hexadecimal digits, whatever their case.

    >>> looks_like_address("0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045")
    True
    >>> looks_like_address("devnet-0")
    False
    """
    return _ADDRESS.fullmatch(text) is not None


def checked_address(text: str) -> ChecksumAddress:
    """`text` as an address with its checksum (EIP-55); one written in a single case has none to check.

    Raises:
        InvalidInput: it is not an address, or its checksum is wrong: then a digit was mistyped.

    >>> checked_address("0xd8da6bf26964af9d7eed9e03e53415d37aa96045")
    '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045'
    """
    if not looks_like_address(text):
        raise InvalidInput(f"{text!r} is not an address", "give 0x and 40 hexadecimal digits")
    address = to_checksum_address(text.lower())
    digits = text[2:]
    if text != address and digits not in (digits.lower(), digits.upper()):
        raise InvalidInput(f"{text!r} is not an address: its checksum is wrong", "copy it again, in full")
    return address
