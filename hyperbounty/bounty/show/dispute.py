"""What the panel of a contest shows, and a dispute about its scores."""

from __future__ import annotations

from typing import Any

from hyperbounty.bounty.types import Dispute


def dispute_json(dispute: Dispute) -> dict[str, Any]:
    """Every field of a panel and its dispute as JSON types: states and the verdict by their names.

    >>> from hyperbounty.bounty.types import Panel, SeatState, Verdict
    >>> panel = Panel(members=("0x01",))
    >>> shown = dispute_json(Dispute(panel, (True,), 10, "0x02", (SeatState.SEALED,), Verdict.NONE, (False,)))
    >>> shown["seats"], shown["verdict"], shown["panel"]["members"]
    (['sealed'], 'none', ['0x01'])
    """
    return {
        **vars(dispute),
        "seal_ends": dispute.seal_ends,
        "open_ends": dispute.open_ends,
        "accepted": list(dispute.accepted),
        "panel": {**vars(dispute.panel), "members": list(dispute.panel.members)},
        "seats": [seat.name.lower() for seat in dispute.seats],
        "verdict": dispute.verdict.name.lower(),
        "agreed": list(dispute.agreed),
    }
