"""The organizer's commands of a bounty."""

from __future__ import annotations

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from organizer.bounty.commands.contest_files import check, init
from organizer.bounty.commands.deadlines import cancel, extend
from organizer.bounty.commands.fetching import fetch
from organizer.bounty.commands.opening import open_
from organizer.bounty.commands.settling import publish_key, settle
from organizer.bounty.commands.watching import watch


def add_commands(organizer: click.Group) -> None:
    """Add them to the organizer's group."""
    command(
        organizer,
        "fetch",
        examples=[
            "--csv downloads/ --coins BTC,LTC --out prices/",
            "--source coinpaprika --start 2025-11-30 --out prices/",
        ],
        interrupted="--out was not written; what CoinPaprika has sent is kept, and the same command asks for the rest",
    )(fetch)
    command(
        organizer,
        "init",
        examples=["contest.toml", "contest.toml --template strangers"],
        interrupted=interruption.WHOLE,
    )(init)
    command(
        organizer,
        "check",
        chain=True,
        whose=True,
        examples=["contest.toml --account ada", "contest.toml --minimum 57% --account ada"],
        interrupted=interruption.UNCHANGED,
    )(check)
    command(
        organizer,
        "open",
        chain=True,
        store=True,
        account=True,
        examples=[
            "contest.toml --account ada",
            "contest.toml --reward '2 ether' --copy 2 --account ada",
            "--prices prices/ --coin LTC --reward 0.5 --evaluator eve --account ada",
            "--prices prices/ --coin LTC --reward '0.5 ether' --evaluator eve --panel tom,ann,joe --submit-time 14d",
        ],
        interrupted=f"what was stored stays; {interruption.SENT}",
    )(open_)
    command(organizer, "publish-key", chain=True, account=True, examples=["3 --account ada"])(publish_key)
    command(organizer, "extend", chain=True, account=True, examples=["3 --by 2d --account ada"])(extend)
    command(organizer, "cancel", chain=True, account=True, examples=["3 --account ada"])(cancel)
    command(organizer, "settle", chain=True, account=True, examples=["3 --account ada"])(settle)
    command(
        organizer,
        "watch",
        chain=True,
        password=True,
        examples=["--account ada", "--once --account ada"],
        interrupted=interruption.WATCHED,
    )(watch)
