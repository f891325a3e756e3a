"""Webhooks in the table `[web.webhooks]`: whom a site tells what happened, and about what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hyperbounty.config import readers
from hyperbounty.config.readers import Unfit

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PAGE: Final = re.compile(r"/[a-z]+/[0-9A-Za-z]{1,66}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_SECRET: Final = re.compile(r"whsec_")
_ACCOUNTS: Final = "/accounts/"
_MOST: Final = 50


@dataclass(frozen=True)
class Webhook:
    """One address that a site tells what happened.

    Attributes:
        name: in messages and logs; the address may hold a secret.
        url: of http or https.
        secret_file, secret_variable: where the secret is that signs what is sent; one of them is given.
        pages: what it is about, such as `/contests/7` and `/accounts/0x…`; none for the news of all.
    """

    name: str
    url: str = field(repr=False)
    secret_file: Path | None = None
    secret_variable: str | None = None
    pages: tuple[str, ...] = ()


def webhooks(value: object, folder: Path) -> tuple[Webhook, ...]:
    """Webhooks by their names.

    >>> hook = {"url": "https://x.example/in", "secret_variable": "HOOK", "pages": ["/contests/7"]}
    >>> [(each.name, each.pages) for each in webhooks({"chat": hook}, Path())]
    [('chat', ('/contests/7',))]
    """
    if not isinstance(value, dict) or len(value) > _MOST:
        raise Unfit(f"up to {_MOST} tables, [web.webhooks.NAME]")
    return tuple(_webhook(name, table, folder) for name, table in value.items())


def _webhook(name: str, table: object, folder: Path) -> Webhook:
    if not _NAME.fullmatch(name):
        raise Unfit("tables whose names are letters, digits, - and _")
    if not isinstance(table, dict):
        raise Unfit(f"a table, [web.webhooks.{name}]", (name,))
    found: dict[str, Any] = {}
    for key, written in table.items():
        if isinstance(written, str) and _SECRET.search(written):
            raise Unfit("without a secret: put that into a file and name it as secret_file", (name, key))
        if key not in _READERS:
            raise Unfit(f"a table of {', '.join(_READERS)}", (name,))
        try:
            found[key] = _READERS[key](written, folder)
        except Unfit as unfit:
            raise Unfit(str(unfit), (name, key)) from None
    if "url" not in found:
        raise Unfit("a table with a url", (name,))
    if ("secret_file" in found) is ("secret_variable" in found):
        raise Unfit("a table with secret_file or secret_variable, which say where the secret is", (name,))
    return Webhook(name, **found)


def _pages(value: object, _: Path) -> tuple[str, ...]:
    from hyperbounty.chain.address import looks_like_address

    if not isinstance(value, list) or not all(isinstance(item, str) and _PAGE.fullmatch(item) for item in value):
        raise Unfit('a list of pages as their addresses end, such as ["/contests/7"]')
    accounts = [item.removeprefix(_ACCOUNTS) for item in value if item.startswith(_ACCOUNTS)]
    if not all(map(looks_like_address, accounts)):
        raise Unfit("a list of pages; that of an account ends with 0x and 40 hexadecimal digits")
    return tuple(value)


def _variable(value: object, _: Path) -> str:
    if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
        raise Unfit("the name of a variable of the environment")
    return value


_READERS: Final[Mapping[str, Callable[[object, Path], Any]]] = {
    "url": readers.url,
    "secret_file": readers.path,
    "secret_variable": _variable,
    "pages": _pages,
}
