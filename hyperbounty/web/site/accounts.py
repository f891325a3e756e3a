"""The page of an account: what waits for it, and what each family shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eth_utils.address import is_checksum_address, is_hex_address, to_checksum_address
from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from hyperbounty.drawing.identicon import identicon
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.people import account_path

if TYPE_CHECKING:
    from hyperbounty.web.site.family import SiteFamily
    from hyperbounty.web.site.rendering import Renderer
    from hyperbounty.web.site.site import Site, Snapshot


def account_pages(site: Site, families: Sequence[SiteFamily], renderer: Renderer) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get("/accounts/{address}")
    def account(address: str) -> Response:
        if not (address.startswith("0x") and is_hex_address(address)):
            raise NotHere("this is no address", "write 0x and 40 digits")
        if not is_checksum_address(address):
            return RedirectResponse(site.settings.root_path + account_path(to_checksum_address(address)), 308)

        def work(snapshot: Snapshot) -> Response:
            parts = [family.account_part(site, snapshot, address) for family in families]
            ends = [part.until for part in parts if part.until is not None]
            snapshot.shows([topic for part in parts for topic in part.topics], min(ends, default=None))
            return renderer.page(
                "site/account.html",
                snapshot.state,
                address=address,
                icon=identicon(address),
                parts=[renderer.part(part.template, address=address, **part.values) for part in parts],
                is_known=any(part.is_known for part in parts),
                credits=[credit for part in parts for credit in part.credits],
                commands=[part.withdraw for part in parts if part.credits],
                modules=[module for part in parts for module in part.modules],
            )

        return site.read(work)

    return router
