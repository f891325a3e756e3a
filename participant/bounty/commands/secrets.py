"""`hyperbounty participant secrets …`: what opens sealed submissions, its copies, and how it comes back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line
from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file, require_free
from hyperbounty.errors import SecretsError
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.secrecy import without_keys
from hyperbounty.spec.spec import Spec

if TYPE_CHECKING:
    from participant.bounty.backup import Backup, Owner
    from participant.bounty.restoring import Copies

_PASSPHRASE: Final = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that holds the passphrase of the exported file; left out, it is asked for.",
)
_OTHER: Final = "another file"


@click.group(cls=HelpfulGroup)
def secrets() -> None:
    """Check, export, import and restore what opens your sealed submissions."""


def check(session: Session) -> Result:
    """Check that every sealed submission of yours can be revealed from here, and show where copies are."""
    from participant.bounty.entries import ENTRIES, EntryBook
    from participant.bounty.restoring import find_copies

    contract, account = contract_of(session), session.account
    found = find_copies(contract, account, contract.contests(), EntryBook(session.home / ENTRIES))
    data = {"participant": account.address, "secrets": [_json(each, restored=False) for each in found]}
    if not found:
        return Result(data, [_nothing(account.address)])
    missing = [each for each in found if each.here is None]
    lines = [line for each in found for line in _lines(each)]
    if any(each.on_chain is not None for each in missing):
        after = next_line(session, "bring back what the chain has: {}", Action("participant.secrets.restore"))
    elif missing:
        after = next_line(session, "bring it back from a file: {}", Action("participant.secrets.import", ("FILE",)))
    else:
        after = next_line(session, "have one more copy elsewhere: {}", Action("participant.secrets.export", ("FILE",)))
    return Result(data, lines, after=[after], exit_code=ExitCode.DIFFERS if missing else ExitCode.DONE)


def restore(session: Session) -> Result:
    """Bring back what opens your sealed submissions, from the chain and the account's key alone.

    What is kept here already stays as it is.
    """
    from participant.bounty.entries import ENTRIES, EntryBook
    from participant.bounty.restoring import find_copies
    from participant.bounty.restoring import restore as restore_here

    contract, account = contract_of(session), session.account
    book = EntryBook(session.home / ENTRIES)
    done = {}
    found = find_copies(contract, account, contract.contests(), book)
    for each in found:
        done[each.place] = restore_here(book, account, each)
    data = {"participant": account.address, "secrets": [_json(each, restored=done[each.place]) for each in found]}
    if not found:
        return Result(data, [_nothing(account.address)])
    lost = [each for each in found if each.entry is None]
    lines = []
    for each in found:
        what = "what opens it is NOT on the chain" if each.entry is None else "was kept here already"
        lines += _lines(each, "is back" if done[each.place] else what)
    if lost:
        after = next_line(session, "import a file of yours: {}", Action("participant.secrets.import", ("FILE",)))
    else:
        after = next_line(session, "see what each entry waits for: {}", Action("participant.entries"))
    return Result(data, lines, after=[after], exit_code=ExitCode.REFUSED if lost else ExitCode.DONE)


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
def export(session: Session, file: Path, passphrase_file: Path | None) -> Result:
    """Write all that opens submissions of yours and is kept here to the new FILE, encrypted under a passphrase.

    The file does not hold the account's key: keep a copy of the keystore too.
    """
    from participant.bounty.backup import Owner, check_passphrase, write_backup
    from participant.bounty.entries import ENTRIES, EntryBook

    require_free(file, _OTHER)
    contract, account = contract_of(session), session.account
    chain_id = contract.chain.chain_id
    found = EntryBook(session.home / ENTRIES).everything(chain_id, contract.address, account)
    if not found:
        raise SecretsError(
            f"nothing of {account.address} is kept here",
            NextStep("name the right {}, or bring back what the chain has: {}", *_elsewhere()),
        )
    passphrase = _passphrase(passphrase_file, confirm=True)
    check_passphrase(passphrase)
    owner = Owner(chain_id, contract.address, account.address)
    create_file(file, write_backup(owner, found, passphrase), _OTHER, mode=0o600)
    count = len({entry.place for entry in found})
    data = {"participant": account.address, "file": str(file), "slots": count}
    return Result(
        data,
        [f"{file} holds what opens {_slots(count)} of {account.address}, encrypted."],
        after=[
            next_line(
                session,
                "put it where this machine is not, with a copy of the keystore; {} takes it in again",
                Action("participant.secrets.import", (str(file),)),
            )
        ],
    )


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
def import_(session: Session, file: Path, passphrase_file: Path | None) -> Result:
    """Take in what opens submissions of yours from FILE, which `export` has written.

    What is kept here already stays as it is.
    """
    from participant.bounty.backup import Backup, Owner
    from participant.bounty.entries import ENTRIES, EntryBook

    backup = Backup(_content(file), _named(file))
    contract, account = contract_of(session), session.account
    _require_owner(backup, Owner(contract.chain.chain_id, contract.address, account.address), _named(file))
    entries = backup.entries(_passphrase(passphrase_file, confirm=False))
    book = EntryBook(session.home / ENTRIES)
    added = [entry for entry in entries if book.take_in(entry, account)]
    imported = len({entry.place for entry in added})
    kept = len({entry.place for entry in entries} - {entry.place for entry in added})
    text = f"Imported what opens {_slots(imported)}; that of {_slots(kept)} was kept here already."
    return Result(
        {"participant": account.address, "file": str(file), "slots": imported, "slots_kept": kept},
        [text],
        after=[next_line(session, "see what each entry waits for: {}", Action("participant.entries"))],
    )


def _elsewhere() -> tuple[Parameter, Action]:
    return Parameter("home"), Action("participant.secrets.restore")


def _named(file: Path) -> str:
    """A file in messages: what looks like a key was typed in the wrong place, and is not repeated."""
    return without_keys(str(file))


def _require_owner(backup: Backup, own: Owner, name: str) -> None:
    """Refuse a file of another chain, contract or account.

    Raises:
        SecretsError: it is one.
    """
    owner = backup.owner
    if owner.chain_id != own.chain_id:
        raise SecretsError(
            f"{name} is of chain {owner.chain_id}, and this node is of chain {own.chain_id}",
            NextStep("name a node of its chain with {}", Parameter("rpc")),
        )
    if owner.contract.lower() != own.contract.lower():
        raise SecretsError(
            f"{name} is of the contract {owner.contract}, and this is {own.contract}",
            NextStep("name its contract with {}", Parameter("contract", owner.contract)),
        )
    if owner.account.lower() != own.account.lower():
        raise SecretsError(
            f"{name} opens submissions of {owner.account}, and this account is {own.account}",
            NextStep("name the account that it belongs to with {}", Parameter("account")),
        )


def _content(file: Path) -> bytes:
    from participant.bounty.backup import LARGEST_FILE_BYTES

    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise SecretsError(
            f"{_named(file)} cannot be read: {error.strerror or error}", "name an exported file"
        ) from None
    if len(data) > LARGEST_FILE_BYTES:
        raise SecretsError(f"{_named(file)} is no file of secrets: it is too large", "name an exported file")
    return data


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    from hyperbounty.accounts import read_password_file

    if file is not None:
        check = NextStep("check what {} names", Parameter("passphrase_file"))
        return read_password_file(file, what="passphrase", check=check)
    if not os.isatty(0):
        raise SecretsError(
            "the passphrase cannot be asked for without a terminal",
            NextStep("pass {}", Parameter("passphrase_file", "FILE")),
        )
    answer: str = click.prompt("Passphrase of the file", hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def _lines(copies: Copies, what: str = "") -> list[str]:
    """One submission, a line each."""
    spec = "a spec that is not known here" if copies.entry is None else Spec.from_word(copies.entry.spec).describe()
    said = f": {what}" if what else ""
    lines = [f"Contest {copies.contest.number}, slot {copies.place.slot}: {spec}{said}"]
    if not what:
        lines.append(f"  here      {'yes' if copies.here else 'NO'}")
        lines.append(f"  on chain  {'yes' if copies.on_chain else 'no'}")
    if copies.fault:
        lines.append(f"  WARNING   {copies.fault}")
    return lines


def _json(copies: Copies, *, restored: bool) -> dict[str, Any]:
    return {
        "contest": copies.contest.number,
        "entry": copies.place.slot,
        "spec": None if copies.entry is None else "0x" + copies.entry.spec.hex(),
        "kept_here": copies.here is not None or restored,
        "kept_on_chain": copies.on_chain is not None,
        "restored": restored,
        "reason": copies.fault,
    }


def _slots(count: int) -> str:
    return f"{count} slot" if count == 1 else f"{count} slots"


def _nothing(address: str) -> str:
    return f"Nothing of {address} waits to be revealed in any contest here."
