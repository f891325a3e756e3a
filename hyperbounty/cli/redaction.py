"""The last line of defence for secrets: what is printed of an unexpected error passes through here.

No message of this project holds a key. An exception of a library may: the address of a node ends up in those of the
HTTP stack, with the provider's key in its path.
"""

from __future__ import annotations

import os
import traceback
from typing import Final
from urllib.parse import urlsplit

_VARIABLES: Final = (
    "HYPERBOUNTY_PRIVATE_KEY",
    "COINPAPRIKA_API_KEY",
    "HYPERBOUNTY_IPFS_AUTH",
    "HYPERBOUNTY_GATEWAY_AUTH",
    "HYPERBOUNTY_NOTIFY",
)
# Shorter texts stand in too many words to be taken out, and protect nothing.
_SHORTEST: Final = 8
_secrets: set[str] = set()


def keep_secret(address: str | None) -> None:
    """From now on, never print what is secret in the URL of a node: user, password, path and query."""
    if address is None or "://" not in address:
        return
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    found = (parts.path.strip("/"), *parts.path.split("/"), parts.query, parts.username, parts.password)
    _secrets.update(part for part in found if part)


def keep_secret_text(*texts: str) -> None:
    """From now on, never print any of `texts`."""
    _secrets.update(texts)


def redacted(text: str) -> str:
    """`text` without the secrets that are known."""
    variables = (os.environ.get(name, "").strip().removeprefix("0x") for name in _VARIABLES)
    for secret in sorted({*_secrets, *variables}, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            text = text.replace(secret, "(secret)")
    return text


def redacted_traceback(error: BaseException) -> str:
    """The traceback of an error, without the secrets that are known."""
    return redacted("".join(traceback.format_exception(error)))
