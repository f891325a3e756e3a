"""The command `entries`: what one has in contests, what it may cost, and what to do about it."""

from __future__ import annotations

from hyperbounty.bounty.access import contract_of
from hyperbounty.bounty.show.entries import OwnEntry
from hyperbounty.cli.following import own_step
from hyperbounty.cli.output import Result
from hyperbounty.cli.receipts import asset_amount
from hyperbounty.cli.session import Session
from hyperbounty.errors import AccountError
from hyperbounty.format import likely, percent
from hyperbounty.next_steps import NextStep, Parameter
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM


def entries(session: Session) -> Result:
    """List every entry of yours in every contest: how it stands, the money at risk, and the next command.

    It needs no password: the account is named only for its address. A sealed spec is shown where no password protects
    the account; `secrets check` shows it with the password.
    """
    # Brings in the chain.
    from participant.bounty.entries import ENTRIES, EntryBook
    from participant.bounty.holdings import own_entries
    from participant.workbench.stated import ODDS, KeptStatements

    address = session.address
    if address is None:
        raise AccountError("no account is named", NextStep("name yours with {}", Parameter("account")))
    contract = contract_of(session)
    book = EntryBook(session.home / ENTRIES)
    found = own_entries(
        contract, book, address, contract.contests(), session.open_account, KeptStatements(session.home / ODDS)
    )
    data = {"participant": address, "entries": [entry.json() for entry in found]}
    if not found:
        return Result(data, [f"{address} has no entry in any contest here."])
    lines = [line for entry in found for line in entry_lines(session, entry)]
    return Result(data, [f"Entries of {address}", *lines])


def entry_lines(session: Session, entry: OwnEntry) -> list[str]:
    """One entry, a line each."""
    contest = entry.contest

    def amount(value: int) -> str:
        return asset_amount(value, contest.asset)

    unknown = "a spec that only the account's key shows" if entry.openable else "a spec that is not known here"
    spec = unknown if entry.spec is None else Spec.from_word(entry.spec).describe()
    lines = [f"Contest {contest.number}, slot {entry.slot}: {spec}", f"  state    {entry.state}"]
    if entry.sealed and not entry.openable:
        lines.append("  WARNING  what opens it is not kept here: without it nobody can reveal it")
    if entry.chance_ppm is not None:
        bar = percent(contest.minimum_score)
        lines.append(f"  odds     {likely(entry.chance_ppm / PPM)} to reach {bar}, as stated before")
    if entry.at_risk:
        lines.append(f"  at risk  {amount(entry.at_risk)}, burned if it is not revealed in time")
    if entry.won is not None:
        lines.append(f"  prize    {amount(entry.won)}, paid by the settlement")
    if entry.share:
        lines.append(f"  waits    {amount(entry.share)}, your share of what came back")
    step = entry.next_step
    if step is not None:
        lines.append(f"  next     {own_step(session, step)}")
    return lines
