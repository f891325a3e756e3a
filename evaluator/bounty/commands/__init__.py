"""The evaluator's commands of a bounty."""

from __future__ import annotations

import click

from evaluator.bounty.commands.accepting import accept
from evaluator.bounty.commands.scoring import run, score
from evaluator.bounty.commands.verifying import verify
from hyperbounty.cli.command import command


def add_commands(evaluator: click.Group) -> None:
    """Add them to the evaluator's group."""
    command(evaluator, "accept", chain=True, store=True, account=True, extra="train")(accept)
    command(evaluator, "score", chain=True, store=True, extra="train")(score)
    command(evaluator, "run", chain=True, store=True, account=True, extra="train")(run)
    command(evaluator, "verify", chain=True, store=True, extra="train", failure=3)(verify)
