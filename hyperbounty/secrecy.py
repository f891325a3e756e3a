"""What could be a private key, wherever it stands: such a text is never repeated in a message."""

from __future__ import annotations

import re
from typing import Final

# 64 digits, or a few less where some were lost on the way; an address has 40.
_HEXADECIMAL_KEY: Final = re.compile(r"(?:0[xX])?[0-9a-fA-F]{48,}")
_EXTENDED_KEY: Final = re.compile(r"xprv[0-9A-Za-z]{16,}")


def looks_like_key(text: str) -> bool:
    """Whether `text` could be a private key, plain (hexadecimal) or extended (BIP-32).

    >>> looks_like_key("0x" + "1f" * 32), looks_like_key("0x" + "1f" * 20), looks_like_key("ada")
    (True, False, False)
    """
    found = text.strip()
    return bool(_HEXADECIMAL_KEY.fullmatch(found) or _EXTENDED_KEY.fullmatch(found))


def without_keys(text: str) -> str:
    """`text` without anything in it that could be a private key; it takes out the hash of a transaction too.

    >>> without_keys("the key is 0x" + "1f" * 32)
    'the key is (not repeated: it looks like a key)'
    """
    for pattern in (_HEXADECIMAL_KEY, _EXTENDED_KEY):
        text = pattern.sub("(not repeated: it looks like a key)", text)
    return text
