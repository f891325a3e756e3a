"""What the page of an account shows of contests: what it has in them, what it was paid, its record in each role."""

from __future__ import annotations

from hyperbounty.cli.wording import command_line
from hyperbounty.format import about
from hyperbounty.next_steps import Action, Parameter
from hyperbounty.web.bounty.accounts import account_at, payments_of
from hyperbounty.web.bounty.entries import entries_by
from hyperbounty.web.bounty.hiding import hidden_contests
from hyperbounty.web.bounty.pages.numbers import record_words
from hyperbounty.web.bounty.spec_words import spec_words
from hyperbounty.web.bounty.topics import account_topic
from hyperbounty.web.site.account_part import AccountPart
from hyperbounty.web.site.site import Site, Snapshot

MOST_LISTED = 50
"""Deposits, entries and payments on the page; the API has them all."""


def account_part(site: Site, snapshot: Snapshot, address: str) -> AccountPart:
    """See `SiteFamily.account_part`."""
    found = account_at(snapshot, address)
    hidden = hidden_contests(site)
    entries = entries_by(snapshot.connection, address, most=MOST_LISTED)
    return AccountPart(
        "bounty/account.html",
        {
            "most": MOST_LISTED,
            "account": found,
            "record": "" if found.as_organizer is None else record_words(found.as_organizer),
            "entries": [entry for entry in entries if entry.contest not in hidden],
            "payments": payments_of(snapshot.connection, most=MOST_LISTED, account=address),
            "hidden": hidden,
            "spec_words": spec_words,
            "about": about,
        },
        is_known=found.is_known,
        topics=[account_topic(address)],
        credits=found.credits,
        withdraw=command_line(Action("participant.withdraw", (Parameter("account", "NAME"),))),
        modules=["bounty/account.js"],
    )
