"""A picture of an address: two that differ in one digit look different, which their digits do not."""

from __future__ import annotations

import hashlib
from typing import Final

from hyperbounty.drawing.html import Html, tag

_SIDE: Final = 5
_SHADES: Final = 12


def identicon(address: str) -> Html:
    """Squares on five by five fields, mirrored, in one of twelve shades, all of them made from the whole address.

    It stands beside the address and says nothing of its own, so who hears a page is not told of it. The shades are
    classes of the style sheet, `i0` to `i11`.

    >>> identicon("0x" + "11" * 20) == identicon("0x" + "11" * 19 + "12")
    False
    """
    digest = hashlib.blake2b(address.lower().encode(), digest_size=8).digest()
    bits = int.from_bytes(digest[:4], "big")
    half = (_SIDE + 1) // 2
    drawn = []
    for place in range(half * _SIDE):
        if bits >> place & 1:
            column, row = divmod(place, _SIDE)
            drawn += [f"M{each} {row}h1v1h-1z" for each in {column, _SIDE - 1 - column}]
    return tag(
        "svg",
        tag("path", d="".join(sorted(drawn))),
        viewBox=f"0 0 {_SIDE} {_SIDE}",
        class_=f"icon i{digest[7] % _SHADES}",
        aria_hidden="true",
    )
