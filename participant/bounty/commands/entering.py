"""`hyperbounty participant example`, `submit` and `reveal`: a spec from its file to the chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.types import Contest, Phase, SubmissionState
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.receipts import asset_amount, done
from hyperbounty.cli.session import Session
from hyperbounty.files import write_atomic
from hyperbounty.format import moment
from hyperbounty.spec.spec import Spec
from participant.bounty.entries import EntryBook
from participant.bounty.rendering import machine_warnings

if TYPE_CHECKING:
    from hyperbounty.bounty.contract import BountyContract

_ENTRY = click.option(
    "--entry", type=click.IntRange(0), default=0, show_default=True, help="Your own slot, where several are allowed."
)


@click.argument("contest", type=click.IntRange(1))
@_ENTRY
@click.option("--spec", "spec_text", required=True, metavar="FILE|WORD", help="A spec as JSON, or its 32-byte word.")
@yes_option
def submit(session: Session, contest: int, entry: int, spec_text: str, yes: bool) -> Result:
    """Submit a sealed spec to CONTEST, at the price of an entry; again in the same slot replaces it, for nothing.

    The offer has to be final before: a contest's number alone does not bind its terms.
    """
    from hyperbounty.bounty.finality import final_contest
    from hyperbounty.bounty.published import fetch_manifest
    from hyperbounty.spec.file import read_spec
    from participant.bounty.entering import submit as submit_entry

    contract = contract_of(session)
    found = final_contest(contract, contest, on_wait=lambda left: note(f"waiting for {left} more blocks"))
    manifest = fetch_manifest(session.store, found.manifest)
    spec = read_spec(spec_text)
    manifest.judge(spec.word, found.limits).accepted()
    if found.phase is Phase.SUBMIT:
        standing = contract.submission(contest, session.account.address, entry)
        warnings = [f"WARNING: {text}" for text in machine_warnings(manifest)]
        ask(session, [*warnings, *_price_lines(contract, found, standing.state)], yes=yes)
    book = EntryBook(session.home / "entries")
    receipt = submit_entry(contract, session.account, found, manifest, spec.word, book, entry)
    assert found.submit_ends is not None
    assert found.reveal_ends is not None
    return done(
        receipt,
        f"Sealed and submitted to contest {contest}, slot {entry}: {spec.describe()}. "
        f"Reveal it between {moment(found.submit_ends)} and {moment(found.reveal_ends)}, or its fee is burned.",
        contest=contest,
        entry=entry,
        spec="0x" + spec.word.hex(),
    )


def _price_lines(contract: BountyContract, found: Contest, state: SubmissionState) -> list[str]:
    """What an entry costs now, and where that goes."""
    if state is not SubmissionState.EMPTY:
        return ["It replaces what stands in this slot, costs nothing, and is the last in the order that breaks ties."]

    def amount(value: int) -> str:
        return asset_amount(value, found.asset)

    price = contract.price(found.number)
    lines = [
        f"An entry costs {amount(price.total)}: {amount(price.entry_fee)} for the evaluator that scores it"
        + (
            f", and {amount(price.surcharge)} that are burned, since half of the slots are taken"
            if price.surcharge
            else ""
        )
        + ". Withdrawn or not revealed, its fee is burned."
    ]
    most = contract.most_to_submit(found.number)
    if most > price.total:
        lines.append(f"Up to {amount(most)} go along, in case others submit meanwhile; what is too much comes back.")
    return lines


@click.argument("contest", type=click.IntRange(1))
@_ENTRY
def reveal(session: Session, contest: int, entry: int) -> Result:
    """Open your sealed spec in CONTEST."""
    from participant.bounty.entering import reveal as reveal_entry

    contract = contract_of(session)
    found = contract.contest(contest)
    receipt = reveal_entry(contract, session.account, found, EntryBook(session.home / "entries"), entry)
    return done(receipt, f"Revealed slot {entry} of contest {contest}.", contest=contest, entry=entry)


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def example(session: Session, file: Path) -> Result:
    """Write an example spec to FILE."""
    from hyperbounty.spec.file import spec_json

    write_atomic(file, spec_json(Spec()).encode())
    return Result({"file": str(file)}, [f"{file} holds {Spec().describe()}; docs/spec.md has every field"])
