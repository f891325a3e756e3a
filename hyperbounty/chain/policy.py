"""How transactions of one chain are priced, repeated and believed: what a profile of the configuration may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hyperbounty.errors import InvalidInput

_AMOUNTS: Final = (
    "max_fee_wei",
    "priority_fee_wei",
    "replace_after_seconds",
    "outage_seconds",
    "beyond_wei",
    "most_wei",
)


@dataclass(frozen=True)
class SendingPolicy:
    """Decisions about sending.

    Attributes:
        confirmations: blocks that must hold an effect, its own included, before it is believed; at least 1.
        max_fee_wei: the most that a unit of gas may cost, tip included, in wei; None for no cap.
        priority_fee_wei: the tip for a unit of gas, in wei; None to ask the node.
        replace_after_seconds: how long a transaction may wait before it is sent again with a higher fee; 0 for never.
        outage_seconds: how long a node that does not answer is asked again before a command gives up.
        beyond_wei: `max_fee_wei` may be exceeded while all the gas of a transaction costs no more than this, in wei.
        most_wei: the most that all the gas of a transaction may cost, in wei; None for as much as the price of a unit.

    >>> SendingPolicy(confirmations=3, max_fee_wei=30 * 10**9).replace_after_seconds
    90.0
    """

    confirmations: int = 1
    max_fee_wei: int | None = None
    priority_fee_wei: int | None = None
    replace_after_seconds: float = 90.0
    outage_seconds: float = 30.0
    beyond_wei: int = 0
    most_wei: int | None = None

    def __post_init__(self) -> None:
        if self.confirmations < 1:
            raise InvalidInput(
                f"confirmations must be at least 1, not {self.confirmations}", "1 believes the latest block"
            )
        for name in _AMOUNTS:
            value = getattr(self, name)
            if value is not None and value < 0:
                raise InvalidInput(f"{name} must not be negative, not {value}", "leave it out for the default")

    def cap_wei(self, gas: int) -> int | None:
        """The most that a unit may cost in a transaction of `gas` units, in wei; None for no cap.

        >>> SendingPolicy(max_fee_wei=30).cap_wei(100), SendingPolicy().cap_wei(100)
        (30, None)
        >>> SendingPolicy(max_fee_wei=30, beyond_wei=5_000).cap_wei(100)
        50
        >>> SendingPolicy(max_fee_wei=30, most_wei=2_000).cap_wei(100), SendingPolicy(most_wei=2_000).cap_wei(100)
        (20, 20)
        """
        cap = None if self.max_fee_wei is None else max(self.max_fee_wei, self.beyond_wei // gas)
        if self.most_wei is None:
            return cap
        most = self.most_wei // gas
        return most if cap is None else min(cap, most)
