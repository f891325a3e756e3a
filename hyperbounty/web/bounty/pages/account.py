"""The page of an account: what it has in contests, what it was paid, and its record in each of its roles."""

from __future__ import annotations

from eth_utils.address import is_checksum_address, is_hex_address, to_checksum_address
from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from hyperbounty.drawing.identicon import identicon
from hyperbounty.format import about
from hyperbounty.web.bounty.accounts import account_at, payments_of
from hyperbounty.web.bounty.entries import entries_by
from hyperbounty.web.bounty.hiding import hidden_contests
from hyperbounty.web.bounty.pages.numbers import record_words
from hyperbounty.web.bounty.pages.showing import Showing
from hyperbounty.web.bounty.spec_words import spec_words
from hyperbounty.web.bounty.topics import shows_account
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.people import account_path
from hyperbounty.web.site.site import Snapshot

MOST_LISTED = 50
"""Deposits, entries and payments on the page; the API has them all."""


def account_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()
    site = showing.site

    @router.get("/accounts/{address}")
    def account(address: str) -> Response:
        if not (address.startswith("0x") and is_hex_address(address)):
            raise NotHere("this is no address", "write 0x and 40 digits")
        if not is_checksum_address(address):
            return RedirectResponse(showing.root + account_path(to_checksum_address(address)), 308)

        def work(snapshot: Snapshot) -> Response:
            shows_account(snapshot, address)
            found = account_at(snapshot, address)
            hidden = hidden_contests(site)
            entries = entries_by(snapshot.connection, address, most=MOST_LISTED)
            return showing.page(
                "account.html",
                snapshot.state,
                address=address,
                most=MOST_LISTED,
                icon=identicon(address),
                account=found,
                record="" if found.as_organizer is None else record_words(found.as_organizer),
                entries=[entry for entry in entries if entry.contest not in hidden],
                payments=payments_of(snapshot.connection, most=MOST_LISTED, account=address),
                hidden=hidden,
                spec_words=spec_words,
                about=about,
            )

        return site.read(work)

    return router
