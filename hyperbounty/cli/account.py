"""`hyperbounty account new|list|balance`."""

from __future__ import annotations

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.money import format_amount


@click.group()
def account() -> None:
    """Encrypted keystores, and what they hold."""


@click.argument("name")
@click.option(
    "--password-file",
    "new_password_file",
    type=click.Path(exists=True, dir_okay=False),
    envvar="HYPERBOUNTY_PASSWORD_FILE",
    help="File that holds the password; left out, it is asked for twice.",
)
def _new(session: Session, name: str, new_password_file: str | None) -> Result:
    """Make a new account NAME and keep its key encrypted under a password."""
    from pathlib import Path

    session.password_file = Path(new_password_file) if new_password_file else None
    address = session.keyring.new(name, session.password(name, confirm=True))
    return Result({"name": name, "address": address}, [f"{name}  {address}", "The password cannot be recovered."])


def _list(session: Session) -> Result:
    """List the accounts kept here."""
    found = [(name, session.keyring.address(name)) for name in session.keyring.names()]
    return Result(
        {"accounts": [{"name": name, "address": address} for name, address in found]},
        [] if found else ["No account yet: `hyperbounty account new NAME` makes one."],
        ("name", "address") if found else (),
        found,
    )


@click.argument("who", required=False)
def _balance(session: Session, who: str | None) -> Result:
    """Show the balance of WHO (an account name or an address), or of every account kept here."""
    from hyperbounty.accounts import resolve_address

    names = [who] if who else session.keyring.names()
    rows = [(name, resolve_address(name, session.keyring, session.chain)) for name in names]
    balances = [(name, address, session.chain.balance(address)) for name, address in rows]
    return Result(
        {"balances": [{"name": n, "address": a, "wei": b} for n, a, b in balances]},
        [] if balances else ["No account yet: `hyperbounty account new NAME` makes one."],
        ("name", "address", "balance") if balances else (),
        [(n, a, format_amount(b)) for n, a, b in balances],
    )


command(account, "new")(_new)
command(account, "list")(_list)
command(account, "balance", chain=True)(_balance)
