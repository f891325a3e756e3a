"""What the panel of a contest shows, and a dispute about its scores."""

from __future__ import annotations

from typing import Any

from hyperbounty.bounty.types import Dispute
from hyperbounty.money import COIN, Asset, amount_json


def dispute_json(dispute: Dispute, asset: Asset = COIN) -> dict[str, Any]:
    """Every field of a panel and its dispute, whose amounts are of `asset`, as JSON types: states by their names.

    >>> from hyperbounty.bounty.types import Panel, SeatState, Verdict
    >>> panel = Panel(members=("0x01",))
    >>> shown = dispute_json(Dispute(panel, (True,), 10, "0x02", (SeatState.SEALED,), Verdict.NONE, (False,)))
    >>> shown["seats"], shown["verdict"], shown["panel"]["members"]
    (['sealed'], 'none', ['0x01'])
    """
    panel = dispute.panel
    return {
        **vars(dispute),
        "seal_ends": dispute.seal_ends,
        "open_ends": dispute.open_ends,
        "accepted": list(dispute.accepted),
        "panel": {
            "members": list(panel.members),
            "member_bond": amount_json(panel.member_bond, asset),
            "challenge_bond": amount_json(panel.challenge_bond, asset),
            "panel_fee": amount_json(panel.fee, asset),
            "tolerance_ppm": panel.tolerance,
            "seal_seconds": panel.seal_seconds,
            "open_seconds": panel.open_seconds,
        },
        "seats": [seat.name.lower() for seat in dispute.seats],
        "verdict": dispute.verdict.name.lower(),
        "agreed": list(dispute.agreed),
    }
