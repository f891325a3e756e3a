"""What the page of an account shows of models: those that it opened, and those that it added samples to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from hyperbounty.cli.wording import command_line
from hyperbounty.next_steps import Action, Parameter
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.index.tables import CONTRACTS
from hyperbounty.web.models.index.tables import CREDITS
from hyperbounty.web.models.listing import own_models
from hyperbounty.web.models.samples import account_in
from hyperbounty.web.models.topics import account_topic
from hyperbounty.web.site.account_part import AccountPart, Credit
from hyperbounty.web.site.site import Site, Snapshot

_MOST: Final = 50
"""Models on the page; the API has them all."""


def account_part(site: Site, snapshot: Snapshot, address: str) -> AccountPart:
    """See `SiteFamily.account_part`."""
    rows = snapshot.connection
    listed = own_models(snapshot, site, address, most=_MOST + 1)
    kept = credits_of(snapshot, address)
    return AccountPart(
        "models/account.html",
        {
            "models": [(each, account_in(rows, each.row, address)) for each in listed[:_MOST]],
            "is_more": len(listed) > _MOST,
        },
        is_known=bool(listed or kept),
        topics=[account_topic(address)],
        credits=kept,
        withdraw=command_line(Action("model.withdraw", (Parameter("account", "NAME"),))),
    )


def credits_of(snapshot: Snapshot, address: str) -> list[Credit]:
    """What models could not pay to an account, and keep for it."""
    rows = snapshot.connection
    of = select(CREDITS, CONTRACTS.c.address).join(CONTRACTS, CONTRACTS.c.id == CREDITS.c.contract)
    found = [dict(row) for row in rows.execute(of.where(CREDITS.c.subject == address)).mappings()]
    assets = assets_at(rows, {row["asset"] for row in found})
    waiting = [Credit(row["address"], assets[row["asset"]], row["credited"] - row["withdrawn"]) for row in found]
    return [each for each in waiting if each.amount]
