"""`hyperbounty config show|init|path`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session
from hyperbounty.cli.wording import option
from hyperbounty.errors import InvalidInput


@click.group(cls=HelpfulGroup)
def config() -> None:
    """The configuration: what counts, where it came from, a file to begin with."""


def _show(session: Session) -> Result:
    """Show every setting, its value, and where it came from.

    Give it the options of another command, and it shows what that command would work with. Keys are never shown, nor
    what may be a provider's key in the address of a node.
    """
    from hyperbounty.accounts import KEY_VARIABLE
    from hyperbounty.config.showing import Row, rows, unknown_variables

    source = click.get_current_context().get_parameter_source("home")
    home = {"COMMANDLINE": "--home", "ENVIRONMENT": "HYPERBOUNTY_HOME"}.get(source.name if source else "", "default")
    shown = [Row("home", str(session.home), str(session.home), home), *rows(session.settings)]
    if os.environ.get(KEY_VARIABLE, "").strip():
        shown.append(Row("private_key", "set, not shown", "set, not shown", KEY_VARIABLE))
    for remark in unknown_variables(os.environ):
        note(remark)
    width = max(len(row.key) for row in shown)
    file = str(session.config_file) if session.config_file else None
    return Result(
        {"file": file, "settings": {row.key: {"value": row.value, "from": row.origin} for row in shown}},
        [
            f"Configuration file: {file or 'none (`hyperbounty config init` writes one to fill in)'}",
            *(f"  {row.key:<{width}}  {row.text} ({row.origin})" for row in shown),
        ],
    )


_FILE = click.option(
    "--config",
    "named",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Which file; left out, hyperbounty.toml under --home.",
)


@_FILE
def _init(session: Session, named: Path | None) -> Result:
    """Write a configuration file to fill in: every setting, explained, none switched on. Overwrites nothing."""
    from hyperbounty.cli.example import EXAMPLE
    from hyperbounty.config.places import FILE_NAME
    from hyperbounty.files import create_atomic

    path = named or session.home / FILE_NAME
    try:
        # The address of a node may hold a key one day.
        create_atomic(path, EXAMPLE.encode(), mode=0o600)
    except FileExistsError:
        raise InvalidInput(f"{path} exists already", "edit it, or name another file with --config") from None
    return Result({"file": str(path)}, [f"Wrote {path}", "`hyperbounty config show` tells what it comes to."])


@_FILE
def _path(session: Session, named: Path | None) -> Result:
    """Show where the configuration file is looked for, and which one counts."""
    from hyperbounty.config.places import find_file, places

    used = find_file(named, os.environ, session.home, Path.cwd(), called=option)
    looked = places(named, os.environ, session.home, Path.cwd(), called=option)
    return Result(
        {"file": str(used) if used else None, "searched": [str(place.file) for place in looked]},
        [str(used) if used else "There is no configuration file: `hyperbounty config init` writes one."],
        ("looked for", "by", ""),
        [(str(place.file), place.reason, "counts" if place.file == used else "") for place in looked],
    )


command(
    config,
    "show",
    chain=True,
    store=True,
    account=True,
    examples=["", "--profile sepolia"],
    interrupted=interruption.UNCHANGED,
)(_show)
command(config, "init", examples=[""], interrupted=interruption.WHOLE)(_init)
command(config, "path", examples=[""], interrupted=interruption.UNCHANGED)(_path)
