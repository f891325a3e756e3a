"""What a wallet in the browser asks the site: what its account can do, and what a refusal of the contract means.

The site sends nothing and signs nothing. The browser encodes each call itself, asks its wallet's own node whether the
contract would take it, and only then the wallet.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Final

from eth_utils.address import to_checksum_address
from fastapi import APIRouter, Path, Query
from sqlalchemy import select

from hyperbounty.bounty.reverts import explain
from hyperbounty.bounty.types import Contest, Dispute
from hyperbounty.chain.artifacts import Artifact, load_artifact
from hyperbounty.chain.revert_data import reverted
from hyperbounty.cli.wording import worded
from hyperbounty.texts import escaped
from hyperbounty.web.bounty.acts import acts, standing_of, waiting
from hyperbounty.web.bounty.contests import Row, contests_of
from hyperbounty.web.bounty.tables import CONTESTS
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Site, Snapshot

Address = Annotated[str, Query(pattern="^0x[0-9a-fA-F]{40}$", description="of the account")]
_LONGEST_DATA: Final = 2_000


def acting_routes(site: Site) -> APIRouter:
    """The routes."""
    router = APIRouter()

    @router.get("/contests/{number}/acts")
    def account_acts(number: int, account: Address) -> dict[str, Any]:
        return site.read(lambda snapshot: acts_json(snapshot, number, to_checksum_address(account)))

    @router.get("/refusals/{data}")
    def refusal(
        data: Annotated[str, Path(pattern="^0x([0-9a-fA-F]{2})+$", max_length=_LONGEST_DATA)],
    ) -> dict[str, str]:
        error = explain(reverted(bytes.fromhex(data[2:]), _artifact().abi))
        return {"what": escaped(error.what, 600), "next": escaped(worded(error.next_step), 600)}

    return router


def acts_json(snapshot: Snapshot, number: int, account: str) -> dict[str, Any]:
    """What an account can do about a contest, as the browser reads it; large numbers are texts.

    Raises:
        NotHere: the index has no such contest.
    """
    row, contest, dispute = found_contest(snapshot, number)
    standing = standing_of(snapshot.connection, row, account)
    return {
        "block": snapshot.state.block,
        "phase": contest.phase.label,
        "waits": escaped(waiting(contest, dispute, standing)),
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
            for act in acts(contest, dispute, standing)
        ],
    }


def acting_facts(snapshot: Snapshot, row: Row, contest: Contest) -> dict[str, Any]:
    """What the browser must know to speak to the contract about a contest."""
    address = snapshot.connection.execute(select(CONTRACTS.c.address).where(CONTRACTS.c.id == row["contract"]))
    return {
        "chainId": snapshot.state.chain_id,
        "contract": address.scalar_one(),
        "contest": contest.number,
        "asset": None if contest.asset.is_coin else contest.asset.address,
        "symbol": escaped(contest.asset.symbol, 20),
        "decimals": contest.asset.decimals,
    }


def found_contest(snapshot: Snapshot, number: int) -> tuple[Row, Contest, Dispute]:
    """A contest with its row and its panel.

    Raises:
        NotHere: the index has none of this number.
    """
    for found in contests_of(snapshot.connection, select(CONTESTS).where(CONTESTS.c.number == number), snapshot.now):
        return found
    raise NotHere(f"there is no contest {number}", "choose one of the list of contests")


def _portable(value: Any) -> Any:
    return [_portable(each) for each in value] if isinstance(value, list | tuple) else str(value)


@cache
def _artifact() -> Artifact:
    return load_artifact("HyperparameterBounty")
