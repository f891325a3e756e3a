"""`@command`: a click command that returns a `Result` and takes the options its work needs.

A command asks for what it uses, and only that is an option of it: `chain`, `store`, `account`. Each is made at first
use, so a command that fails on its own arguments has not talked to anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import platformdirs

from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session

DEFAULT_RPC = "http://127.0.0.1:8545"

_HOME = click.option(
    "--home",
    envvar="HYPERBOUNTY_HOME",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: platformdirs.user_data_path("hyperbounty"),
    show_default="the user's data folder",
    help="Where keystores, keys, the embedded store and unfinished work are kept.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_CHAIN = (
    click.option(
        "--rpc", envvar="HYPERBOUNTY_RPC", default=DEFAULT_RPC, show_default=True, help="JSON-RPC of the node."
    ),
    click.option(
        "--contract", envvar="HYPERBOUNTY_CONTRACT", help="Address of the bounty contract, if not known here."
    ),
)
_STORE = (
    click.option(
        "--ipfs", envvar="HYPERBOUNTY_IPFS", help="IPFS node (multiaddr or URL); left out, the embedded store is used."
    ),
)
_ACCOUNT = (
    click.option("--account", envvar="HYPERBOUNTY_ACCOUNT", help="Keystore name; devnet-0 … devnet-9 on a devnet."),
    click.option(
        "--password-file",
        envvar="HYPERBOUNTY_PASSWORD_FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File that holds the keystore's password; left out, it is asked for.",
    ),
)


def command(
    group: click.Group, name: str, *, chain: bool = False, store: bool = False, account: bool = False
) -> Callable[[Callable[..., Result]], click.Command]:
    """Add the decorated function to `group`; it gets a `Session` first, then its own click parameters."""

    def decorate(function: Callable[..., Result]) -> click.Command:
        @wraps(function)
        def run(home: Path, as_json: bool, **arguments: Any) -> None:
            session = Session(
                home=home,
                as_json=as_json,
                rpc=arguments.pop("rpc", DEFAULT_RPC),
                contract_address=arguments.pop("contract", None),
                ipfs=arguments.pop("ipfs", None),
                account_name=arguments.pop("account", None),
                password_file=arguments.pop("password_file", None),
            )
            result = function(session, **arguments)
            result.show(as_json=as_json)
            click.get_current_context().exit(result.exit_code)

        made = run
        wanted = (_HOME, _JSON, *(_CHAIN if chain else ()), *(_STORE if store else ()), *(_ACCOUNT if account else ()))
        for option in reversed(wanted):
            made = option(made)
        return group.command(name)(made)

    return decorate
