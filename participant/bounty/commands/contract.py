"""The bounty contract of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.cli.session import Session


def contract_of(session: Session) -> BountyContract:
    """The client of the bounty contract that the settings name, or that is known on this chain."""
    # Brings in the chain: a second that the help has no use for.
    from hyperbounty.bounty.contract import BountyContract

    return session.client(BountyContract)
