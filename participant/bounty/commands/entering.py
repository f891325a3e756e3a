"""`hyperbounty participant example`, `submit` and `reveal`: a spec from its file to the chain."""

from __future__ import annotations

from pathlib import Path

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import done
from hyperbounty.cli.session import Session
from hyperbounty.files import write_atomic
from hyperbounty.format import moment
from hyperbounty.spec.file import read_spec, spec_json
from hyperbounty.spec.spec import Spec
from participant.bounty.entries import EntryBook

_ENTRY = click.option(
    "--entry", type=click.IntRange(0), default=0, show_default=True, help="Your own slot, where several are allowed."
)


@click.argument("contest", type=click.IntRange(1))
@_ENTRY
@click.option("--spec", "spec_text", required=True, metavar="FILE|WORD", help="A spec as JSON, or its 32-byte word.")
def submit(session: Session, contest: int, entry: int, spec_text: str) -> Result:
    """Submit a sealed spec to CONTEST, with its deposit; again in the same slot replaces it."""
    from participant.bounty.entering import submit as submit_entry

    contract = contract_of(session)
    found = contract.contest(contest)
    manifest = fetch_manifest(session.store, found.manifest)
    spec = read_spec(spec_text)
    book = EntryBook(session.home / "entries")
    receipt = submit_entry(contract, session.account, found, manifest, spec.word, book, entry)
    return done(
        receipt,
        f"Sealed and submitted to contest {contest}, slot {entry}: {spec.describe()}. "
        f"Reveal it between {moment(found.submit_ends)} and {moment(found.reveal_ends)}, or lose the deposit.",
        contest=contest,
        entry=entry,
        spec="0x" + spec.word.hex(),
    )


@click.argument("contest", type=click.IntRange(1))
@_ENTRY
def reveal(session: Session, contest: int, entry: int) -> Result:
    """Open your sealed spec in CONTEST; the deposit comes back."""
    from participant.bounty.entering import reveal as reveal_entry

    contract = contract_of(session)
    found = contract.contest(contest)
    receipt = reveal_entry(contract, session.account, found, EntryBook(session.home / "entries"), entry)
    return done(receipt, f"Revealed slot {entry} of contest {contest}.", contest=contest, entry=entry)


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def example(session: Session, file: Path) -> Result:
    """Write an example spec to FILE."""
    write_atomic(file, spec_json(Spec()).encode())
    return Result({"file": str(file)}, [f"{file} holds {Spec().describe()}; docs/spec.md has every field"])
