"""The participant's commands of a bounty."""

from __future__ import annotations

import click

from hyperbounty.cli.command import command
from participant.bounty.commands.contests import archive, download, list_, show
from participant.bounty.commands.entering import example, reveal, submit
from participant.bounty.commands.holdings import entries
from participant.bounty.commands.money import challenge, claim, reclaim, sponsor, withdraw
from participant.bounty.commands.training import train


def add_commands(participant: click.Group) -> None:
    """Add them to the participant's group."""
    command(participant, "list", chain=True)(list_)
    command(participant, "show", chain=True, store=True, whose=True)(show)
    command(participant, "download", chain=True, store=True)(download)
    command(participant, "archive", chain=True, store=True)(archive)
    command(participant, "train", chain=True, store=True, extra="train")(train)
    command(participant, "submit", chain=True, store=True, account=True)(submit)
    command(participant, "reveal", chain=True, account=True)(reveal)
    command(participant, "entries", chain=True, whose=True)(entries)
    command(participant, "challenge", chain=True, account=True)(challenge)
    command(participant, "claim", chain=True, account=True)(claim)
    command(participant, "sponsor", chain=True, account=True)(sponsor)
    command(participant, "reclaim", chain=True, account=True)(reclaim)
    command(participant, "withdraw", chain=True, account=True)(withdraw)
    command(participant, "example")(example)
