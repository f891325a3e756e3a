"""What a report shows, gathered: from chain and store, and from what was kept at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.bounty.show.contest import ContestFacts, look_at
from hyperbounty.bounty.show.entries import OwnEntry
from hyperbounty.bounty.types import Phase, Verdict
from hyperbounty.errors import ChainError, InvalidInput
from hyperbounty.format import moment
from hyperbounty.money import format_amount
from hyperbounty.next_steps import Action, NextStep
from hyperbounty.statistics.metrics import METRICS
from hyperbounty.store import Cid, ContentStore
from participant.bounty.entries import ENTRIES, EntryBook
from participant.bounty.holdings import own_entries
from participant.bounty.reported import Reported
from participant.workbench.report.facts import (
    Missing,
    Receipt,
    Report,
)
from participant.workbench.stated import ODDS, KeptStatements

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.bounty.receipts import Deed


@dataclass
class Gathered:
    """A report, and what else is said of it.

    Attributes:
        report: to be drawn.
        entries: of the account.
        deeds: its transactions.
    """

    report: Report
    entries: Sequence[OwnEntry]
    deeds: Sequence[Deed]


def gather_report(
    contract: BountyContract,
    store: ContentStore,
    home: Path,
    number: int,
    participant: str,
    account: LocalAccount | None,
    *,
    cost_ppm: int,
) -> Gathered:
    """All that a report of `participant` about contest `number` shows. Nothing is trained for it.

    Args:
        contract, store: where it is read.
        home: where statements and entries are kept.
        participant: its address.
        account: the participant's, where no password is needed: then what was said of sealed specs is found too.
        cost_ppm: of a trade, for the strategy.

    Raises:
        InvalidInput: there is no such contest, or the account has nothing in it.
        ContentNotFound: nobody has its manifest or its training prices.
    """
    facts = look_at(contract, store, number)
    kept = KeptStatements(home / ODDS)
    own = own_entries(contract, EntryBook(home / ENTRIES), participant, [facts.contest], account, kept)
    remarks = _remarks(facts)
    deeds: Sequence[Deed] = ()
    receipts: tuple[Receipt, ...] | Missing
    try:
        deeds = contract.deeds(facts.contest, participant)
        receipts = tuple(_receipt(each, participant) for each in deeds)
    except ChainError as error:
        receipts = Missing(f"The transactions could not be read: {error.what}.")
    if not own and not deeds:
        raise InvalidInput(
            f"{participant} has nothing in contest {number}",
            NextStep(
                "name the account that takes part, or see the contest itself: {}", Action("participant.show", (number,))
            ),
        )
    source = Reported(contract, store, kept, facts, cost_ppm, remarks)
    source.bring([each.index for each in own if each.index is not None])
    board = source.board(participant)
    entries = tuple(source.entry(each, participant) for each in own)
    header = contract.chain.confirmed_header()
    manifest = facts.manifest
    return Gathered(
        Report(
            title=manifest.title,
            source=manifest.source,
            synthetic=manifest.synthetic,
            where=f"Contest {number} of {contract.address} on chain {contract.chain.chain_id}",
            account=participant,
            made_at=facts.now,
            block=header.number,
            state=_state(facts),
            metric=manifest.metric,
            metric_says=METRICS[manifest.metric].what,
            minimum_ppm=facts.contest.minimum_score,
            skilless_ppm=source.skilless_ppm,
            board=board,
            entries=entries,
            receipts=receipts,
            receipts_total=_total(deeds, participant),
            documents=_documents(facts),
            remarks=tuple(remarks),
        ),
        own,
        deeds,
    )


def _state(facts: ContestFacts) -> str:
    contest = facts.contest
    ends = facts.phase_ends
    until = "" if ends is None else f" until {moment(ends)}"
    outcome = f", outcome: {contest.outcome.name.lower()}" if contest.phase is Phase.SETTLED else ""
    return f"The contest is in its phase “{contest.phase.label}”{until}{outcome}."


def _remarks(facts: ContestFacts) -> list[str]:
    remarks = []
    if facts.scores and facts.report is None:
        remarks.append("The evaluator's report cannot be read: places, intervals and curves are missing.")
    if facts.dispute.verdict is Verdict.OVERTURNED:
        remarks.append("A panel overturned the evaluator's scores. The scores here are the panel's, the curves not.")
    elif facts.dispute.challenged and facts.dispute.verdict is Verdict.NONE:
        remarks.append("The scores are challenged, and the panel has not decided yet.")
    remarks += [f"Chain and manifest disagree about {each.about}." for each in facts.disagreements]
    return remarks


def _documents(facts: ContestFacts) -> tuple[tuple[str, str], ...]:
    found = [
        ("manifest", str(Cid.from_digest(facts.contest.manifest))),
        ("training prices", facts.manifest.training.cid),
    ]
    if any(facts.contest.report):
        found.append(("the evaluator's report", str(Cid.from_digest(facts.contest.report))))
    if facts.report is not None:
        found += [
            ("holdout prices", facts.report.holdout.prices.cid),
            ("seed of the contest", facts.report.seed),
            ("scored with", ", ".join(f"{name} {version}" for name, version in sorted(facts.report.versions.items()))),
        ]
    return tuple(found)


def _receipt(deed: Deed, participant: str) -> Receipt:
    gas = "gas unknown" if deed.gas_used is None else f"{deed.gas_used:,} gas"
    fee = "fee unknown" if deed.fee_wei is None else f"fee {format_amount(deed.fee_wei)}"
    slots = f", slot {', '.join(map(str, deed.entries))}" if deed.entries else ""
    return Receipt(
        what=f"{deed.what}{slots}",
        transaction=deed.transaction,
        block=deed.block,
        timestamp=deed.timestamp,
        cost=f"{gas}, {fee}",
        sender="" if deed.sender in (None, participant) else str(deed.sender),
    )


def _total(deeds: Sequence[Deed], participant: str) -> str:
    own = [deed for deed in deeds if deed.sender == participant]
    if not own or any(deed.gas_used is None or deed.fee_wei is None for deed in own):
        return ""
    gas, fee = sum(deed.gas_used or 0 for deed in own), sum(deed.fee_wei or 0 for deed in own)
    return f"It paid {format_amount(fee)} for {gas:,} gas in {len(own)} transaction{'s' if len(own) > 1 else ''}."
