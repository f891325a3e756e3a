"""What a refusal of a contract means, in its words: a wallet in the browser gets it as bytes from its own node."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy import select

from hyperbounty.chain.artifacts import load_artifact
from hyperbounty.chain.registry import client_class
from hyperbounty.chain.revert_data import reverted
from hyperbounty.texts import escaped
from hyperbounty.web.index.family import families
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Site, Snapshot
from hyperbounty.web.site.values import Account, checksummed
from hyperbounty.web.site.wording import on_page

RevertData = Annotated[str, Path(pattern="^0x([0-9a-fA-F]{2})+$", max_length=2_000)]


def refusal_words(site: Site) -> APIRouter:
    """The route."""
    router = APIRouter()
    contracts = {family.NAME: family.CONTRACT for family in families()}

    @router.get("/refusals/{address}/{data}")
    def refusal(address: Account, data: RevertData) -> dict[str, str]:
        """Why the contract at this address refused."""

        def family_of(snapshot: Snapshot) -> str | None:
            snapshot.shows([])
            wanted = select(CONTRACTS.c.family).where(CONTRACTS.c.address == checksummed(address))
            return snapshot.connection.execute(wanted).scalars().first()

        family = site.read(family_of)
        if family not in contracts:
            raise NotHere(f"this site has no contract at {address}", "load the page again")
        name = contracts[family]
        error = client_class(name).explain(reverted(bytes.fromhex(data[2:]), load_artifact(name).abi))
        return {"what": escaped(error.what, 600), "next": escaped(on_page(error.next_step), 600)}

    return router
