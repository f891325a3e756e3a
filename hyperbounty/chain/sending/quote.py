"""What a transaction would take, found out without signing anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress


class Payer(Protocol):
    """Whoever would send it: an account, or only its address, for asking needs no key."""

    @property
    def address(self) -> ChecksumAddress:
        """Of the account."""


@dataclass(frozen=True)
class Watched:
    """An account of which only the address is known: a `Payer` that signs nothing."""

    address: ChecksumAddress


@dataclass(frozen=True)
class Quote:
    """What a call would take as things stand.

    Attributes:
        gas: that would be offered, with the usual margin.
        fee_wei: most that this gas could cost; None while gas costs more than the cap.
    """

    gas: int
    fee_wei: int | None
