"""The commands of who opens a shared model."""

from __future__ import annotations

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from organizer.models.commands.changing import add_class, claim, close
from organizer.models.commands.files import init
from organizer.models.commands.market import add_market
from organizer.models.commands.opening import open_, publish, upload
from organizer.models.commands.reading import export, verify
from organizer.models.commands.simulating import add_simulate


def add_commands(model: click.Group) -> None:
    """Add them to the group `model`."""
    command(
        model,
        "init",
        examples=["model.toml", "model.toml --template estimator"],
        interrupted=interruption.WHOLE,
    )(init)
    command(
        model,
        "open",
        chain=True,
        store=True,
        account=True,
        examples=[
            "model.toml --account ada",
            "model.toml --weight '0.02 ether' --draft --account ada",
            "--name 'Is it spam?' --kind naive-bayes --data mail --weight '0.01 ether' --account ada",
            "--name Tumours --estimator model.joblib --data breast-cancer --weight '1 ether' --account ada",
        ],
        interrupted=f"what was stored stays; {interruption.SENT}",
    )(open_)
    command(model, "upload", chain=True, account=True, examples=["3 --account ada"])(upload)
    command(
        model,
        "publish",
        chain=True,
        store=True,
        account=True,
        examples=["3 --account ada"],
        interrupted=f"what was stored stays; {interruption.SENT}",
    )(publish)
    command(model, "add-class", chain=True, store=True, account=True, examples=["3 maybe --account ada"])(add_class)
    command(model, "close", chain=True, account=True, examples=["3 --account ada"])(close)
    command(model, "claim", chain=True, account=True, examples=["3 --account ada"])(claim)
    command(model, "verify", chain=True, store=True, examples=["3"], interrupted=interruption.UNCHANGED)(verify)
    command(
        model,
        "export",
        chain=True,
        store=True,
        examples=["3 --out model.json", "3 --out model.json --estimator model.joblib"],
        interrupted=interruption.WHOLE,
    )(export)
    add_simulate(model)
    market = model.commands["market"]
    assert isinstance(market, click.Group)
    add_market(market)
