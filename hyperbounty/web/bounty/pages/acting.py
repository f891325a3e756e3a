"""What a wallet in the browser asks the site: what its account can do about a contest.

The site sends nothing and signs nothing. The browser encodes each call itself, asks its wallet's own node whether the
contract would take it, and only then the wallet.
"""

from __future__ import annotations

from typing import Annotated, Any

from eth_utils.address import to_checksum_address
from fastapi import APIRouter, Query

from hyperbounty.texts import escaped
from hyperbounty.web.bounty.acts import acts, standing_of
from hyperbounty.web.bounty.facts import contest_at
from hyperbounty.web.bounty.hiding import require_shown
from hyperbounty.web.site.site import Site, Snapshot

Address = Annotated[str, Query(pattern="^0x[0-9a-fA-F]{40}$", description="of the account")]


def acting_routes(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.get("/contests/{number}/acts")
    def account_acts(number: int, account: Address) -> dict[str, Any]:
        require_shown(site, number)
        return site.read(lambda snapshot: acts_json(snapshot, number, to_checksum_address(account)))

    return router


def acts_json(snapshot: Snapshot, number: int, account: str) -> dict[str, Any]:
    """What an account can do about a contest, as the browser reads it; large numbers are texts.

    Raises:
        NotHere: the index has no such contest.
    """
    each = contest_at(snapshot, number)
    standing = standing_of(snapshot.connection, each.row, account)
    asset = each.contest.asset
    return {
        "block": snapshot.state.block,
        "phase": each.contest.phase.label,
        "asset": None if asset.is_coin else asset.address,
        "symbol": escaped(asset.symbol, 20),
        "decimals": asset.decimals,
        "slots": [
            {"slot": slot.number, "state": slot.state, "commitment": "0x" + slot.commitment.hex()}
            for slot in standing.slots
        ],
        "acts": [
            {
                "call": act.call,
                "arguments": _portable(act.arguments),
                "label": escaped(act.label),
                "what": escaped(act.what),
                "risk": escaped(act.risk),
                "value": str(act.value),
                "spare": str(act.spare),
            }
            for act in acts(each.contest, each.dispute, standing)
        ],
    }


def _portable(value: Any) -> Any:
    return [_portable(each) for each in value] if isinstance(value, list | tuple) else str(value)
