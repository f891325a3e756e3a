"""The evaluator's commands of a bounty."""

from __future__ import annotations

import click

from evaluator.bounty.commands.accepting import accept
from evaluator.bounty.commands.scoring import run, score
from evaluator.bounty.commands.verifying import verify
from evaluator.bounty.commands.watching import watch
from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.exit_codes import ExitCode


def add_commands(evaluator: click.Group) -> None:
    """Add them to the evaluator's group."""
    command(evaluator, "accept", chain=True, store=True, account=True, extra="train", examples=["3 --account eve"])(
        accept
    )
    command(
        evaluator,
        "score",
        chain=True,
        store=True,
        extra="train",
        examples=["3 --workers 4"],
        interrupted=interruption.TRAININGS,
    )(score)
    command(
        evaluator,
        "run",
        chain=True,
        store=True,
        extra="train",
        account=True,
        examples=["3 --account eve", "3 --account eve --csv prices/ --device accelerator"],
        interrupted=f"{interruption.TRAININGS}; {interruption.SENT}",
    )(run)
    command(
        evaluator,
        "verify",
        chain=True,
        store=True,
        extra="train",
        failure=ExitCode.UNAVAILABLE,
        examples=["3", "3 --sample 10% --csv prices/"],
        interrupted=f"{interruption.TRAININGS}; with --sample-seed {{sample_seed}} it draws the same specs",
    )(verify)
    command(
        evaluator,
        "watch",
        chain=True,
        store=True,
        extra="train",
        password=True,
        examples=["--account eve", "--account eve --csv prices/ --notify ntfy://my-contests"],
        interrupted=interruption.WATCHED,
    )(watch)
