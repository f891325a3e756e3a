"""`@command`: a click command that returns a `Result` and takes the options its work needs.

A command asks for what it uses, and only that is an option of it: `chain`, `store`, `account`. Each is made at first
use, so a command that fails on its own arguments has not talked to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.exit_codes import ExitCode, exit_code_of
from hyperbounty.cli.help import ACCOUNT, CONNECTION, EVERYWHERE, HelpfulCommand, grouped
from hyperbounty.cli.interruption import CommandInterrupted
from hyperbounty.cli.output import CommandFailed, Result
from hyperbounty.cli.session import Session
from hyperbounty.config.places import HOME_VARIABLE, usual_home
from hyperbounty.extras import command_to_install, require
from hyperbounty.light_imports import load_accounts_without_keystores, load_chain_lightly

_HOME = grouped(
    EVERYWHERE,
    "--home",
    envvar=HOME_VARIABLE,
    type=click.Path(file_okay=False, path_type=Path),
    default=usual_home,
    show_default="the user's data folder",
    help="Where keystores, keys, the embedded store and unfinished work are kept.",
)
_JSON = grouped(EVERYWHERE, "--json", "as_json", is_flag=True, help="Print the result as JSON: docs/json.md.")
# What is left out comes from the environment, the configuration file or the profile: `hyperbounty.config`.
_SETTINGS = (
    grouped(
        CONNECTION,
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Configuration file; left out, hyperbounty.toml here or under --home.",
    ),
    grouped(
        CONNECTION,
        "--profile",
        help="Of the configuration file, or devnet, anvil; `hyperbounty config show` explains.",
    ),
)
_CHAIN = (
    grouped(CONNECTION, "--rpc", help="JSON-RPC of the node; left out, the profile's."),
    grouped(CONNECTION, "--contract", help="Address of the contract that this command works with, if not known here."),
)
_STORE = (grouped(CONNECTION, "--ipfs", help="IPFS node (multiaddr or URL), or embedded; left out, the profile's."),)
_PASSWORD = grouped(
    ACCOUNT,
    "--password-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that holds the keystore's password; left out, it is asked for.",
)
_WHOSE = grouped(ACCOUNT, "--account", help="Keystore name; devnet-0 … devnet-9 on a devnet.")
_ACCOUNT = (_WHOSE, _PASSWORD)
_KEYS = ("rpc", "contract", "ipfs", "account", "password_file")


def say_what_it_needs(added: click.Command, extra: str, what: str = "It needs") -> None:
    """End the help of a command with what has to be installed for it."""
    added.help = f"{cleandoc(added.help or '')}\n\n{what} the extra {extra!r}: {command_to_install(extra)}"


def command(
    group: click.Group,
    name: str,
    *,
    chain: bool = False,
    store: bool = False,
    account: bool = False,
    password: bool = False,
    whose: bool = False,
    extra: str | None = None,
    failure: ExitCode | None = None,
    examples: Sequence[str] = (),
    interrupted: str | None = None,
    cls: type[HelpfulCommand] = HelpfulCommand,
) -> Callable[[Callable[..., Result | None]], click.Command]:
    """Add the decorated function to `group`; it gets a `Session` first, then its own click parameters.

    Args:
        group: to add the command to.
        name: of the command.
        chain, store, account: it works with them, and takes the options that name them.
        password: it needs a password, and no account that signs.
        whose: it shows what concerns an account, by its address, and needs no password.
        extra: what has to be installed for it, of `hyperbounty.extras`; its help names it.
        failure: its exit code where it cannot do its work; left out, that of the error.
        examples: what its help shows: arguments as they are typed after the name of the command.
        interrupted: what holds after Ctrl-C, with the names of parameters in braces; see `interruption`. Left out, what
            holds of a command that sends or, without an account, of one that begins anew.
        cls: of the command.

    The function returns what it has to show; None where it has shown it already.
    """
    promise = interrupted or (interruption.SENT if account else interruption.ANEW)

    def decorate(function: Callable[..., Result | None]) -> click.Command:
        @wraps(function)
        def run(home: Path, as_json: bool, **arguments: Any) -> None:
            if chain:
                load_chain_lightly()
            elif account or password:
                load_accounts_without_keystores()
            session = Session(
                home,
                as_json=as_json,
                config=arguments.pop("config", None),
                profile=arguments.pop("profile", None),
                options={key: arguments.pop(key, None) for key in _KEYS},
            )
            try:
                if extra is not None:
                    require(extra)
                result = function(session, **arguments)
            except click.ClickException:
                raise
            except click.Abort as stopped:
                raise CommandInterrupted(interruption.ASKED) from stopped
            except KeyboardInterrupt as stopped:
                raise CommandInterrupted(promise.format(**arguments)) from stopped
            except Exception as error:
                code = exit_code_of(error)
                raise CommandFailed(error, code if failure is None or code is ExitCode.INTERNAL else failure) from error
            if result is not None:
                result.show(as_json=as_json)
                click.get_current_context().exit(result.exit_code)

        wanted = [_HOME, _JSON]
        wanted += _SETTINGS if chain or store or account or password else ()
        wanted += (*(_CHAIN if chain else ()), *(_STORE if store else ()), *(_ACCOUNT if account else ()))
        wanted += [_PASSWORD] if password else []
        wanted += [_WHOSE] if whose else []
        made = run
        for option in reversed(wanted):
            made = option(made)
        added = group.command(name, cls=cls, examples=examples)(made)
        if extra is not None:
            say_what_it_needs(added, extra)
        return added

    return decorate
