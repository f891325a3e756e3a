"""What contracts pay out, and the asset that is no token: the same for every contract that keeps escrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NATIVE: Final = "0x0000000000000000000000000000000000000000"
"""Stands for the chain's own coin where a contract asks for an asset."""


@dataclass(frozen=True)
class Payment:
    """What a transaction paid out; where `paid` is false the transfer failed and `payee` can withdraw the amount.

    Attributes:
        payee: an address.
        amount: in the smallest unit of the asset.
    """

    payee: str
    amount: int
    paid: bool
