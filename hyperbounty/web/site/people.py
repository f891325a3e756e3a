"""Addresses on a page: short, with a picture of the whole address, and a link to what the account did."""

from __future__ import annotations

from hyperbounty.drawing.html import Html, tag
from hyperbounty.drawing.identicon import identicon


def account_path(address: str) -> str:
    """The page of an account, without the root path."""
    return f"/accounts/{address}"


def person(root: str, address: str) -> Html:
    """An account.

    >>> "/accounts/0x7099" in person("", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
    True

    Args:
        root: what stands before every path of the site.
        address: with its checksum.
    """
    return tag(
        "a",
        identicon(address),
        tag("code", short_address(address)),
        href=root + account_path(address),
        title=address,
        class_="who",
    )


def short_address(address: str) -> str:
    """An address to recognize beside its picture, not to copy.

    >>> short_address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8")
    '0x7099…79C8'
    """
    return f"{address[:6]}…{address[-4:]}"
