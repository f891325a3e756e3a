"""What an account has to do with models: those that it opened, and those that it added samples to."""

from __future__ import annotations

from eth_utils.address import is_checksum_address, is_hex_address, to_checksum_address
from fastapi import APIRouter, Response
from sqlalchemy import select
from starlette.responses import RedirectResponse

from hyperbounty.drawing.identicon import identicon
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.models.index.tables import CREDITS
from hyperbounty.web.models.listing import own_models
from hyperbounty.web.models.pages.showing import ROWS, Showing
from hyperbounty.web.models.samples import account_in
from hyperbounty.web.models.topics import shows_account
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Snapshot


def account_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/models/accounts/{address}")
    def account(address: str) -> Response:
        if not (address.startswith("0x") and is_hex_address(address)):
            raise NotHere("this is no address", "write 0x and 40 digits")
        if not is_checksum_address(address):
            return RedirectResponse(f"{showing.root}/models/accounts/{to_checksum_address(address)}", 308)

        def work(snapshot: Snapshot) -> Response:
            shows_account(snapshot, address)
            rows = snapshot.connection
            listed = own_models(snapshot, site, address, most=ROWS + 1)
            of = select(CREDITS, CONTRACTS.c.address).join(CONTRACTS, CONTRACTS.c.id == CREDITS.c.contract)
            kept = [dict(row) for row in rows.execute(of.where(CREDITS.c.subject == address)).mappings()]
            assets = assets_at(rows, {row["asset"] for row in kept})
            waiting = [(row, row["credited"] - row["withdrawn"], assets[row["asset"]]) for row in kept]
            return showing.page(
                "account.html",
                snapshot.state,
                address=address,
                icon=identicon(address),
                models=[(each, account_in(rows, each.row, address)) for each in listed[:ROWS]],
                is_more=len(listed) > ROWS,
                credits=[each for each in waiting if each[1]],
            )

        return site.read(work)

    return router
