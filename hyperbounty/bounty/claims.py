"""Claims of a pot, so many in a transaction that each fits a block of any chain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from hyperbounty.money import Asset

# A claim takes up to 115,000 gas in coins, and 400,000 in a token, where the payee does its worst.
CLAIMS_IN_COINS: Final = 50
CLAIMS_IN_A_TOKEN: Final = 25


def batches(indexes: Sequence[int], asset: Asset) -> Iterator[tuple[int, ...]]:
    """Each index once, in ascending order, as many at a time as one transaction pays.

    >>> from hyperbounty.money import COIN
    >>> [len(batch) for batch in batches(range(120), COIN)]
    [50, 50, 20]
    >>> list(batches([3, 1, 3], Asset("0x1111111111111111111111111111111111111111", "TKN", 6)))
    [(1, 3)]
    """
    size = CLAIMS_IN_COINS if asset.is_coin else CLAIMS_IN_A_TOKEN
    ordered = sorted(set(indexes))
    return (tuple(ordered[start : start + size]) for start in range(0, len(ordered), size))


def batch_key(base: str, batch: tuple[int, ...]) -> str:
    """The key of the step that claims `batch`: named by what it claims, since a repetition may part them otherwise.

    >>> batch_key("claim/7", (1, 3)) == batch_key("claim/7", (1, 3)) != batch_key("claim/7", (1,))
    True
    """
    return f"{base}/{hashlib.sha256(repr(batch).encode()).hexdigest()}"
