"""The organizer's commands of a bounty."""

from __future__ import annotations

import click

from hyperbounty.cli.command import command
from organizer.bounty.commands.deadlines import cancel, extend
from organizer.bounty.commands.fetching import fetch
from organizer.bounty.commands.opening import open_
from organizer.bounty.commands.settling import publish_key, settle


def add_commands(organizer: click.Group) -> None:
    """Add them to the organizer's group."""
    command(organizer, "fetch")(fetch)
    command(organizer, "open", chain=True, store=True, account=True)(open_)
    command(organizer, "publish-key", chain=True, account=True)(publish_key)
    command(organizer, "extend", chain=True, account=True)(extend)
    command(organizer, "cancel", chain=True, account=True)(cancel)
    command(organizer, "settle", chain=True, account=True)(settle)
