"""What contracts pay out, and the asset that is no token: the same for every contract that keeps escrows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hyperbounty.money import COIN

NATIVE: Final = COIN.address
"""Stands for the chain's own coin where a contract asks for an asset."""

BURN: Final = "0x000000000000000000000000000000000000dEaD"
"""Nobody's address: what contracts pay here is lost to everybody."""


@dataclass(frozen=True)
class Payment:
    """What a transaction paid out; where `paid` is false the transfer failed and `payee` can withdraw the amount.

    Attributes:
        payee: an address; `BURN` where the amount was burned.
        amount: in the smallest unit of the asset.
    """

    payee: str
    amount: int
    paid: bool

    @property
    def burned(self) -> bool:
        """Whether nobody gets it.

        >>> Payment(BURN, 5, paid=True).burned
        True
        """
        return self.payee == BURN
