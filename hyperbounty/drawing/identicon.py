"""A picture of an address: two that differ in one digit look different, which their digits do not."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from hyperbounty.drawing.html import Html, tag

_SIDE: Final = 5
_SHADES: Final = (
    "#8a5a2b", "#5b6f1f", "#1f7a5c", "#1f6f8a", "#3c5fb0", "#6a4fb3", "#9a3f8f", "#b03a5b", "#b5482a", "#7a7a7a",
    "#4a7f3f", "#8f6f00",
)  # fmt: skip


@lru_cache(maxsize=4_096)
def identicon(address: str) -> Html:
    """Squares on five by five fields, mirrored, full, half or empty, in one of twelve shades: 27 bits of a hash.

    It stands beside the address and says nothing of its own, so who hears a page is not told of it. The style sheet
    makes `half` paler.

    >>> identicon("0x" + "11" * 20) == identicon("0x" + "11" * 19 + "12")
    False
    """
    number = int.from_bytes(hashlib.blake2b(address.lower().encode(), digest_size=8).digest(), "big")
    number, shade = divmod(number, len(_SHADES))
    drawn: dict[int, list[str]] = {1: [], 2: []}
    for place in range((_SIDE + 1) // 2 * _SIDE):
        number, fill = divmod(number, 3)
        if fill:
            column, row = divmod(place, _SIDE)
            drawn[fill] += [f"M{each} {row}h1v1h-1z" for each in sorted({column, _SIDE - 1 - column})]
    return tag(
        "svg",
        tag("path", d="".join(drawn[1])),
        tag("path", d="".join(drawn[2]), class_="half"),
        viewBox=f"0 0 {_SIDE} {_SIDE}",
        class_="icon",
        fill=_SHADES[shade],
        aria_hidden="true",
    )
