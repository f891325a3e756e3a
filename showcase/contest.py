"""A contest from `open` to `settle`, played by the whole cast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.steps import settle
from hyperbounty.bounty.types import Contest
from hyperbounty.chain.connection import Receipt
from hyperbounty.errors import TransactionReverted
from organizer.bounty.keys import KeyFolder, publish_holdout_key
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
    """The contest from `open` to `settle`; returns how it ended, its evaluation and what settlement paid."""
    home = stage.folder / "home"
    line = stage.timeline
    keys = KeyFolder(home / "keys")
    book = EntryBook(home / "entries")
    number, receipt = open_contest(stage.contract, stage.organizer, publication, offer, keys)
    contest = stage.contract.contest(number)
    line.add(
        "open",
        "organizer",
        f"contest {number}: {publication.manifest.title}",
        receipt,
        -offer.escrow,
    )
    submit_all(stage, contest, book)
    stage.chain.advance_to(contest.submit_ends)
    line.clock("submissions are over", contest.submit_ends)
    reveal_all(stage, contest, book)
    stage.chain.advance_to(contest.reveal_ends)
    line.clock("reveals are over", contest.reveal_ends)
    line.add(
        "publish-key",
        "organizer",
        "the holdout can be opened",
        publish_holdout_key(stage.contract, stage.organizer, contest, keys),
    )
    evaluation = score(stage, number, home)
    if stage.panel:
        record(stage, misreport(evaluation, stage.store))
        stage.chain.advance_to(contest.score_ends)
        line.clock("scoring is over", contest.score_ends)
        evaluation = dispute(stage, stage.contract.contest(number))
    else:
        record(stage, evaluation)
        stage.chain.advance_to(contest.challenge_ends)
        line.clock("scores stand", contest.challenge_ends)
    receipt, resolved = settle(stage.contract, stage.organizer, number)
    contest = stage.contract.contest(number)
    if resolved is not None:
        verdict = stage.contract.dispute(number).verdict.name.lower()
        line.add("resolve", "organizer", f"the panel's medians stand: the evaluator was {verdict}", resolved)
    line.add("settle", "organizer", f"outcome: {contest.outcome.name.lower()}", receipt)
    paid: dict[str, int] = {}
    for payment in stage.contract.payments(receipt):
        paid[payment.payee] = paid.get(payment.payee, 0) + payment.amount
        line.add("paid", stage.names.get(payment.payee, payment.payee), "by the contract", money=payment.amount)
    return contest, evaluation, paid


def submit_all(stage: Stage, contest: Contest, book: EntryBook) -> None:
    """Everybody submits; Dot and Fay go round the client, which would not let them."""
    manifest = fetch_manifest(stage.store, contest.manifest)
    seen: dict[str, bytes] = {}
    for p in stage.cast:
        if p.act == COPIES:
            receipt = stage.contract.submit(p.account, contest, 0, seen["Ada"])
        elif p.act == OVERSIZED:
            entry = participating.new_entry(stage.contract, contest, p.account.address, 0, p.spec.word)
            book.save(entry)
            receipt = stage.contract.submit(p.account, contest, 0, participating.commitment_of(entry))
        else:
            receipt = participating.submit(stage.contract, p.account, contest, manifest, p.spec.word, book)
        seen[p.name] = stage.contract.submitted(receipt)
        what = f"{p.spec.describe()}, sealed" if p.act == HONEST else p.act
        stage.timeline.add("submit", p.name, what, receipt, -contest.deposit)


def reveal_all(stage: Stage, contest: Contest, book: EntryBook) -> None:
    """Everybody who means to reveals; what the contract refuses is shown with its reason."""
    for p in stage.cast:
        if p.act == NEVER_REVEALS:
            stage.timeline.add("reveal", p.name, "does not reveal: the deposit goes to the prize pool")
            continue
        try:
            receipt = _reveal(stage, contest, book, p)
        except TransactionReverted as refused:
            stage.timeline.add("reveal", p.name, refused.what)
        else:
            stage.timeline.add("reveal", p.name, p.spec.describe(), receipt, contest.deposit)


def _reveal(stage: Stage, contest: Contest, book: EntryBook, p: Participant) -> Receipt:
    if p.act == COPIES:
        # By now everybody can read Ada's spec and salt; they open her commitment, from her account, and no other.
        ada = stage.contract.revealed_specs(contest)[0]
        return stage.contract.reveal(p.account, contest.number, 0, ada.spec, ada.salt)
    return participating.reveal(stage.contract, p.account, contest, book)
