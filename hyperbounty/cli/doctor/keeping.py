"""What is kept: the disk, the content store, the accounts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.cli.doctor.finding import Finding, fault, fault_of, remark, well
from hyperbounty.cli.redaction import redacted
from hyperbounty.errors import AccountError, ContentNotFound, HyperbountyError
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from hyperbounty.cli.session import Session

_LEAST_FREE_BYTES: Final = 1_000_000_000


def check_disk(home: Path, least_free: int = _LEAST_FREE_BYTES) -> Iterator[Finding]:
    """Whether the home folder can be written, and has room for prices, reports and weights."""
    place = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield fault(
            "disk", f"{place} cannot be written", "give its user the right to write, or name a folder by --home"
        )
        return
    free = shutil.disk_usage(place).free
    shown = f"{home}: {free / 1e9:,.1f} GB free"
    if free < least_free:
        yield fault(
            "disk", f"{shown}, and {least_free / 1e9:,.1f} GB are needed", "make room, or name another by --home"
        )
    else:
        yield well("disk", shown)


def check_store(session: Session) -> Iterator[Finding]:
    """Whether the content store answers, and says what it keeps."""
    store = session.store
    pins = len(store.pins())
    yield well("store", f"{store.describe()}; {pins:,} pinned")
    for address in session.settings.gateways:
        yield _gateway(session, address)


def _gateway(session: Session, address: str) -> Finding:
    """Whether a gateway answers in the trustless form; whether it has the block that it is asked for says nothing."""
    from hyperbounty.patience import Interrupted
    from hyperbounty.store import Cid
    from hyperbounty.store.gateways import Gateways

    gateway = Gateways([address], access=session.store_access)
    check = f"gateway {redacted(gateway.addresses[0])}"
    try:
        # Of no bytes, which most have.
        gateway.attempt(Cid.raw(b""))
    except ContentNotFound:
        pass
    except Interrupted as busy:
        return remark(check, redacted(busy.reason), "wait a while, or name further gateways")
    except HyperbountyError as error:
        return fault_of(check, error)
    return well(check, "it answers, and is asked for what the store lacks")


def check_accounts(session: Session) -> Iterator[Finding]:
    """Whether every keystore can be read, and the account that signs is there and can pay for gas."""
    names = session.keyring.names()
    for name in names:
        try:
            session.keyring.describe(name)
        except AccountError as error:
            yield fault_of(f"account {name}", error)
    signer = _signer(session)
    if isinstance(signer, Finding):
        yield signer
        return
    name, address = signer
    try:
        balance = session.chain.balance(address)
    except HyperbountyError:
        # The node's own fault stands above.
        yield remark("account", f"{name} is {address}; what it holds, no node says")
        return
    shown = f"{name} is {address}, with {format_amount(balance)}"
    if balance:
        yield well("account", shown)
    else:
        yield fault("account", f"{shown}: it cannot pay for a transaction", "send it some coins for gas")


def _signer(session: Session) -> tuple[str, str] | Finding:
    """Name and address of the account that signs, or why there is none; asks for no password."""
    from hyperbounty.accounts import (
        KEY_VARIABLE,
        account_from_environment,
        read_password_file,
        refuse_public_key,
        resolve_address,
    )
    from hyperbounty.config.settings import Source

    settings = session.settings
    try:
        if settings.origins["account"].source not in (Source.OPTION, Source.VARIABLE):
            bare = account_from_environment()
            if bare is not None:
                refuse_public_key(bare, session.chain)
                return f"the key in {KEY_VARIABLE}", bare.address
        name = settings.account
        if name is None:
            kept = len(session.keyring.names())
            return remark(
                "account",
                f"none is named; {kept} kept here" if kept else "none is kept here: looking is all that is possible",
                "name one by --account, HYPERBOUNTY_ACCOUNT or the configuration file"
                if kept
                else "hyperbounty account new NAME makes one",
            )
        address = resolve_address(name, session.keyring, session.chain)
        file = settings.password_file_for(name)
        if file is not None and not name.startswith("devnet-"):
            read_password_file(file)
    except HyperbountyError as error:
        return fault_of("account", error)
    return name, address
