"""How transactions of one chain are priced, repeated and believed: what a profile of the configuration may say."""

from __future__ import annotations

from dataclasses import dataclass

from hyperbounty.errors import InvalidInput


@dataclass(frozen=True)
class SendingPolicy:
    """Decisions about sending.

    Attributes:
        confirmations: blocks that must hold an effect, its own included, before it is believed; at least 1.
        max_fee_wei: the most that a unit of gas may cost, tip included, in wei; None for no cap.
        priority_fee_wei: the tip for a unit of gas, in wei; None to ask the node.
        replace_after_seconds: how long a transaction may wait before it is sent again with a higher fee; 0 for never.
        outage_seconds: how long a node that does not answer is asked again before a command gives up.

    >>> SendingPolicy(confirmations=3, max_fee_wei=30 * 10**9).replace_after_seconds
    90.0
    """

    confirmations: int = 1
    max_fee_wei: int | None = None
    priority_fee_wei: int | None = None
    replace_after_seconds: float = 90.0
    outage_seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.confirmations < 1:
            raise InvalidInput(
                f"confirmations must be at least 1, not {self.confirmations}", "1 believes the latest block"
            )
        for name in ("max_fee_wei", "priority_fee_wei", "replace_after_seconds", "outage_seconds"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise InvalidInput(f"{name} must not be negative, not {value}", "leave it out for the default")
