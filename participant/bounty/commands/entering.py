"""`hyperbounty participant example`, `submit` and `reveal`: a spec from its file to the chain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.types import Contest, Phase
from hyperbounty.cli.asking import ask, yes_option
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.following import next_line, own_step
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.receipts import asset_amount, done, receipt_json
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file
from hyperbounty.cli.wording import worded
from hyperbounty.errors import ChainUnavailable, HyperbountyError
from hyperbounty.format import duration, moment
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.spec.spec import Spec
from participant.bounty.commands.here import contest_argument, contest_of_folder, contract_here, spec_option
from participant.bounty.rendering import machine_warnings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.manifest import Manifest
    from hyperbounty.bounty.show.entries import OwnEntry
    from participant.bounty.entering import Slot
    from participant.bounty.submitting import Submitted


@contest_argument
@click.option(
    "--entry",
    type=click.IntRange(0),
    help="Your own slot; what stands there is replaced. Left out, the next free one.",
)
@spec_option
@click.option(
    "--no-chain-copy",
    is_flag=True,
    help="Send no encrypted copy of spec and salt along; then they are kept here alone.",
)
@click.option(
    "--wait",
    "is_waiting",
    is_flag=True,
    help="Stay, reveal it when that is due, and show how it did.",
)
@yes_option
def submit(
    session: Session,
    contest: int,
    entry: int | None,
    spec_text: str,
    no_chain_copy: bool,
    is_waiting: bool,
    yes: bool,
) -> Result:
    """Submit a sealed spec to CONTEST, at the price of an entry.

    Each submission takes the next free slot of yours; --entry names one, and what stands there is replaced, for
    nothing. The same spec again is the same submission. The offer has to be final before: a contest's number alone does
    not bind its terms.

    With --wait it stays by the chain's time, through outages of the node too. Ctrl-C ends the waiting alone: the same
    command waits again, and `participant reveal` reveals without it.
    """
    from hyperbounty.spec.file import read_spec
    from participant.bounty.entries import ENTRIES, EntryBook
    from participant.bounty.submitting import submit_sealed

    contract, account = contract_here(session), session.account
    book = EntryBook(session.home / ENTRIES)

    def agree(found: Contest, manifest: Manifest, slot: Slot) -> None:
        warnings = [f"WARNING: {text}" for text in machine_warnings(manifest)]
        ask(session, [*warnings, *_price_lines(contract, found, slot)], yes=yes)

    submitted = submit_sealed(
        contract,
        session.store,
        account,
        book,
        contest,
        read_spec(spec_text),
        wanted=entry,
        chain_copy=not no_chain_copy,
        agree=agree,
        on_wait=lambda left: note(f"waiting for {left} more blocks"),
    )
    slot, spec = submitted.slot, submitted.spec
    text = [
        *(["An earlier run of this command sent it."] if slot.again else []),
        f"Sealed and submitted to contest {contest}, slot {slot.number}: {spec.describe()}.",
        *_kept_lines(session, on_chain=submitted.kept_on_chain, is_shown=submitted.copy_is_shown),
    ]
    entries: list[OwnEntry] = []
    after = [_reveal_line(session, submitted)]
    if is_waiting:
        entries, after = _scored(session, submitted, text)
        text = []
    return done(
        submitted.receipt,
        *text,
        after=after,
        contest=contest,
        entry=slot.number,
        replaces=slot.replaces,
        spec="0x" + spec.word.hex(),
        kept_on_chain=submitted.kept_on_chain,
        entries=[entry.json() for entry in entries],
    )


def _scored(session: Session, submitted: Submitted, text: Sequence[str]) -> tuple[list[OwnEntry], list[str]]:
    """How the submission stands once its scores do, and lines about that; `text` is said before the waiting."""
    from participant.bounty.commands.holdings import entry_lines
    from participant.bounty.entries import ENTRIES, EntryBook
    from participant.bounty.waiting import wait_for_scores
    from participant.workbench.stated import ODDS, KeptStatements

    for line in text:
        note(line)
    number, slot = submitted.contest.number, submitted.slot.number
    book = EntryBook(session.home / ENTRIES)
    kept = KeptStatements(session.home / ODDS)
    found = wait_for_scores(contract_of(session), session.account, number, slot, book, note, kept=kept)
    if found is None:
        return [], [f"Nothing stands in slot {slot} of contest {number} any more: it was withdrawn."]
    show = next_line(session, "see how all did: {}", Action("participant.show", (number,)), own=False)
    return [found], [*entry_lines(session, found), show]


def _kept_lines(session: Session, *, on_chain: bool, is_shown: bool) -> list[str]:
    """Where that which opens a submission is, and who can read it."""
    from participant.bounty.entries import ENTRIES

    here = session.home / ENTRIES
    if on_chain:
        return [f"What opens it is kept in {here} and on the chain, encrypted: only this account's key reads it."]
    if not is_shown:
        look = NextStep("see later what the chain has: {}", Action("participant.secrets.check"))
        said = f"What opens it is kept in {here}, encrypted. The node does not show the transaction yet"
        return [f"{said}; {own_step(session, look)}."]
    copy = NextStep("make a copy of it: {}", Action("participant.secrets.export", ("FILE",)))
    return [f"What opens it is kept in {here}, encrypted, and nowhere else; {own_step(session, copy)}."]


def _reveal_line(session: Session, submitted: Submitted) -> str:
    found, starts = submitted.contest, submitted.reveal_starts
    if found.phase > Phase.REVEAL:
        return next_line(session, "see how it did: {}", Action("participant.entries"))
    left = duration(starts - session.chain.timestamp())
    fee = asset_amount(found.entry_fee, found.asset)
    return next_line(
        session,
        f"reveal it from {moment(starts)} (in {left}) to {moment(submitted.reveal_ends)}, or its fee of {fee} is "
        "burned: {}",
        Action("participant.reveal", (found.number, Parameter("entry", str(submitted.slot.number)))),
    )


def _price_lines(contract: BountyContract, found: Contest, slot: Slot) -> list[str]:
    """Where an entry goes, what it costs now, and where that goes."""
    if slot.replaces:
        known = f": {Spec.from_word(slot.replaced).describe()}" if slot.replaced else ""
        return [
            f"It REPLACES what stands in your slot {slot.number}{known}.",
            "That costs nothing; the new one is the last in the order that breaks ties.",
        ]

    def amount(value: int) -> str:
        return asset_amount(value, found.asset)

    price = contract.price(found.number)
    lines = [
        f"It takes your slot {slot.number}, of {found.max_per_address} (from 0 to {found.max_per_address - 1}).",
        f"An entry costs {amount(price.total)}: {amount(price.entry_fee)} for the evaluator that scores it"
        + (
            f", and {amount(price.surcharge)} that are burned, since half of the slots are taken"
            if price.surcharge
            else ""
        )
        + ". Withdrawn or not revealed, its fee is burned.",
    ]
    most = contract.most_to_submit(found.number)
    if most > price.total:
        lines.append(f"Up to {amount(most)} go along, in case others submit meanwhile; what is too much comes back.")
    return lines


@click.argument("contest", type=click.IntRange(1), required=False)
@click.option("--entry", type=click.IntRange(0), help="Your own slot; left out, the only one that waits.")
@click.option(
    "--all", "everything", is_flag=True, help="Every slot of yours; without CONTEST, of every contest that reveals now."
)
def reveal(session: Session, contest: int | None, entry: int | None, everything: bool) -> Result:
    """Open your sealed spec in CONTEST."""
    from participant.bounty.entering import only_slot
    from participant.bounty.entering import reveal as reveal_entry
    from participant.bounty.entries import ENTRIES, EntryBook

    if everything:
        if entry is not None:
            raise click.UsageError("--all does not go with --entry")
        return _reveal_all(session, contest)
    if contest is None:
        contest = contest_of_folder(click.get_current_context())
    if contest is None:
        raise click.UsageError("name a CONTEST, go to its folder, or reveal in every contest with --all")
    contract = contract_here(session)
    account = session.account
    found = contract.contest(contest)
    slot = only_slot(contract, found, account.address) if entry is None else entry
    receipt = reveal_entry(contract, account, found, EntryBook(session.home / ENTRIES), slot)
    return done(
        receipt,
        f"Revealed slot {slot} of contest {contest}.",
        after=_until_scored(session, found),
        contest=contest,
        entry=slot,
    )


def _until_scored(session: Session, found: Contest) -> list[str]:
    if found.score_ends is None:
        return []
    text = f"see how it scored, by {moment(found.score_ends)}: {{}}"
    return [next_line(session, text, Action("participant.show", (found.number,)), own=False)]


def _reveal_all(session: Session, number: int | None) -> Result:
    """Reveal what waits; one that cannot be revealed keeps no other from it."""
    from participant.bounty.entering import reveal as reveal_entry
    from participant.bounty.entering import slots_to_reveal
    from participant.bounty.entries import ENTRIES, EntryBook

    contract, account = contract_of(session), session.account
    book = EntryBook(session.home / ENTRIES)
    contests = (
        [each for each in contract.contests() if each.phase is Phase.REVEAL]
        if number is None
        else [contract.contest(number)]
    )
    revealed: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    text = []
    for found in contests:
        for slot in slots_to_reveal(contract, found, account.address):
            where = {"contest": found.number, "entry": slot}
            try:
                receipt = reveal_entry(contract, account, found, book, slot)
            except ChainUnavailable:
                raise
            except HyperbountyError as error:
                failed.append({**where, "error": error.what})
                text.append(f"Slot {slot} of contest {found.number} is NOT revealed: {error.what}; ")
                text[-1] += worded(error.next_step)
            else:
                revealed.append({**where, **receipt_json(receipt)})
                text.append(f"Revealed slot {slot} of contest {found.number}.")
    if not text:
        where_text = f"in contest {number}" if number is not None else "in any contest that reveals now"
        text.append(f"Nothing of {account.address} waits to be revealed {where_text}.")
    text.append(next_line(session, "see what each entry waits for: {}", Action("participant.entries")))
    return Result(
        {"opened": revealed, "refused": failed}, text, exit_code=ExitCode.REFUSED if failed else ExitCode.DONE
    )


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def example(session: Session, file: Path) -> Result:
    """Write an example spec to the new FILE."""
    from hyperbounty.spec.file import spec_json

    create_file(file, spec_json(Spec()).encode(), "another file")
    return Result(
        {"file": str(file)},
        [
            f"{file} holds {Spec().describe()}; docs/spec.md has every field",
            next_line(
                session,
                "see how it does, before any money is on it: {}",
                Action("participant.train", ("CONTEST", Parameter("spec", str(file)))),
                own=False,
            ),
        ],
    )
