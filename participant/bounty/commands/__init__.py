"""The participant's commands of a bounty."""

from __future__ import annotations

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.exit_codes import ExitCode
from participant.bounty.commands.beginning import init
from participant.bounty.commands.contests import archive, download, list_, show
from participant.bounty.commands.entering import example, reveal, submit
from participant.bounty.commands.holdings import entries
from participant.bounty.commands.money import challenge, claim, reclaim, sponsor, withdraw
from participant.bounty.commands.reporting import report
from participant.bounty.commands.searching import search
from participant.bounty.commands.secrets import check, export, import_, restore, secrets
from participant.bounty.commands.suggesting import suggest
from participant.bounty.commands.training import odds, train
from participant.bounty.commands.verifying import verify
from participant.bounty.commands.watching import watch


def add_commands(participant: click.Group) -> None:
    """Add them to the participant's group."""
    looks, whole = interruption.UNCHANGED, interruption.WHOLE
    command(
        participant,
        "list",
        chain=True,
        store=True,
        examples=["--profile devnet", "--open --sort ends"],
        interrupted=looks,
    )(list_)
    command(participant, "show", chain=True, store=True, whose=True, examples=["3"], interrupted=looks)(show)
    command(participant, "download", chain=True, store=True, examples=["3 --out contest-3/"], interrupted=whole)(
        download
    )
    command(participant, "archive", chain=True, store=True, examples=["3 --out contest-3.car"], interrupted=whole)(
        archive
    )
    command(
        participant,
        "init",
        chain=True,
        store=True,
        examples=["3", "3 somewhere/else"],
        interrupted="each file is there whole or not at all; the same command goes on",
    )(init)
    command(participant, "suggest", chain=True, store=True, examples=["3", "3 --out specs/"], interrupted=whole)(
        suggest
    )
    command(
        participant,
        "train",
        chain=True,
        store=True,
        extra="train",
        examples=["3 --spec spec.json", "3 --spec specs/small.json --spec specs/large.json --folds 3 --png curves.png"],
        interrupted=interruption.TRAININGS,
    )(train)
    command(
        participant,
        "odds",
        chain=True,
        store=True,
        extra="train",
        examples=["3 --spec spec.json", "3 --spec spec.json --tried 20"],
        interrupted=interruption.TRAININGS,
    )(odds)
    command(
        participant,
        "search",
        chain=True,
        store=True,
        extra="search",
        examples=["", "--trials 60 --timeout 2h --seed 1"],
        interrupted=interruption.TRIALS,
    )(search)
    command(
        participant,
        "submit",
        chain=True,
        store=True,
        account=True,
        examples=["3 --spec spec.json --account ben", "3 --spec spec.json --account ben --wait"],
    )(submit)
    command(participant, "reveal", chain=True, account=True, examples=["3 --account ben", "--all --account ben"])(
        reveal
    )
    command(participant, "entries", chain=True, whose=True, examples=["--account ben"], interrupted=looks)(entries)
    command(
        participant,
        "verify",
        chain=True,
        store=True,
        extra="train",
        failure=ExitCode.UNAVAILABLE,
        examples=["3", "3 --sample 10% --csv prices/"],
        interrupted=f"{interruption.TRAININGS}; with --sample-seed {{sample_seed}} it draws the same specs",
    )(verify)
    command(participant, "challenge", chain=True, account=True, examples=["3 --account ben"])(challenge)
    command(
        participant,
        "report",
        chain=True,
        store=True,
        whose=True,
        examples=["3 --account ben", "3 --out contest-3.html --account ben"],
        interrupted=whole,
    )(report)
    command(participant, "claim", chain=True, account=True, examples=["3 --account ben"])(claim)
    command(participant, "sponsor", chain=True, account=True, examples=["3 --amount '0.1 ether' --account ben"])(
        sponsor
    )
    command(participant, "reclaim", chain=True, account=True, examples=["3 --account ben"])(reclaim)
    command(participant, "withdraw", chain=True, account=True, examples=["3 --account ben"])(withdraw)
    command(
        participant,
        "watch",
        chain=True,
        password=True,
        examples=["--account ben", "--once --account ben", "--account ben --account tom --notify ntfy://my-contests"],
        interrupted=interruption.WATCHED,
    )(watch)
    command(participant, "example", examples=["spec.json"], interrupted=whole)(example)
    participant.add_command(secrets)
    back = interruption.BROUGHT_BACK
    command(secrets, "check", chain=True, account=True, examples=["--account ben"], interrupted=looks)(check)
    command(secrets, "export", chain=True, account=True, examples=["secrets.json --account ben"], interrupted=whole)(
        export
    )
    command(secrets, "import", chain=True, account=True, examples=["secrets.json --account ben"], interrupted=back)(
        import_
    )
    command(secrets, "restore", chain=True, account=True, examples=["--account ben"], interrupted=back)(restore)
