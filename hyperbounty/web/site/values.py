"""What answers are made of: blocks, amounts, addresses, and places where a list goes on."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, Final

from eth_utils.address import to_checksum_address
from fastapi import Path, Query
from pydantic import Field

from hyperbounty.foreign_json import read_json
from hyperbounty.money import Asset
from hyperbounty.web.site.answers import Described
from hyperbounty.web.site.errors import NotHere

LARGEST_NUMBER: Final = 2**31 - 1
"""Of a contest or a model: a column of the tables holds no larger one."""

MOST_ROWS: Final = 100
USUAL_ROWS: Final = 50

_ADDRESS: Final = r"^0x[0-9a-fA-F]{40}$"
_CURSOR: Final = r"^[A-Za-z0-9_-]{1,300}$"

Address = Annotated[str, Field(pattern=_ADDRESS)]
Hex = Annotated[str, Field(pattern=r"^0x([0-9a-f]{2})*$")]
Hex32 = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
Ppm = Annotated[int, Field(ge=0, le=1_000_000, description="parts per million")]
Timestamp = Annotated[int, Field(description="unix seconds, UTC")]

Number = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="of a contest or a model")]
Account = Annotated[str, Path(pattern=_ADDRESS, description="address; its letters may be of either case")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="the most rows")]
Cursor = Annotated[str | None, Query(pattern=_CURSOR, description="`next` of the answer before; it is not to be read")]
AddressQuery = Annotated[str | None, Query(pattern=_ADDRESS)]


class Amount(Described):
    """An amount in the smallest unit of its asset."""

    amount: Annotated[str, Field(pattern=r"^[0-9]+$", description="a text, since JSON readers round large numbers")]
    asset: Annotated[str | None, Field(description="address of the token; null for the coin")]
    decimals: Annotated[int | None, Field(description="digits after the point; null where the token does not say")]

    @classmethod
    def of(cls, amount: int, asset: Asset) -> Amount:
        """`amount` of `asset`."""
        return cls(amount=str(amount), asset=None if asset.is_coin else asset.address, decimals=asset.decimals)


def checksummed(address: str) -> str:
    """An address as the index has it."""
    return str(to_checksum_address(address))


def cursor_of(key: Sequence[int | str]) -> str:
    """The place in a list after which it goes on.

    >>> cursor_of([3, "0xab"]), place_of(cursor_of([3, "0xab"]), (int, str))
    ('WzMsIjB4YWIiXQ', (3, '0xab'))
    """
    text = "[" + ",".join(f'"{part}"' if isinstance(part, str) else str(part) for part in key) + "]"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """What `cursor_of` was given.

    Args:
        cursor: as somebody sent it.
        kinds: of its parts.

    Raises:
        NotHere: it is none of this list.
    """
    try:
        found = read_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        found = None
    is_right = isinstance(found, list) and [type(part) for part in found] == list(kinds)
    if not is_right or not all(map(_is_bearable, found)):
        raise NotHere("the cursor is none of this list", "begin without one, and take `next` of each answer as it is")
    return tuple(found)


def _is_bearable(part: int | str) -> bool:
    """Whether every database takes it."""
    return -(2**63) <= part < 2**63 if isinstance(part, int) else part.isascii() and part.isprintable()
