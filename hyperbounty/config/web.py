"""What the operator of a site decides, in the table `[web]` of the configuration file."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hyperbounty.config import readers
from hyperbounty.config.readers import Unfit
from hyperbounty.config.webhooks import Webhook, webhooks

MOST_BEHIND: Final = 10
RATE: Final = 600

_PAGE: Final = re.compile(r"/[a-z]+/[0-9A-Za-z]{1,66}")
_FOLDER: Final = re.compile(r"(?:/[0-9A-Za-z._~-]+)+")


@dataclass(frozen=True)
class WebSettings:
    """What the operator of a site decides.

    Attributes:
        public_url: where others find the site; None for where it listens.
        root_path: what a proxy in front of it takes off each path, such as `/contests`; empty for nothing.
        trusted_proxies: addresses or networks whose word counts about whom a request comes from.
        rate: requests that one client may make in a minute; 0 for any number.
        hidden: pages that are not shown, such as `/contests/7`.
        most_behind: blocks that the index may be behind its node while the site calls itself ready.
        webhooks: whom it tells what happened.
    """

    public_url: str | None = None
    root_path: str = ""
    trusted_proxies: tuple[str, ...] = ()
    rate: int = RATE
    hidden: tuple[str, ...] = ()
    most_behind: int = MOST_BEHIND
    webhooks: tuple[Webhook, ...] = ()


def _public_url(value: object, folder: Path) -> str:
    found = readers.url(value, folder).rstrip("/")
    if re.search(r"[?#@]", found):
        raise Unfit("an address without a question mark, # and user, such as https://contests.example.org")
    return found


def folder_of_site(value: object, _: Path = Path()) -> str:
    """What stands before each path, such as `/contests`; empty for nothing.

    >>> folder_of_site("/contests/")
    '/contests'
    """
    if not isinstance(value, str) or (value.rstrip("/") and not _FOLDER.fullmatch(value.rstrip("/"))):
        raise Unfit('a path that begins with a slash, such as "/contests"')
    return value.rstrip("/")


def _networks(value: object, _: Path) -> tuple[str, ...]:
    expected = 'a list of addresses or networks, such as ["127.0.0.1", "10.0.0.0/8"]'
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Unfit(expected)
    try:
        return tuple(str(ipaddress.ip_network(item, strict=False)) for item in value)
    except ValueError:
        raise Unfit(expected) from None


def _hidden(value: object, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and _PAGE.fullmatch(item) for item in value):
        raise Unfit('a list of pages as their addresses end, such as ["/contests/7"]')
    return tuple(value)


def _count(value: object, _: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Unfit("a whole number, 0 or more")
    return value


WEB_READERS: Final[Mapping[str, Callable[[object, Path], Any]]] = {
    "public_url": _public_url,
    "root_path": folder_of_site,
    "trusted_proxies": _networks,
    "rate": _count,
    "hidden": _hidden,
    "most_behind": _count,
    "webhooks": webhooks,
}
"""How each setting of the table is read, by its key."""
