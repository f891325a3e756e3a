"""The commands of who uses a shared model or contributes to it."""

from __future__ import annotations

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from participant.models.commands.adding import add, batch
from participant.models.commands.looking import history, list_, price, show
from participant.models.commands.market import add_market
from participant.models.commands.predicting import predict
from participant.models.commands.taking import refund, report, status, withdraw
from participant.models.commands.watching import watch


def add_commands(model: click.Group) -> None:
    """Add them to the group `model`."""
    looks = interruption.UNCHANGED
    command(
        model, "list", chain=True, store=True, examples=["--profile devnet", "--open --sort price"], interrupted=looks
    )(list_)
    command(model, "show", chain=True, store=True, examples=["3"], interrupted=looks)(show)
    command(model, "price", chain=True, examples=["3", "3 --samples 50"], interrupted=looks)(price)
    command(model, "history", chain=True, store=True, examples=["3", "3 --limit 50 --before 120"], interrupted=looks)(
        history
    )
    command(
        model,
        "predict",
        chain=True,
        store=True,
        examples=["3 'win free money now'", "3 --file mails.csv", "3 --features '1 5 9'"],
        interrupted=looks,
    )(predict)
    command(
        model,
        "add",
        chain=True,
        store=True,
        account=True,
        examples=[
            "3 --label spam 'win free money now' --account ben",
            "3 --label 1 --features '1 5 9' --most '0.01 ether' --account ben",
        ],
    )(add)
    command(
        model,
        "batch",
        chain=True,
        store=True,
        account=True,
        examples=["3 mails.csv --account ben", "3 mails.jsonl --pause 1h --most '0.5 ether' --account ben"],
    )(batch)
    command(model, "refund", chain=True, account=True, examples=["3 --account ben"])(refund)
    command(model, "report", chain=True, account=True, examples=["3 --account ben"])(report)
    command(
        model,
        "status",
        chain=True,
        store=True,
        whose=True,
        examples=["--account ben", "3 --account ben"],
        interrupted=looks,
    )(status)
    command(model, "withdraw", chain=True, account=True, examples=["--account ben"])(withdraw)
    command(
        model,
        "watch",
        chain=True,
        password=True,
        examples=["--account ben", "3 7 --once --account ben", "--account ben --account tom --notify ntfy://my-models"],
        interrupted=interruption.WATCHED,
    )(watch)
    market = model.commands["market"]
    assert isinstance(market, click.Group)
    add_market(market)
