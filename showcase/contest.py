"""A contest from `open` to `settle`, played by the whole cast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.bounty.accepting import accept, proposal
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.steps import settle
from hyperbounty.bounty.types import THROUGHPUT_UNIT, Contest
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import TransactionReverted
from hyperbounty.prices.replay import seconds_to_come
from organizer.bounty.keys import KeyFolder
from organizer.bounty.offer import Offer
from organizer.bounty.openings import open_contest
from organizer.bounty.publishing import Publication
from participant.bounty import entering as participating
from participant.bounty.entries import EntryBook
from showcase.dispute import dispute, misreport
from showcase.scoring import record, score
from showcase.stage import COPIES, HONEST, NEVER_REVEALS, OVERSIZED, Participant, Stage

if TYPE_CHECKING:
    from evaluator.bounty.evaluation import Evaluation


def play(stage: Stage, publication: Publication, offer: Offer) -> tuple[Contest, Evaluation, dict[str, int]]:
    """The contest from `open` to `settle`; returns how it ended, its evaluation and what was paid in the end."""
    home = stage.folder / "home"
    line = stage.timeline
    book = EntryBook(home / "entries")
    number, receipt = open_contest(stage.contract, stage.organizer, publication, offer, KeyFolder(home / "keys"))
    offered = stage.contract.contest(number)
    what = f"offers contest {number}: {publication.manifest.title}"
    line.add("open", "organizer", what, receipt, -offered.escrow, stake=offered.bond)
    accept_all(stage, offered)
    contest = stage.contract.contest(number)
    submit_all(stage, contest, book)
    stage.reach("submissions are over", contest.submit_ends)
    reveal_all(stage, contest, book)
    stage.reach("reveals are over", contest.reveal_ends)
    assert contest.reveal_ends is not None
    stage.reach("the prices that are scored on are there", contest.reveal_ends + seconds_to_come(stage.prices))
    evaluation = score(stage, number, home)
    if stage.panel:
        record(stage, misreport(evaluation, stage.store))
        stage.reach("scoring is over", contest.score_ends)
        evaluation = dispute(stage, stage.contract.contest(number))
    else:
        record(stage, evaluation)
        stage.reach("scores stand", contest.challenge_ends)
    paid = settle_all(stage, number)
    return stage.contract.contest(number), evaluation, paid


def accept_all(stage: Stage, contest: Contest) -> None:
    """The evaluator and every member of the panel accept, each with its own bond."""
    cores = contest.needed_throughput / THROUGHPUT_UNIT
    asked = proposal(stage.contract, contest, stage.evaluator.address)
    receipt = accept(stage.contract, stage.evaluator, asked, contest.needed_throughput)
    what = f"accepts: {cores:.2g} reference cores would do; stakes its bond"
    stage.timeline.add("accept", "evaluator", what, receipt, -asked.bond, stake=asked.bond)
    for name, member in stage.panel.items():
        asked = proposal(stage.contract, contest, member.address)
        receipt = accept(stage.contract, member, asked, 0)
        what = "accepts its seat on the panel; stakes its bond"
        stage.timeline.add("accept", name, what, receipt, -asked.bond, stake=asked.bond)


def settle_all(stage: Stage, number: int) -> dict[str, int]:
    """The end: a verdict where there was a dispute, everybody paid, and shares of the pot claimed.

    Returns:
        What each address got; `BURN` stands for what nobody did.
    """
    contract, line = stage.contract, stage.timeline
    receipt, resolved = settle(contract, stage.organizer, number)
    contest = contract.contest(number)
    if resolved is not None:
        verdict = contract.dispute(number).verdict.name.lower()
        line.add("resolve", "organizer", f"the panel has decided: the evaluator's payments are {verdict}", resolved)
    line.add("settle", "organizer", f"outcome: {contest.outcome.name.lower()}", receipt)
    paid: dict[str, int] = {}

    def pay(receipt: Receipt, what: str) -> None:
        for payment in contract.payments(receipt):
            paid[payment.payee] = paid.get(payment.payee, 0) + payment.amount
            if payment.amount:
                line.add("paid", stage.names.get(payment.payee, payment.payee), what, money=payment.amount)

    pay(receipt, "by the contract")
    ada = stage.cast[0].account
    for receipt in contract.claim(ada, contest, contract.claimable(contest)):
        line.add("claim", "Ada", "for everybody that revealed", receipt)
        pay(receipt, "a share of the pot")
    return paid


def submit_all(stage: Stage, contest: Contest, book: EntryBook) -> None:
    """Everybody submits; Dot and Fay go round the client, which would not let them."""
    manifest = fetch_manifest(stage.store, contest.manifest)
    seen: dict[str, bytes] = {}
    for p in stage.cast:
        price = stage.contract.price(contest.number).total
        if p.act == COPIES:
            receipt = stage.contract.submit(p.account, contest, 0, seen["Ada"])
        elif p.act == OVERSIZED:
            entry = participating.new_entry(stage.contract, contest, p.account.address, 0, p.spec.word)
            book.save(entry, p.account)
            receipt = stage.contract.submit(p.account, contest, 0, entry.commitment)
        else:
            receipt = participating.submit(stage.contract, p.account, contest, manifest, p.spec.word, book)
        seen[p.name] = stage.contract.submitted(receipt)
        what = f"{p.spec.describe()}, sealed" if p.act == HONEST else p.act
        stage.timeline.add("submit", p.name, what, receipt, -price)


def reveal_all(stage: Stage, contest: Contest, book: EntryBook) -> None:
    """Everybody who means to reveals; what the contract refuses is shown with its reason."""
    for p in stage.cast:
        if p.act == NEVER_REVEALS:
            stage.timeline.add("reveal", p.name, "does not reveal: the entry fee is burned")
            continue
        try:
            receipt = _reveal(stage, contest, book, p)
        except TransactionReverted as refused:
            stage.timeline.add("reveal", p.name, refused.what)
        else:
            stage.timeline.add("reveal", p.name, p.spec.describe(), receipt)


def _reveal(stage: Stage, contest: Contest, book: EntryBook, p: Participant) -> Receipt:
    if p.act == COPIES:
        # By now everybody can read Ada's spec and salt; they open her commitment, from her account, and no other.
        ada = stage.contract.revealed_specs(contest)[0]
        return stage.contract.reveal(p.account, contest.number, 0, ada.spec, ada.salt)
    return participating.reveal(stage.contract, p.account, contest, book)
