"""`hyperbounty account new|import|list|show|balance`."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.following import next_line
from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session
from hyperbounty.cli.wording import worded
from hyperbounty.errors import AccountError
from hyperbounty.money import COIN, amount_json
from hyperbounty.next_steps import Action, NextStep, Parameter

_NONE_YET = "No account yet: `hyperbounty account new NAME` makes one."


@click.group(cls=HelpfulGroup)
def account() -> None:
    """Encrypted keystores, and what they hold."""


@click.argument("name")
def _new(session: Session, name: str) -> Result:
    """Make a new account NAME and keep its key encrypted under a password."""
    session.keyring.check_free(name)
    return _kept(session, name, session.keyring.new(name, session.password(name, confirm=True)))


@click.argument("name")
@click.option(
    "--keystore",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Keystore file of version 3, such as Geth's; left out, the key in HYPERBOUNTY_PRIVATE_KEY.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether a keystore without an address holds the right account.")
def _import(session: Session, name: str, keystore: Path | None, yes: bool) -> Result:
    """Keep an existing account encrypted as NAME: that of a keystore file, or of the key in HYPERBOUNTY_PRIVATE_KEY.

    A keystore keeps its password. A key cannot be given as an option, because it would stay in the shell's history.
    """
    from hyperbounty.accounts import KEY_VARIABLE, account_from_environment

    session.keyring.check_free(name)
    if keystore is not None:
        confirm = partial(_confirm_address, session, keystore, yes=yes)
        address = session.keyring.import_keystore(name, keystore, session.password(name), confirm)
        return _kept(session, name, address)
    if account_from_environment() is None:
        raise AccountError(
            "there is nothing to import", f"pass --keystore FILE, or put the key into {KEY_VARIABLE} for this command"
        )
    key = os.environ[KEY_VARIABLE]
    address = session.keyring.import_key(name, key, session.password(name, confirm=True))
    note(f"{KEY_VARIABLE} is not needed any more: unset it, every program you start can read it.")
    return _kept(session, name, address)


def _confirm_address(session: Session, keystore: Path, address: str, *, yes: bool) -> None:
    """Have somebody agree that a keystore without an address holds the account that is meant."""
    if yes:
        note(f"{keystore} gives no address; its key is that of {address}.")
        return
    if session.as_json or not os.isatty(0):
        raise AccountError(
            f"{keystore} gives no address to compare with, and there is nobody to ask: its key is that of {address}",
            NextStep("if that is the account you mean, agree with {}; nothing was imported", Parameter("yes")),
        )
    note(f"{keystore} gives no address to compare with. Its key is that of {address}.")
    if not click.confirm("Is this the account you mean?", err=True):
        raise AccountError("nothing was imported", "look for the keystore of the account that you mean")


def _kept(session: Session, name: str, address: str) -> Result:
    kept = session.keyring.describe(name)
    return Result(
        {"name": name, "address": address, "file": str(kept.file)},
        [
            f"{name}  {address}",
            f"Back up {kept.file} and the password; the password cannot be recovered.",
            next_line(session, "send it coins for gas and stakes: {}", Action("account.balance", (name,))),
        ],
    )


def _list(session: Session) -> Result:
    """List the accounts kept here."""
    found = []
    for name in session.keyring.names():
        try:
            found.append((name, session.keyring.address(name)))
        except AccountError as error:
            # One damaged file hides no other account.
            note(f"{error.what}; {worded(error.next_step)}")
    return Result(
        {"accounts": [{"name": name, "address": address} for name, address in found]},
        [] if found else [_NONE_YET],
        ("name", "address") if found else (),
        found,
    )


@click.argument("name")
def _show(session: Session, name: str) -> Result:
    """Show the address of account NAME and where its keystore is; needs no password.

    The keystore file, with its password, is the backup of an account. The bare key is never shown.
    """
    kept = session.keyring.describe(name)
    return Result(
        {"name": name, "address": kept.address, "file": str(kept.file), "encryption": kept.encryption},
        [f"{name}  {kept.address}", f"keystore {kept.file}", f"encrypted with {kept.encryption}"],
    )


@click.argument("who", required=False)
@click.option("--asset", metavar="TOKEN", help="A token too, by its address: rewards and stakes may be in one.")
def _balance(session: Session, who: str | None, asset: str | None) -> Result:
    """Show the balance of WHO (an account name or an address), or of every account kept here."""
    from hyperbounty.accounts import resolve_address
    from hyperbounty.chain.erc20 import asset_at, balances

    assets = [COIN, *([asset_at(session.chain, asset)] if asset else [])]
    names = [who] if who else session.keyring.names()
    addresses = [resolve_address(name, session.keyring, session.chain) for name in names]
    found = [
        (name, address, held, counted)
        for counted in assets
        for name, address, held in zip(names, addresses, balances(session.chain, counted, addresses), strict=True)
    ]
    return Result(
        {"balances": [{"name": n, "address": a, "balance": amount_json(held, of)} for n, a, held, of in found]},
        [] if found else [_NONE_YET],
        ("name", "address", "balance") if found else (),
        [(n, a, of.shown(held)) for n, a, held, of in found],
    )


command(account, "new", password=True, examples=["ada"], interrupted=interruption.WHOLE)(_new)
command(account, "import", password=True, examples=["ada --keystore UTC--ada"], interrupted=interruption.WHOLE)(_import)
command(account, "list", examples=[""], interrupted=interruption.UNCHANGED)(_list)
command(account, "show", examples=["ada"], interrupted=interruption.UNCHANGED)(_show)
command(
    account,
    "balance",
    chain=True,
    examples=["ada", "devnet-1 --asset 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"],
    interrupted=interruption.UNCHANGED,
)(_balance)
