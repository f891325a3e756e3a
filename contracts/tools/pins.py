"""The hashes by which a contract finds those that it creates: constants `NAME_CODE`, of the creation code of `Name`.

Whoever compiles these sources in another way, or with a change, has other code than what is pinned.
"""

from __future__ import annotations

import re
from typing import Final

from eth_utils.crypto import keccak

_PIN: Final = re.compile(r"\b(\w+)_CODE = 0x([0-9a-f]{64});")


def pins(source: str) -> dict[str, str]:
    """What a source pins: the name of each contract, and the hash of its code as hexadecimal digits."""
    return {name.capitalize(): digits for name, digits in _PIN.findall(source)}


def unpin(source: str) -> str:
    """The source with the hash of each contract's code computed instead of written down."""
    return _PIN.sub(lambda found: f"{found[1]}_CODE = keccak256(type({found[1].capitalize()}).creationCode);", source)


def repin(code: str, pinned: str, creation: str) -> str:
    """Compiled code that pins `pinned`, with the hash of this creation code in its place; all hexadecimal digits."""
    return code.replace(pinned, keccak(hexstr=creation).hex())
